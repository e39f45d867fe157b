"""What ``codesign estimate`` shows: costs with ranges, limits, changes."""

from collections.abc import Iterable, Sequence

from codesign.design.report import (
    Figure,
    HardwareReport,
    HeldOut,
    LayerReport,
    Usage,
)
from codesign.estimate.fits import Demand, Fit
from codesign.estimate.profile import Profile
from codesign.estimate.published_designs import PublishedDesign
from codesign.estimate.what_if import Change
from codesign.reporting import Table
from codesign.reporting.hardware_tables import figure
from codesign.reporting.tables import Column

_COSTS = ("LUT", "FF", "DSP", "BRAM 18K", "latency (cycles)", "II (cycles)")
_WORDS = {"lut": "LUT", "ff": "FF", "dsp": "DSP", "bram_18k": "BRAM 18K", "uram": "URAM",
          "latency_ns": "latency (ns)"}  # fmt: skip
_BAR = 20


def layer_costs(report: HardwareReport) -> Table:
    """Return one row a layer and the total, each figure with its 90 % range."""
    most = max((layer.usage.lut.value for layer in report.layers), default=0.0)
    rows = [
        (
            layer.name,
            _how(layer),
            *_costs(layer.usage, layer.latency_cycles, layer.initiation_interval),
            "#" * round(_BAR * layer.usage.lut.value / most) if most else "",
        )
        for layer in report.layers
    ]
    total = _costs(report.usage, report.latency_cycles, report.initiation_interval)
    return Table(
        title=f"{report.design} on {report.device}: what {report.target.stage} will report",
        note=(
            f"ESTIMATED for {report.tool} at {report.period_ns:g} ns with profile "
            f"{report.profile}; in brackets the range that holds the tool's figure with 90 %."
        ),
        header=("layer", "strategy", *_COSTS, "share of LUT"),
        columns=(Column.TEXT, Column.TEXT, *(Column.NUMBER,) * 6, Column.TEXT),
        rows=(*rows, ("total", "", *total, "")),
        total=True,
    )


def published_table(designs: Sequence[PublishedDesign]) -> Table:
    """Return what others reported of networks of the same layers, by layer where they did."""
    rows = tuple(
        (
            design.layer or "whole design",
            design.build,
            *(_or_dash(number) for number in (design.lut, design.ff, design.dsp, design.bram_18k)),
            _or_dash(design.latency_ns),
            f"{design.tool}, {design.part}",
            design.source,
        )
        for design in designs
    )
    header = ("layer", "build", "LUT", "FF", "DSP", "BRAM 18K", "latency (ns)", "tool", "source")
    return Table(
        title=f"What others reported of {designs[0].widths}",
        note=(
            "The same layers with other weights, bits and sparsities: to see where one stands, not "
            "to judge the estimate by. -: not published."
        ),
        header=header,
        columns=(*(Column.TEXT,) * 2, *(Column.NUMBER,) * 5, *(Column.TEXT,) * 2),
        rows=rows,
    )


def _or_dash(number: float | None) -> str:
    return "-" if number is None else f"{number:,.0f}"


def held_out_table(report: HardwareReport) -> Table:
    """Return how far the profile of an estimate was off on layers that it had not seen."""
    return _held_out(report.profile, report.held_out)


def profile_table(profile: Profile) -> Table:
    """Return how far a profile was off on layers that it had not seen."""
    errors = [error for model in profile.models for error in model.held_out]
    return _held_out(profile.name, errors)


def _held_out(name: str, errors: Iterable[HeldOut]) -> Table:
    rows = tuple(
        (
            error.quantity,
            f"{100 * error.error:.1f} %" if error.unit == "relative" else f"{error.error:.2f}",
            error.unit,
            error.split,
            str(error.designs),
        )
        for error in errors
    )
    return Table(
        title=f"How far to trust profile {name}",
        note="Mean error on layers held out of the fit, a group or a whole source at a time.",
        header=("quantity", "mean error", "unit", "held out", "layers"),
        columns=(Column.TEXT, Column.NUMBER, Column.TEXT, Column.TEXT, Column.NUMBER),
        rows=rows,
    )


def fit_table(fit: Fit) -> Table:
    """Return what is limited: used, available, verdict."""
    rows = tuple(
        (
            _WORDS[demand.name],
            figure(demand.used),
            f"{demand.available:,.0f}",
            _share(demand),
            demand.verdict.value,
        )
        for demand in fit.demands
    )
    regions = "region" if fit.slrs == 1 else "regions"
    return Table(
        title=f"Does it fit {100 * fit.budget:g} % of {fit.device}: {fit.verdict}",
        note=(
            f"{_WORDS[fit.first_out.name]} runs out first. It takes at least {fit.slrs} super "
            f"logic {regions} and {fit.bunch_crossings:.2f} bunch crossings of 25 ns."
        ),
        header=("what", "used", "available", "share", "verdict"),
        columns=(Column.TEXT, Column.NUMBER, Column.NUMBER, Column.NUMBER, Column.TEXT),
        rows=rows,
    )


def change_table(changes: Sequence[Change], demand: Demand) -> Table:
    """Return changes that lower what runs out first."""
    word = _WORDS[demand.name]
    rows = tuple(
        (
            change.text,
            f"{change.after:,.0f}",
            f"{change.after - change.before:+,.0f}",
            f"{change.latency_cycles:g}",
            f"{change.initiation_interval:g}",
        )
        for change in changes
    )
    return Table(
        title=f"What would lower {word}",
        note=(
            "ESTIMATED, one change at a time. Reuse factors and strategies need no new training; "
            "fewer bits do."
        ),
        header=("change", word, "difference", "latency (cycles)", "II (cycles)"),
        columns=(Column.TEXT, *(Column.NUMBER,) * 4),
        rows=rows,
    )


def sweep_table(factors: Iterable[int], reports: Sequence[HardwareReport]) -> Table:
    """Return one row a reuse factor."""
    rows = tuple(
        (
            str(factor),
            " ".join(str(layer.reuse_factor) for layer in report.layers if layer.reuse_factor),
            *_costs(report.usage, report.latency_cycles, report.initiation_interval),
        )
        for factor, report in zip(factors, reports, strict=True)
    )
    return Table(
        title="Other reuse factors",
        note="ESTIMATED; each layer takes the legal reuse factor that is nearest.",
        header=("asked", "layers take", *_COSTS),
        columns=(Column.NUMBER, Column.TEXT, *(Column.NUMBER,) * 6),
        rows=rows,
    )


def _costs(usage: Usage, latency: Figure | None, interval: Figure | None) -> tuple[str, ...]:
    numbers = (usage.lut, usage.ff, usage.dsp, usage.bram_18k, latency, interval)
    return tuple(map(figure, numbers))


def _how(layer: LayerReport) -> str:
    return f"{layer.strategy}, {layer.reuse_factor}" if layer.strategy else ""


def _share(demand: Demand) -> str:
    return "-" if not demand.available else f"{100 * demand.share:.1f} %"
