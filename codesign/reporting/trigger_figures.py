"""Figures of a trigger: efficiency against rate, distributions of the score, overlaps."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from codesign.design.trigger_results import MenuRates, RateCurve
from codesign.errors import InvalidDataError
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
    power_of_ten_ticks,
)

_STYLES = ("-", (0, (1, 1.5)), (0, (5, 2)))
_BINS = 60


def rate_figure(curves: Sequence[RateCurve], *, working_khz: Sequence[float] = ()) -> Drawing:
    """Return signal efficiency against trigger rate, one color a signal, one style a version.

    Args:
        curves: At least one.
        working_khz: Rates to mark.

    Raises:
        InvalidDataError: If there are no curves.
    """
    if not curves:
        msg = "no signal to draw the efficiency of; bring events of another class than zero bias"
        raise InvalidDataError(msg)
    signals = list(dict.fromkeys(curve.signal for curve in curves))
    versions = list(dict.fromkeys(curve.version for curve in curves))
    background = notation.count(curves[0].background)

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for curve in curves:
            axes.plot(
                curve.rates_khz,
                100 * np.asarray(curve.efficiencies),
                color=COLORS[signals.index(curve.signal) % len(COLORS)],
                linestyle=_STYLES[versions.index(curve.version) % len(_STYLES)],
            )
        for rate in working_khz:
            axes.axvline(rate, color=GREY, linewidth=0.8, zorder=1)
        axes.set_xscale("log")
        axes.set_yscale("log")
        power_of_ten_ticks(axes.xaxis)
        axes.set_xlabel("trigger rate (kHz)")
        axes.set_ylabel("signal efficiency (%)")
        note(axes, f"{background} zero-bias events")
        _legends(axes, signals, versions)

    return drawing(
        paint,
        size=(8.0, 5.0),
        title="Signal efficiency against trigger rate",
        caption=(
            f"{background} zero-bias events; a curve begins where ten of them are accepted, at the "
            "lowest rate that the sample supports."
        ),
        alt=f"Efficiency of {', '.join(signals)} against rate for {', '.join(versions)}",
    )


def score_figure(scores: Mapping[str, NDArray[np.generic]], *, version: str) -> Drawing:
    """Return the distribution of a score, one line a class, on a logarithmic axis.

    Args:
        scores: Of each class, shape (events,), not negative.
        version: Whose scores.
    """
    largest = max(float(np.max(values)) for values in scores.values())
    edges = np.concatenate([[0.0], np.geomspace(max(largest, 1e-9) * 1e-4, largest, _BINS)])

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for number, (name, values) in enumerate(scores.items()):
            heights, _ = np.histogram(values, bins=edges)
            axes.stairs(
                np.maximum(heights / len(values), 1e-12),
                edges,
                color=DARK if number == 0 else COLORS[(number - 1) % len(COLORS)],
                label=plain(f"{name} ({notation.count(len(values))})"),
                linewidth=1.6,
            )
        smallest = min(1 / len(values) for values in scores.values())
        axes.set_xscale("symlog", linthresh=edges[1])
        axes.set_yscale("log")
        axes.set_ylim(smallest / 2, 1.5)
        power_of_ten_ticks(axes.yaxis)
        axes.set_xlabel(f"score ({version})")
        axes.set_ylabel("share of the class a bin")
        axes.legend()

    return drawing(
        paint,
        size=(8.0, 4.2),
        title="Distribution of the score",
        caption="Each class adds up to one; the first bin holds everything down to zero.",
        alt=f"Histograms of the score of {', '.join(scores)}",
    )


def overlap_figure(rates: MenuRates) -> Drawing:
    """Return which share of each seed's rate every other seed accepts as well."""
    names = [plain(seed.name) for seed in rates.seeds]
    overlap = np.asarray(rates.overlap_khz)
    own = np.maximum(np.diag(overlap), np.finfo(float).tiny)
    shares = 100 * overlap / own[:, None]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
        for (row, column), value in np.ndenumerate(shares):
            ink = "white" if value > 50 else DARK
            text = f"{value:.0f}" if overlap[row, row] else "-"
            axes.text(column, row, text, ha="center", va="center", color=ink)
        axes.set_xticks(range(len(names)), names, rotation=30, ha="right")
        axes.set_yticks(range(len(names)), names)
        axes.grid(visible=False)
        axes.tick_params(length=0)
        axes.set_xlabel("also accepted by")
        axes.set_ylabel("rate of")
        note(axes, f"{notation.count(rates.events)} zero-bias events")
        figure.colorbar(image, ax=axes, label="share of the row's rate (%)", shrink=0.85)

    return drawing(
        paint,
        size=(1.1 * len(names) + 4.2, 0.7 * len(names) + 3.0),
        title="Overlap of the seeds",
        caption="Each seed overlaps with itself; a dash where it accepts nothing.",
        alt=f"Overlap matrix of {', '.join(names)}",
    )


def _legends(axes: Axes, signals: Sequence[str], versions: Sequence[str]) -> None:
    colored = [
        axes.plot([], [], color=COLORS[number % len(COLORS)], label=plain(name))[0]
        for number, name in enumerate(signals)
    ]
    first = axes.legend(handles=colored, loc="lower right")
    if len(versions) > 1:
        axes.add_artist(first)
        styled = [
            axes.plot([], [], color=DARK, linestyle=_STYLES[number % len(_STYLES)], label=name)[0]
            for number, name in enumerate(versions)
        ]
        axes.legend(handles=styled, loc="upper left")
