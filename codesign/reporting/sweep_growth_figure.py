"""The hypervolume of a sweep against time."""

import math

from codesign.reporting import notation
from codesign.reporting.plots import (
    COLORS,
    Drawing,
    Figure,
    drawing,
    note,
)
from codesign.reporting.sweep_records import SweepSummary


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
