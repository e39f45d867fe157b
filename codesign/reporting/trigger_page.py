"""The page of an anomaly trigger: rates, efficiencies, agreement, the design."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.design.candidate import Candidate
from codesign.design.codec import to_json
from codesign.design.network import QuantizedNetwork
from codesign.design.results import Certificate
from codesign.design.trigger_results import PointOf, TriggerStudy
from codesign.metrics import summarize_layers
from codesign.reporting import tables
from codesign.reporting.overview import KeyNumber, verdict_of
from codesign.reporting.sections import Page, Section, write_page
from codesign.reporting.trigger_figures import rate_figure, score_figure
from codesign.reporting.trigger_tables import loss_table, working_point_table

_FIRMWARE = "firmware"


def write_trigger_page(
    candidate: Candidate,
    study: TriggerStudy,
    certificate: Certificate,
    network: QuantizedNetwork,
    *,
    scores: Mapping[str, NDArray[np.float64]],
    path: Path,
) -> Path:
    """Write the page of an anomaly trigger and return its path.

    Args:
        candidate: What was built.
        study: Rates and efficiencies.
        certificate: Whether firmware and model agree.
        network: Encoder and score.
        scores: The firmware's scores of each class, zero bias first.
        path: The HTML file; its folder must exist.

    Raises:
        InvalidDataError: If the folder does not exist.
    """
    layers = summarize_layers(network, candidate.hardware)
    targets = list(dict.fromkeys(of.point.target_khz for of in study.points))
    curves = [curve for curve in study.curves if curve.version != "qkeras"]
    page = Page(
        kind="trigger",
        name=candidate.name,
        subtitle=f"{candidate.data.sample} · score {network.outputs[0]}",
        verdict=verdict_of(certificate),
        key_numbers=_key_numbers(study),
        evidence=(
            "Rates are those of the sample at the stated collisions, with statistical errors only. "
            "No synthesis evidence on this page."
        ),
        sections=(
            Section(
                title="Rates and efficiencies",
                items=(
                    rate_figure(curves, working_khz=targets),
                    working_point_table(study.points, study.collisions),
                    loss_table(study.losses),
                ),
            ),
            Section(title="Score", items=(score_figure(scores, version=_FIRMWARE),)),
            Section(
                title="Agreement",
                items=(tables.certificate_table(certificate), tables.layer_table(certificate)),
            ),
            Section(
                title="Precision and cost",
                items=(tables.precision_table(layers), tables.cost_table(layers)),
            ),
        ),
        source=to_json(candidate),
    )
    return write_page(page, path)


def _key_numbers(study: TriggerStudy) -> tuple[KeyNumber, ...]:
    """Return the tightest rate that the sample supports, and what the firmware keeps there."""
    points = [of for of in study.points if of.version == _FIRMWARE]
    supported = [of for of in points if of.point.is_supported] or points
    tightest: PointOf = min(supported, key=lambda of: of.point.target_khz)
    point = tightest.point
    numbers = [
        KeyNumber(
            name="rate",
            value=f"{point.rate_khz.value:.3g} ± {point.rate_khz.error:.1g} kHz",
            lines=(f"{point.background.accepted:,} of {point.background.events:,} zero bias",),
        )
    ]
    for name, efficiency in point.signals:
        lost = [
            f"{100 * at.loss.loss.value:+.2f} ± {100 * at.loss.loss.error:.2f} % lost to float"
            for at in study.losses
            if (at.rate_khz, at.loss.signal, at.loss.version) == (point.target_khz, name, _FIRMWARE)
        ]
        numbers.append(
            KeyNumber(
                name=name,
                value=f"{100 * efficiency.value:.1f} ± {100 * efficiency.error:.1f} %",
                lines=tuple(lost),
            )
        )
    return tuple(numbers)
