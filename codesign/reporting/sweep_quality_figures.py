"""The quality of the networks of a sweep against bits, sparsity and bit operations."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from codesign.reporting import notation
from codesign.reporting.plots import (
    COLORS,
    FAINT,
    Axes,
    Drawing,
    Figure,
    drawing,
    integer_ticks,
    note,
    plain,
    round_number_ticks,
)
from codesign.reporting.sweep_labels import (
    MANY,
    SIZE,
    axis_label,
    capital,
    error_bars,
    events_of,
    means_of,
)
from codesign.reporting.sweep_records import Reading, SweepSummary, SweptDesign, figure_name

_MARKERS = {"qat": "o", "ptq": "s"}
_LINES = {"qat": "-", "ptq": (0, (4, 2))}
Axis = Callable[[SweptDesign], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Curve:
    """Designs that are joined by a line, the best of each place on the axis."""

    label: str
    mode: str
    color: str
    designs: tuple[tuple[float, Reading], ...]


def quality_figures(summary: SweepSummary) -> tuple[Drawing, ...]:
    """Return the quality of the networks against bits, sparsity and bit operations.

    An axis along which nothing was varied is left out.
    """
    networks = _networks(summary)
    bits: Axis = lambda design: float(design.bits)  # noqa: E731 - one of three of a kind
    aim: Axis = lambda design: 100 * design.aim  # noqa: E731
    sparsity: Axis = lambda design: _scaled(design.reading("sparsity"), 100)  # noqa: E731
    bops: Axis = lambda design: _scaled(design.reading("bops"), 1)  # noqa: E731
    widths, aims = {design.bits for design in networks}, {design.aim for design in networks}
    by_aim = "" if len(aims) == 1 else "aim"
    by_bits = "" if len(widths) == 1 else "bits"
    if len({design.reads for design in networks}) > 1:
        by_aim = by_bits = "reads"
    found = []
    if len(widths) > 1:
        found.append(
            _against(summary, bits, "bits", _curves(summary, networks, bits, bits, by_aim))
        )
    if len(aims) > 1:
        curves = _curves(summary, networks, sparsity, aim, by_bits)
        found.append(_against(summary, sparsity, "sparsity", curves))
    if len(widths) > 1 or len(aims) > 1:
        place = aim if len(aims) > 1 else bits
        by = by_bits if len(aims) > 1 or by_bits == "reads" else ""
        curves = _curves(summary, networks, bops, place, by)
        if any(curve.designs for curve in curves):
            found.append(_against(summary, bops, "bops", curves))
    return tuple(found)


_AXES = {
    "bits": ("weight bits of the widest layer, sign included", "bits", ""),
    "sparsity": ("zero weights of the trained kernels (%)", "sparsity", ""),
    "bops": (
        "bit operations per inference (BOPs)",
        "BOPs",
        " As in Hawks et al., arXiv:2102.11289.",
    ),
}


def _against(summary: SweepSummary, axis: Axis, kind: str, curves: Sequence[_Curve]) -> Drawing:
    """Return quality against one axis: all networks faint, the best of each place joined."""
    label, word, source = _AXES[kind]
    quality = summary.quality
    others = [
        (place, reading.value)
        for design in _networks(summary)
        if (place := axis(design)) is not None and (reading := design.reading(quality)) is not None
    ]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.scatter(
            [place for place, _ in others],
            [value for _, value in others],
            s=12,
            color=FAINT,
            zorder=1,
            rasterized=len(others) > MANY,
        )
        for curve in curves:
            _draw(axes, curve)
        if not summary.quality_rises:
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
            axes.yaxis.set_minor_formatter(lambda value, _: _tick(value))
        if kind == "bops":
            axes.set_xscale("log")
            round_number_ticks(axes)
        else:
            integer_ticks(axes)
        evidence = summary.evidence(kind)
        axes.set_xlabel(f"{label}, {evidence}" if evidence else label)
        axes.set_ylabel(axis_label(summary, quality))
        note(axes, events_of(summary))
        if len(curves) > 1 or len({curve.mode for curve in curves}) > 1:
            axes.legend(ncols=1 + len(curves) // 7, loc="best")

    several = (
        " Lines join the best network of each place, which favors a lucky one; faint: the others."
        if len(others) > _drawn(curves)
        else ""
    )
    return drawing(
        paint,
        size=SIZE,
        title=f"{capital(figure_name(quality))} against {word}",
        caption=(
            f"{events_of(summary)}. Bars: {summary.evidence(quality)}{means_of(summary)}.{several}"
            f"{source}"
        ),
        alt=f"{figure_name(quality)} against {word} for {', '.join(c.label for c in curves)}",
    )


def _draw(axes: Axes, curve: _Curve) -> None:
    if not curve.designs:
        return
    places = [place for place, _ in curve.designs]
    readings = [reading for _, reading in curve.designs]
    axes.errorbar(
        places,
        [reading.value for reading in readings],
        yerr=error_bars(readings),
        color=curve.color,
        marker=_MARKERS.get(curve.mode, "o"),
        markersize=4.5,
        linestyle=_LINES.get(curve.mode, "-"),
        capsize=2,
        elinewidth=1,
        label=plain(curve.label),
        zorder=3,
    )


def _curves(
    summary: SweepSummary, networks: Sequence[SweptDesign], axis: Axis, place: Axis, by: str
) -> list[_Curve]:
    """Return one curve for each training mode and each value of what the color tells."""
    modes = sorted({design.mode for design in networks})
    values = sorted({_value(design, by) for design in networks})
    found = []
    for mode in modes:
        for index, value in enumerate(values):
            group = [d for d in networks if d.mode == mode and _value(d, by) == value]
            color = COLORS[(index if len(values) > 1 else modes.index(mode)) % len(COLORS)]
            points = _best(summary, group, axis, place)
            if points:
                label = ", ".join(word for word in (mode.upper(), _word(value, by)) if word)
                found.append(_Curve(label=label, mode=mode, color=color, designs=points))
    return found


def _best(
    summary: SweepSummary, group: Iterable[SweptDesign], axis: Axis, place: Axis
) -> tuple[tuple[float, Reading], ...]:
    found: dict[float, tuple[float, Reading]] = {}
    for design in group:
        reading, at, key = design.reading(summary.quality), axis(design), place(design)
        if reading is None or at is None or key is None:
            continue
        better = 1 if summary.quality_rises else -1
        if key not in found or better * reading.value > better * found[key][1].value:
            found[key] = (at, reading)
    return tuple(sorted(found.values(), key=lambda pair: pair[0]))


def _networks(summary: SweepSummary) -> list[SweptDesign]:
    """Return one design a training: those that differ in hardware only have one quality."""
    seen: dict[str, SweptDesign] = {}
    for design in summary.designs:
        if design.reading(summary.quality) is not None:
            seen.setdefault(design.training, design)
    return list(seen.values())


def _drawn(curves: Iterable[_Curve]) -> int:
    return sum(len(curve.designs) for curve in curves)


def _scaled(reading: Reading | None, factor: float) -> float | None:
    return None if reading is None else factor * reading.value


def _tick(value: float) -> str:
    """Return what is written beside a minor tick: 2, 3 and 5 of each decade alone."""
    return f"{100 * value:.2g} %" if f"{value:.0e}"[0] in "235" else ""


def _value(design: SweptDesign, by: str) -> Any:
    """Return what the color tells: always a number, or always a word."""
    return getattr(design, by) if by else 0.0


def _word(value: Any, by: str) -> str:
    if not by or by == "reads":
        return value if by else ""
    return f"{value:.0f} bits" if by == "bits" else f"{notation.percent(value)} pruned"
