"""The page of an anomaly trigger: rates, efficiencies, agreement, the design."""

from dataclasses import dataclass
from pathlib import Path

from codesign.design.candidate import Candidate
from codesign.design.codec import to_json
from codesign.design.network import QuantizedNetwork
from codesign.design.report import HardwareReport
from codesign.design.results import Certificate
from codesign.design.trigger_results import ENOUGH_COLLISIONS, WorkingPoint
from codesign.design.trigger_study import TriggerStudy
from codesign.metrics import summarize_layers
from codesign.reporting import tables
from codesign.reporting.hardware_tables import evidence_table
from codesign.reporting.overview import KeyNumber, verdict_of
from codesign.reporting.plots import Drawing
from codesign.reporting.sections import Page, Section, write_page
from codesign.reporting.tables import Table
from codesign.reporting.trigger_figures import overlap_figure, rate_figure, score_figure
from codesign.reporting.trigger_stability_figures import (
    pile_up_figure,
    seeds_figure,
    turn_on_figure,
)
from codesign.reporting.trigger_tables import (
    loss_table,
    menu_efficiency_table,
    menu_pure_table,
    menu_table,
    pile_up_table,
    seeds_table,
    working_point_table,
)

_FIRMWARE = "firmware"
_BUDGET_NS = 50.0
"""Two bunch crossings: the budget of AXOL1TL in the Global Trigger (cms-hls4ml/AXOL1TL)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerPage:
    """What the page shows.

    Attributes:
        candidate: What was built.
        study: Rates and efficiencies.
        certificate: Whether firmware and model agree.
        network: Encoder and score.
        estimate: What it will cost; None where there is no model of a layer.
    """

    candidate: Candidate
    study: TriggerStudy
    certificate: Certificate
    network: QuantizedNetwork
    estimate: HardwareReport | None


def write_trigger_page(content: TriggerPage, path: Path) -> Path:
    """Write the page of an anomaly trigger and return its path.

    Args:
        content: What it shows.
        path: The HTML file; its folder must exist.

    Raises:
        InvalidDataError: If the folder does not exist.
    """
    candidate, study = content.candidate, content.study
    cost = "No estimate: there is no model of a layer."
    if content.estimate is not None:
        cost = "Cost is ESTIMATED, before any synthesis."
    page = Page(
        kind="trigger",
        name=candidate.name,
        subtitle=f"{candidate.data.sample} · score {content.network.outputs[0]}",
        verdict=verdict_of(content.certificate),
        key_numbers=(*_key_numbers(study), *_latency(content.estimate)),
        evidence=(
            "Rates are those of the sample at the stated collisions, with statistical errors only. "
            f"{cost}"
        ),
        sections=tuple(section for section in _sections(content) if section.items),
        source=to_json(candidate),
    )
    return write_page(page, path)


def drawn_rates(study: TriggerStudy) -> Drawing:
    """Return efficiency against rate for float and firmware, the targets marked.

    Raises:
        InvalidDataError: If the study has no signal.
    """
    targets = list(dict.fromkeys(of.point.target_khz for of in study.points))
    curves = [curve for curve in study.curves if curve.version != "qkeras"]
    return rate_figure(curves, working_khz=targets)


def _sections(content: TriggerPage) -> tuple[Section, ...]:
    study, certificate = content.study, content.certificate
    layers = summarize_layers(content.network, content.candidate.hardware)
    firmware = [one for one in study.histograms if one.version == _FIRMWARE]
    return (
        Section(
            title="Rates and efficiencies",
            items=(
                *((drawn_rates(study),) if study.curves else ()),
                working_point_table(study.points, study.collisions),
                *((loss_table(study.losses),) if study.losses else ()),
            ),
        ),
        Section(title="Seeds", items=_seed_items(study)),
        Section(title="Score", items=(score_figure(firmware),) if firmware else ()),
        Section(title="Turn-on", items=(turn_on_figure(study.turn_ons),) if study.turn_ons else ()),
        Section(title="Beside the menu", items=_menu_items(study)),
        Section(title="Pile-up", items=_pile_up_items(study)),
        Section(
            title="Agreement",
            items=(tables.certificate_table(certificate), tables.layer_table(certificate)),
        ),
        Section(
            title="Precision and cost",
            items=(
                *_cost_items(content),
                tables.precision_table(layers),
                tables.cost_table(layers),
            ),
        ),
    )


def _seed_items(study: TriggerStudy) -> tuple[Table | Drawing, ...]:
    if not study.seeds:
        return ()
    rate = tightest(study).target_khz
    figure = (seeds_figure(study.seeds, rate_khz=rate),) if study.losses_over else ()
    return (*figure, seeds_table(study.losses_over, study.seeds))


def _menu_items(study: TriggerStudy) -> tuple[Table | Drawing, ...]:
    """Return the menu at the tightest rate that the sample supports."""
    rate = tightest(study).target_khz
    return tuple(
        item
        for at in study.menus
        if at.rate_khz == rate
        for item in (
            overlap_figure(at.study.rates),
            menu_table(at.study.rates),
            menu_efficiency_table(at.study),
            menu_pure_table(at.study),
        )
    )


def _pile_up_items(study: TriggerStudy) -> tuple[Table | Drawing, ...]:
    if not study.pile_ups:
        return ()
    return (pile_up_figure(study.pile_ups), pile_up_table(study.pile_ups, study.collisions))


def _cost_items(content: TriggerPage) -> tuple[Table, ...]:
    if content.estimate is None:
        return ()
    return (evidence_table((content.estimate,), content.candidate.hardware.part),)


def tightest(study: TriggerStudy) -> WorkingPoint:
    """Return the firmware's point of the lowest rate that the sample supports, or of the lowest."""
    points = [of.point for of in study.points if of.version == _FIRMWARE]
    supported = [point for point in points if point.is_supported] or points
    return min(supported, key=lambda point: point.target_khz)


def _key_numbers(study: TriggerStudy) -> tuple[KeyNumber, ...]:
    """Return the tightest rate that the sample supports, and what the firmware keeps there."""
    point = tightest(study)
    numbers = [
        KeyNumber(
            name="rate",
            value=f"{point.rate_khz.value:.3g} ± {point.rate_khz.error:.1g} kHz",
            lines=(
                f"{point.background.accepted:,} of {point.background.events:,} zero bias",
                *(
                    (f"may rest on fewer than {ENOUGH_COLLISIONS} collisions",)
                    if point.rests_on_few
                    else ()
                ),
            ),
        )
    ]
    for name, efficiency in point.signals:
        numbers.append(
            KeyNumber(
                name=name,
                value=f"{100 * efficiency.value:.1f} ± {100 * efficiency.error:.1f} %",
                lines=_lost(study, point.target_khz, name),
            )
        )
    return tuple(numbers)


def _lost(study: TriggerStudy, rate_khz: float, signal: str) -> tuple[str, ...]:
    wanted = (rate_khz, signal, _FIRMWARE)
    over = tuple(
        f"{100 * one.loss.value:+.2f} ± {100 * one.loss.error:.2f} % lost to float, "
        f"{one.seeds} seeds"
        for one in study.losses_over
        if (one.rate_khz, one.signal, one.version) == wanted
    )
    return over or tuple(
        f"{100 * at.loss.loss.value:+.2f} ± {100 * at.error:.2f} % lost to float"
        for at in study.losses
        if (at.rate_khz, at.loss.signal, at.loss.version) == wanted
    )


def _latency(report: HardwareReport | None) -> tuple[KeyNumber, ...]:
    if report is None:
        return ()
    latency = report.latency_ns
    if latency is None:
        return ()
    keeps = "within" if latency.value <= _BUDGET_NS else "beyond"
    return (
        KeyNumber(
            name="latency, estimated",
            value=f"{latency.value:.0f} ns",
            lines=(f"[{latency.low:.0f}-{latency.high:.0f}] ns, {keeps} {_BUDGET_NS:.0f} ns",),
        ),
    )
