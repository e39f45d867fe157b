"""Figures of a trigger: efficiency against rate, distributions of the score, overlaps."""

from collections.abc import Sequence

import numpy as np

from codesign.design.trigger_results import MenuRates, RateCurve
from codesign.design.trigger_study import ScoreHistogram
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
_SMALLEST_SHOWN = 2.0**-14
_GAP = 1.5
"""Width of the first bin, as a factor."""


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


def score_figure(histograms: Sequence[ScoreHistogram]) -> Drawing:
    """Return the distribution of a score, one line a class, on logarithmic axes.

    Args:
        histograms: Of one version, one a class; at least one.
    """
    edges = np.asarray(max((one.edges for one in histograms), key=len))
    shown = edges[edges > edges[-1] * _SMALLEST_SHOWN]
    classes = [one.events_of for one in histograms]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for number, one in enumerate(histograms):
            below = int(np.sum(np.asarray(one.edges[1:]) <= shown[0]))
            counts = np.zeros(len(shown))
            counts[0] = sum(one.counts[:below])
            above = np.asarray(one.counts[below:], np.float64)
            counts[1 : 1 + len(above)] = above
            axes.stairs(
                np.maximum(counts / max(1, one.events), 1e-12),
                [shown[0] / _GAP, *shown],
                color=DARK if number == 0 else COLORS[(number - 1) % len(COLORS)],
                label=plain(f"{one.events_of} ({notation.count(one.events)})"),
                linewidth=1.6,
            )
        smallest = min(1 / max(1, one.events) for one in histograms)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(smallest / 2, 1.5)
        power_of_ten_ticks(axes.yaxis)
        power_of_ten_ticks(axes.xaxis)
        axes.set_xlabel(f"score ({histograms[0].version})")
        axes.set_ylabel("share of the class a bin")
        axes.legend()

    return drawing(
        paint,
        size=(8.0, 4.2),
        title=f"Distribution of the score ({histograms[0].version})",
        caption="Each class adds up to one; the first bin holds everything down to zero.",
        alt=f"Histograms of the score of {', '.join(classes)}",
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
