"""Figures of how well energies are measured: the response, and its width in ranges."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from codesign.design.results import Resolution, ResolutionBin
from codesign.reporting import notation
from codesign.reporting.plots import COLORS, GREY, Axes, Drawing, Figure, drawing, note, plain
from codesign.reporting.responses import Responses

_LARGE_RATIO = 10
"""From which ratio of the ends of the last and the first bin on an axis is logarithmic."""
_HISTOGRAM_BINS = 60
_CORE = (0.005, 0.995)
_STYLES: dict[str, dict[str, Any]] = {
    "calibrated sum": {"color": GREY, "marker": "x"},
    "boosted trees": {"color": COLORS[1], "marker": "D"},
    "float": {"color": COLORS[2], "marker": "o", "linestyle": (0, (1, 1.5))},
}
_FIRMWARE: dict[str, Any] = {"color": COLORS[0], "marker": "s"}


def resolution_figure(responses: Responses, resolutions: Sequence[Resolution]) -> Drawing:
    """Return the resolution against each variable, one line a stage."""
    shown = [found for found in resolutions if found.stage in responses.drawn_stages]
    names = [(name, unit) for name, unit, _ in responses.against]

    def paint(figure: Figure) -> None:
        panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
        for axes, (name, unit) in zip(panels, names, strict=True):
            for found in shown:
                _draw(axes, [entry for entry in found.bins if entry.variable == name], found.stage)
            axes.set_xlabel(plain(f"{name} ({unit})" if unit else name))
            axes.set_ylim(bottom=0)
        panels[0].set_ylabel("relative IQR of estimate / truth (%)")
        if any(found.bins for found in shown):
            panels[0].legend()
        note(panels[-1], _events(responses))

    return drawing(
        paint,
        size=(1.2 + 4.2 * len(names), 4.2),
        title="Energy resolution",
        caption=(
            f"{_events(responses)} in bins of equal numbers. Relative IQR: distance of the "
            "quartiles of estimate / truth over 1.349 times its median. Bars: one standard "
            "deviation."
        ),
        alt=f"Resolution of {', '.join(f.stage for f in shown)} against {', '.join(dict(names))}",
    )


def response_figure(responses: Responses) -> Drawing:
    """Return the distribution of estimate over truth of each stage."""
    stages = responses.drawn_stages
    found = {stage: responses.response(stage) for stage in stages}
    every = np.concatenate(list(found.values()))
    low, high = np.quantile(every, _CORE)
    edges = np.linspace(low, high, _HISTOGRAM_BINS + 1)

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for stage, values in found.items():
            style = {**_STYLES.get(stage, _FIRMWARE)}
            style.pop("marker")
            heights, _ = np.histogram(values, bins=edges)
            label = plain(notation.stage_name(stage))
            axes.stairs(heights, edges, label=label, linewidth=1.6, **style)
        axes.axvline(1, color=GREY, linewidth=0.8, zorder=1)
        axes.set_xlabel("estimate / truth")
        axes.set_ylabel("events a bin")
        axes.legend()
        note(axes, _events(responses))

    return drawing(
        paint,
        size=(6.4, 4.2),
        title="Response",
        caption=f"{_events(responses)}; 1 % of all estimates are outside of the figure.",
        alt=f"Histograms of estimate over truth of {', '.join(stages)}",
    )


def _draw(axes: Axes, bins: Sequence[ResolutionBin], stage: str) -> None:
    if not bins:
        return
    edges = np.array([[entry.low, entry.high] for entry in bins])
    logarithmic = edges.min() > 0 and edges[-1, 1] > _LARGE_RATIO * edges[0, 1]
    middle = np.sqrt(edges.prod(axis=1)) if logarithmic else edges.mean(axis=1)
    if logarithmic:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.errorbar(
        middle,
        [100 * entry.resolution.value for entry in bins],
        yerr=[100 * entry.resolution.error for entry in bins],
        markersize=4.5,
        label=plain(notation.stage_name(stage)),
        **_STYLES.get(stage, _FIRMWARE),
    )


def _events(responses: Responses) -> str:
    return f"{notation.count(responses.num_events)} test events"
