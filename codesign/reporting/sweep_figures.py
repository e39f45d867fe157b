"""Figures of a sweep: quality against bits, sparsity and cost; Pareto fronts; the hypervolume."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from codesign.design.device import find_device
from codesign.reporting import notation
from codesign.reporting.plots import (
    COLORS,
    DARK,
    FAINT,
    GREY,
    Axes,
    Drawing,
    Figure,
    drawing,
    integer_ticks,
    note,
    plain,
    round_number_ticks,
)
from codesign.reporting.sweep_records import Reading, SweepSummary, SweptDesign, figure_name

_MARKERS = {"qat": "o", "ptq": "s"}
_LINES = {"qat": "-", "ptq": (0, (4, 2))}
_MANY = 800
_WIDE, _NEAR = 20, 4
"""From which ratio of the costs the axis is logarithmic; how far a limit may lie to be drawn."""
_SIZE = (8.0, 4.6)

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
        curves = _curves(summary, networks, bops, place, by_bits if len(aims) > 1 else "")
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
            rasterized=len(others) > _MANY,
        )
        for curve in curves:
            _draw(axes, curve)
        if kind == "bops":
            axes.set_xscale("log")
            round_number_ticks(axes)
        else:
            integer_ticks(axes)
        evidence = summary.evidence(kind)
        axes.set_xlabel(f"{label}, {evidence}" if evidence else label)
        axes.set_ylabel(_label(summary, quality))
        note(axes, _events(summary))
        if len(curves) > 1 or len({curve.mode for curve in curves}) > 1:
            axes.legend(ncols=1 + len(curves) // 7, loc="best")

    several = (
        " Lines join the best network of each place, which favors a lucky one; faint: the others."
        if len(others) > _drawn(curves)
        else ""
    )
    return drawing(
        paint,
        size=_SIZE,
        title=f"{_capital(figure_name(quality))} against {word}",
        caption=(
            f"{_events(summary)}. Bars: {summary.evidence(quality)}{_means(summary)}.{several}"
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
        yerr=_bars(readings),
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
        if key not in found or reading.value > found[key][1].value:
            found[key] = (at, reading)
    return tuple(sorted(found.values(), key=lambda pair: pair[0]))


def _networks(summary: SweepSummary) -> list[SweptDesign]:
    """Return one design a training: those that differ in hardware only have one quality."""
    seen: dict[str, SweptDesign] = {}
    for design in summary.designs:
        if design.reading(summary.quality) is not None:
            seen.setdefault(design.training, design)
    return list(seen.values())


def pareto_figures(summary: SweepSummary) -> tuple[Drawing, ...]:
    """Return the first objective against each other one: designs, the front, limits, the part."""
    first, *others = summary.goals
    return tuple(
        _pareto(summary, first.figure, other.figure)
        for other in others
        if len(_both(summary.designs, first.figure, other.figure)) > 1
    )


def _both(designs: Iterable[SweptDesign], quality: str, cost: str) -> set[float]:
    """Return the different costs of the designs that have both figures."""
    return {
        reading.value
        for design in designs
        if design.reading(quality) is not None and (reading := design.reading(cost)) is not None
    }


def _pareto(summary: SweepSummary, quality: str, cost: str) -> Drawing:
    rest = [d for d in summary.designs if not d.on_front]
    clear = [d for d in summary.front if not d.tied]
    tied = [d for d in summary.front if d.tied]
    caption = _pareto_caption(summary, cost, tied=len(tied))

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        _scatter(axes, rest, quality, cost)
        for group, face, word in (
            (clear, COLORS[0], "front"),
            (tied, "white", "front, within error of another"),
        ):
            _front(axes, group, (cost, quality), face, word)
        values = _both(summary.designs, quality, cost)
        if min(values) > 0 and max(values) / min(values) > _WIDE:
            axes.set_xscale("log")
            round_number_ticks(axes)
        _limits(axes, summary, quality, cost, largest=max(values))
        axes.set_xlabel(_label(summary, cost))
        axes.set_ylabel(_label(summary, quality))
        note(axes, _events(summary))
        axes.legend(loc="lower right")

    names = figure_name(quality), figure_name(cost)
    return drawing(
        paint,
        size=_SIZE,
        title=f"{_capital(names[0])} against {names[1]}",
        caption=caption,
        alt=f"{names[0]} against {names[1]} of {len(summary.designs)} designs",
    )


def _pareto_caption(summary: SweepSummary, cost: str, *, tied: int) -> str:
    goals = ", ".join(
        f"{'max' if goal.maximize else 'min'} {figure_name(goal.figure)}" for goal in summary.goals
    )
    parts = [
        f"{notation.count(len(summary.designs))} designs; the front is that of {goals}",
        f"{tied} of its {len(summary.front)} designs lie within the errors of another",
    ]
    parts += [
        f"the limit {limit.text} is {notation.count(limit.value)}"
        for limit in summary.limits
        if limit.figure == cost and not math.isnan(limit.value)
    ]
    capacity = _capacity(summary, cost)
    if capacity:
        parts.append(f"{summary.device} has {notation.count(capacity)} {figure_name(cost)}")
    return f"{'; '.join(parts)}{_means(summary)}."


def _scatter(axes: Axes, designs: Sequence[SweptDesign], quality: str, cost: str) -> None:
    points = [
        (x.value, y.value)
        for d in designs
        if (x := d.reading(cost)) is not None and (y := d.reading(quality)) is not None
    ]
    if points:
        axes.scatter(
            [x for x, _ in points],
            [y for _, y in points],
            s=12,
            color=GREY,
            alpha=0.5,
            linewidths=0,
            rasterized=len(points) > _MANY,
            label="dominated, or beyond a limit",
            zorder=2,
        )


def _front(
    axes: Axes, group: Sequence[SweptDesign], names: tuple[str, str], face: str, word: str
) -> None:
    pairs = [
        (x, y)
        for d in group
        if (x := d.reading(names[0])) is not None and (y := d.reading(names[1])) is not None
    ]
    if pairs:
        xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
        axes.errorbar(
            [x.value for x in xs],
            [y.value for y in ys],
            xerr=_bars(xs),
            yerr=_bars(ys),
            linestyle="none",
            marker="o",
            markersize=5.5,
            color=COLORS[0],
            markerfacecolor=face,
            elinewidth=0.8,
            capsize=2,
            label=word,
            zorder=4,
        )


def _limits(axes: Axes, summary: SweepSummary, quality: str, cost: str, *, largest: float) -> None:
    """Draw the constraints and what the part holds, where they are not far from the designs."""
    low, high = axes.get_ylim()
    near = low - (high - low) / 4, high + (high - low) / 4
    for limit in summary.limits:
        if math.isnan(limit.value):
            continue
        if limit.figure == cost and limit.value <= _NEAR * largest:
            axes.axvline(limit.value, color=COLORS[1], linestyle=(0, (5, 2)), label=limit.text)
        if limit.figure == quality and near[0] <= limit.value <= near[1]:
            axes.axhline(limit.value, color=COLORS[1], linestyle=(0, (1, 1.5)), label=limit.text)
    capacity = _capacity(summary, cost)
    if capacity and capacity <= _NEAR * largest:
        axes.axvline(capacity, color=DARK, linewidth=1, label=plain(f"all of {summary.device}"))


def _capacity(summary: SweepSummary, figure: str) -> int:
    if not summary.device:
        return 0
    return int(getattr(find_device(summary.device).resources, figure, 0))


def growth_figure(summary: SweepSummary) -> Drawing | None:
    """Return the hypervolume against time; None where nothing is on the front."""
    if not summary.growth:
        return None
    last = summary.growth[-1].seconds
    scale, unit = next(
        (s, word) for s, word, most in ((1, "s", 300), (60, "min", 18000), (3600, "h", math.inf))
        if last <= most
    )  # fmt: skip

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.step(
            [0.0, *(step.seconds / scale for step in summary.growth)],
            [0.0, *(100 * step.hypervolume for step in summary.growth)],
            where="post",
            color=COLORS[0],
        )
        axes.set_ylim(0, 105)
        axes.set_xlim(left=0)
        axes.set_xlabel(f"time since the first trial began ({unit})")
        axes.set_ylabel("hypervolume (% of the last)")
        note(axes, f"{notation.count(summary.growth[-1].trials)} designs")

    return drawing(
        paint,
        size=(8.0, 3.4),
        title="Hypervolume against time",
        caption=(
            "Share of the volume of the objectives that the front so far dominates, each objective "
            "scaled between the best and the worst design. A curve that is still rising wants a "
            "longer sweep."
        ),
        alt=f"Hypervolume over {last / scale:.3g} {unit}",
    )


def _bars(readings: Sequence[Reading]) -> list[list[float]] | None:
    if all(reading.low == reading.high for reading in readings):
        return None
    return [
        [reading.value - reading.low for reading in readings],
        [reading.high - reading.value for reading in readings],
    ]


def _label(summary: SweepSummary, figure: str) -> str:
    evidence = summary.evidence(figure)
    return f"{figure_name(figure)}\n({evidence})" if evidence else figure_name(figure)


def _events(summary: SweepSummary) -> str:
    where = plain(summary.sample)
    return f"{notation.count(summary.events)} test events of {where}" if summary.events else where


def _means(summary: SweepSummary) -> str:
    most = max((design.seeds for design in summary.designs), default=1)
    return f"; means over up to {most} seeds" if most > 1 else ""


def _drawn(curves: Iterable[_Curve]) -> int:
    return sum(len(curve.designs) for curve in curves)


def _scaled(reading: Reading | None, factor: float) -> float | None:
    return None if reading is None else factor * reading.value


def _value(design: SweptDesign, by: str) -> float:
    return float(getattr(design, by)) if by else 0.0


def _word(value: float, by: str) -> str:
    if not by:
        return ""
    return f"{value:.0f} bits" if by == "bits" else f"{notation.percent(value)} pruned"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
