"""Figures of a trigger: turn-on curves, other pile-ups, other trainings."""

from collections.abc import Sequence

import numpy as np

from codesign.design.trigger_results import Efficiency
from codesign.design.trigger_study import PileUpPoint, SeedResult, TurnOnCurve
from codesign.reporting.plots import (
    COLORS,
    DARK,
    GREY,
    Axes,
    Drawing,
    Figure,
    drawing,
    integer_ticks,
    note,
    plain,
    power_of_ten_ticks,
)

_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_STAGGER = 0.12


def turn_on_figure(curves: Sequence[TurnOnCurve]) -> Drawing:
    """Return efficiency against each quantity, one panel a quantity, one color a signal.

    Args:
        curves: At least one, all at the same rate.
    """
    quantities = list(dict.fromkeys(curve.quantity for curve in curves))
    signals = list(dict.fromkeys(curve.signal for curve in curves))
    rate = curves[0].rate_khz

    def paint(figure: Figure) -> None:
        panels = figure.subplots(1, len(quantities), sharey=True, squeeze=False)[0]
        for axes, quantity in zip(panels, quantities, strict=True):
            for curve in (one for one in curves if one.quantity == quantity):
                number = signals.index(curve.signal)
                _efficiencies(axes, curve, COLORS[number % len(COLORS)], _marker(number))
                axes.set_xlabel(f"{quantity} ({curve.unit})")
            axes.set_ylim(-3, 103)
        panels[0].set_ylabel("efficiency (%)")
        panels[-1].legend(loc="lower right")
        note(panels[-1], f"trigger rate {rate:g} kHz")

    return drawing(
        paint,
        size=(8.6, 4.2),
        title="Turn-on of the score",
        caption=(
            f"At {rate:g} kHz, for the firmware; 68 % Clopper-Pearson intervals. Bins without "
            "events are left out."
        ),
        alt=f"Efficiency of {', '.join(signals)} against {' and '.join(quantities)}",
    )


def pile_up_figure(points: Sequence[PileUpPoint]) -> Drawing:
    """Return the rate of each threshold against pile-up.

    Args:
        points: At least one.
    """
    targets = sorted({point.target_khz for point in points})

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for number, target in enumerate(targets):
            color = COLORS[number % len(COLORS)]
            chosen = sorted(
                (one for one in points if one.target_khz == target), key=lambda one: one.pile_up
            )
            rates = np.array([one.rate_khz.value for one in chosen])
            errors = np.array([one.rate_khz.error for one in chosen])
            axes.errorbar(
                [one.pile_up for one in chosen],
                rates,
                # on a logarithmic axis a bar ends above 0
                yerr=[np.minimum(errors, 0.9 * rates), errors],
                color=color,
                marker=_marker(number),
                label=f"{target:g} kHz",
            )
            axes.axhline(target, color=color, linewidth=0.8, linestyle=":")
        axes.set_yscale("log")
        power_of_ten_ticks(axes.yaxis)
        axes.set_xlabel("pile-up (mean collisions a crossing)")
        axes.set_ylabel("trigger rate (kHz)")
        axes.legend(title="chosen for")

    return drawing(
        paint,
        size=(8.0, 4.2),
        title="Rate at other pile-ups",
        caption="Thresholds unchanged; dotted: the rates they were chosen for.",
        alt="Trigger rate against pile-up",
    )


def seeds_figure(seeds: Sequence[SeedResult], *, rate_khz: float) -> Drawing:
    """Return the efficiency of each training, float and firmware side by side.

    Args:
        seeds: At least one.
        rate_khz: One of their targets.
    """
    points = [
        (of.version, seed.seed, of.point)
        for seed in seeds
        for of in seed.points
        if of.point.target_khz == rate_khz and of.version != "qkeras"
    ]
    versions = list(dict.fromkeys(version for version, _, _ in points))
    signals = [name for name, _ in points[0][2].signals]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for version, seed, point in points:
            place = seed + _STAGGER * (versions.index(version) - 0.5)
            is_first = version == versions[0]
            for number, (_, found) in enumerate(point.signals):
                axes.errorbar(
                    place,
                    100 * found.value,
                    yerr=_bars([found]),
                    color=COLORS[number % len(COLORS)],
                    marker="o",
                    markerfacecolor="white" if is_first else None,
                )
        _seed_legends(axes, signals, versions)
        integer_ticks(axes)
        axes.set_yscale("log")
        power_of_ten_ticks(axes.yaxis)
        axes.set_xlabel("seed")
        axes.set_ylabel("signal efficiency (%)")
        note(axes, f"trigger rate {rate_khz:g} kHz")

    return drawing(
        paint,
        size=(8.0, 4.6),
        title="Efficiency of each training",
        caption=(
            f"At {rate_khz:g} kHz, each version with a threshold of its own; 68 % Clopper-Pearson "
            "intervals. Signal events are the same for all."
        ),
        alt=f"Efficiency of {', '.join(signals)} for each seed",
    )


def _seed_legends(axes: Axes, signals: Sequence[str], versions: Sequence[str]) -> None:
    colored = [
        axes.plot([], [], color=COLORS[number % len(COLORS)], marker="o", label=plain(name))[0]
        for number, name in enumerate(signals)
    ]
    kinds = [
        axes.plot(
            [],
            [],
            color=DARK,
            linestyle="",
            marker="o",
            markerfacecolor="white" if number == 0 else DARK,
            label=name,
        )[0]
        for number, name in enumerate(versions)
    ]
    axes.legend(handles=[*colored, *kinds], loc="center left", bbox_to_anchor=(1.0, 0.5))


def _efficiencies(axes: Axes, curve: TurnOnCurve, color: str, marker: str) -> None:
    middles = (np.asarray(curve.edges[:-1]) + curve.edges[1:]) / 2
    seen = [
        (middle, found)
        for middle, found in zip(middles, curve.bins, strict=True)
        if found is not None
    ]
    if not seen:
        return
    places, bins = zip(*seen, strict=True)
    axes.errorbar(
        places,
        [100 * found.value for found in bins],
        yerr=_bars(bins),
        color=color,
        ecolor=GREY,
        elinewidth=0.8,
        marker=marker,
        markersize=3.5,
        linewidth=1.2,
        label=plain(curve.signal),
    )


def _bars(found: Sequence[Efficiency]) -> list[list[float]]:
    """Return the lengths of the error bars down and up, in percent."""
    down = [100 * (one.value - one.low) for one in found]
    up = [100 * (one.high - one.value) for one in found]
    return [down, up]


def _marker(number: int) -> str:
    return _MARKERS[number % len(_MARKERS)]
