"""Tables of a trigger: working points, menus, what is lost between versions."""

from collections.abc import Sequence

from codesign.design.results import Measurement
from codesign.design.trigger_results import (
    ENOUGH_EVENTS,
    Collisions,
    Efficiency,
    LossAt,
    MenuRates,
    MenuStudy,
    PointOf,
)
from codesign.reporting.tables import Column, Table

_FEW = "*"


def working_point_table(points: Sequence[PointOf], collisions: Collisions) -> Table:
    """Return thresholds, rates and efficiencies, one row a version and target rate.

    Args:
        points: All with the same signals.
        collisions: What the rates are shares of.
    """
    signals = [name for name, _ in points[0].point.signals]
    rows = tuple(
        (
            of.version,
            f"{point.target_khz:g}",
            f"{point.threshold:g}",
            _rate(point.rate_khz) + ("" if point.is_supported else _FEW),
            f"{point.background.accepted:,}",
            *(_percent(efficiency) for _, efficiency in point.signals),
        )
        for of in points
        for point in (of.point,)
    )
    return Table(
        title="Working points",
        note=(
            f"{_crossings(collisions)}; efficiencies in %, with binomial errors. "
            f"{_FEW}: fewer than {ENOUGH_EVENTS} zero-bias events are accepted: bring more."
        ),
        header=("score", "target (kHz)", "threshold", "rate (kHz)", "accepted", *signals),
        columns=(Column.TEXT, *(Column.NUMBER,) * (4 + len(signals))),
        rows=rows,
    )


def menu_table(rates: MenuRates) -> Table:
    """Return total, pure and proportional rates of each seed."""
    rows = [
        (
            seed.name + ("" if seed.is_supported else _FEW),
            _rate(seed.total_khz),
            _rate(seed.pure_khz),
            _rate(seed.proportional_khz),
        )
        for seed in rates.seeds
    ]
    rows.append(("menu", _rate(rates.total_khz), "", ""))
    return Table(
        title="Rates of the menu (kHz)",
        note=(
            f"{_crossings(rates.collisions)}; {rates.events:,} zero-bias events. Pure: no other "
            "seed accepts; proportional: shared among those that do. "
            f"{_FEW}: fewer than {ENOUGH_EVENTS} events."
        ),
        header=("seed", "total", "pure", "proportional"),
        columns=(Column.TEXT, *(Column.NUMBER,) * 3),
        rows=tuple(rows),
        total=True,
    )


def menu_efficiency_table(study: MenuStudy) -> Table:
    """Return the efficiency of each seed and of the menu for each signal."""
    seeds = [seed.name for seed in study.rates.seeds]
    return Table(
        title=f"Efficiencies of {study.menu} (%)",
        note="With binomial errors.",
        header=("signal", "events", *seeds, "menu"),
        columns=(Column.TEXT, *(Column.NUMBER,) * (2 + len(seeds))),
        rows=tuple(
            (
                one.signal,
                f"{one.any_seed.events:,}",
                *(_percent(seed) for seed in one.seeds),
                _percent(one.any_seed),
            )
            for one in study.signals
        ),
    )


def loss_table(losses: Sequence[LossAt]) -> Table:
    """Return the efficiency lost from one version to another at each rate."""
    return Table(
        title="Efficiency lost at equal rate",
        note="In % of all events, on the same events; the error counts those that differ.",
        header=("rate (kHz)", "signal", "from", "to", "lost", "events lost", "events gained"),
        columns=(Column.NUMBER, *(Column.TEXT,) * 3, *(Column.NUMBER,) * 3),
        rows=tuple(
            (
                f"{at.rate_khz:g}",
                loss.signal,
                loss.reference,
                loss.version,
                f"{100 * loss.loss.value:.2f} ± {100 * loss.loss.error:.2f}",
                f"{loss.lost:,}",
                f"{loss.gained:,}",
            )
            for at in losses
            for loss in (at.loss,)
        ),
    )


def _crossings(collisions: Collisions) -> str:
    return f"{collisions.clock_mhz:g} MHz, {collisions.filled:.1%} of the crossings filled"


def _rate(rate: Measurement) -> str:
    return f"{rate.value:.4g} ± {rate.error:.2g}"


def _percent(efficiency: Efficiency) -> str:
    return f"{100 * efficiency.value:.2f} ± {100 * efficiency.error:.2f}"
