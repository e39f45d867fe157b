"""Quality against cost: all designs of a sweep, the front, limits, the part."""

import math
from collections.abc import Iterable, Sequence

from codesign.design.device import find_device
from codesign.reporting import notation
from codesign.reporting.plots import (
    COLORS,
    DARK,
    GREY,
    Axes,
    Drawing,
    Figure,
    drawing,
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
from codesign.reporting.sweep_records import SweepSummary, SweptDesign, figure_name

_WIDE, _NEAR = 20, 4
"""From which ratio of the costs the axis is logarithmic; how far a limit may lie to be drawn."""


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
        axes.set_xlabel(axis_label(summary, cost))
        axes.set_ylabel(axis_label(summary, quality))
        note(axes, events_of(summary))
        axes.legend(loc="lower right")

    names = figure_name(quality), figure_name(cost)
    return drawing(
        paint,
        size=SIZE,
        title=f"{capital(names[0])} against {names[1]}",
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
    return f"{'; '.join(parts)}{means_of(summary)}."


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
            rasterized=len(points) > MANY,
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
            xerr=error_bars(xs),
            yerr=error_bars(ys),
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
