"""Tables of a trigger: working points, menus, what is lost between versions."""

from collections.abc import Iterable, Sequence

from codesign.design.results import Measurement
from codesign.design.trigger_results import (
    ENOUGH_COLLISIONS,
    ENOUGH_EVENTS,
    Collisions,
    Efficiency,
    LossAt,
    MenuRates,
    MenuStudy,
    PointOf,
    WorkingPoint,
)
from codesign.design.trigger_study import LossOverSeeds, PileUpPoint, SeedResult
from codesign.reporting.tables import Column, Table

_FEW = "*"
_SHARED = "†"


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
            _threshold(point.threshold),
            _rate(point.rate_khz) + _marks(point),
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
            f"{_shared(of.point for of in points)}"
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
    rows = [(one.signal, (*one.seeds, one.any_seed)) for one in study.signals]
    return _signal_table(
        study,
        rows,
        title=f"Efficiencies of {study.menu} (%)",
        note="With binomial errors.",
        last="menu",
    )


def menu_pure_table(study: MenuStudy) -> Table:
    """Return the share of each signal that one seed alone accepts."""
    return _signal_table(
        study,
        [(one.signal, one.pure) for one in study.signals],
        title=f"Accepted by one line of {study.menu} alone (%)",
        note="Events that no other line accepts, with binomial errors.",
    )


def _signal_table(
    study: MenuStudy,
    rows: Sequence[tuple[str, Sequence[Efficiency]]],
    *,
    title: str,
    note: str,
    last: str = "",
) -> Table:
    names = [seed.name for seed in study.rates.seeds] + ([last] if last else [])
    return Table(
        title=title,
        note=note,
        header=("signal", "events", *names),
        columns=(Column.TEXT, *(Column.NUMBER,) * (1 + len(names))),
        rows=tuple(
            (signal, f"{shares[0].events:,}", *(_percent(share) for share in shares))
            for signal, shares in rows
        ),
    )


def loss_table(losses: Sequence[LossAt]) -> Table:
    """Return the efficiency lost from one version to another at each rate."""
    return Table(
        title="Efficiency lost at equal rate",
        note=(
            "In % of all events, on the same events. The error includes that of both thresholds "
            "(bootstrap of zero bias and signal, paired); at fixed thresholds it counts only "
            f"events that differ. {_FEW}: fewer than {ENOUGH_EVENTS} zero-bias events are accepted."
        ),
        header=(
            *("rate (kHz)", "signal", "from", "to", "lost", "error at fixed thresholds"),
            *("events lost", "events gained"),
        ),
        columns=(Column.NUMBER, *(Column.TEXT,) * 3, *(Column.NUMBER,) * 4),
        rows=tuple(
            (
                f"{at.rate_khz:g}",
                loss.signal,
                loss.reference,
                loss.version,
                f"{100 * loss.loss.value:.2f} ± {100 * at.error:.2f}"
                + ("" if at.is_supported else _FEW),
                f"{100 * loss.loss.error:.2f}",
                f"{loss.lost:,}",
                f"{loss.gained:,}",
            )
            for at in losses
            for loss in (at.loss,)
        ),
    )


def seeds_table(losses: Sequence[LossOverSeeds], seeds: Sequence[SeedResult]) -> Table:
    """Return what is lost on average over trainings, and by each of them."""
    numbers = [
        [f"{100 * seed.losses[row].loss.loss.value:+.2f}" for seed in seeds]
        for row in range(len(losses))
    ]
    return Table(
        title="Efficiency lost over seeds",
        note=(
            "In % of all events, from float. The error of the mean adds that of one seed, whose "
            "events are those of the others, and the spread over the root of the number of seeds. "
            f"{_FEW}: fewer than {ENOUGH_EVENTS} zero-bias events are accepted."
        ),
        header=(
            *("rate (kHz)", "signal", "to", "lost", "spread"),
            *(f"seed {seed.seed}" + ("" if seed.is_bit_exact else " (differs)") for seed in seeds),
        ),
        columns=(Column.NUMBER, Column.TEXT, Column.TEXT, *(Column.NUMBER,) * (2 + len(seeds))),
        rows=tuple(
            (
                f"{one.rate_khz:g}",
                one.signal,
                one.version,
                f"{100 * one.loss.value:.2f} ± {100 * one.loss.error:.2f}"
                + ("" if one.is_supported else _FEW),
                f"{100 * one.spread:.2f}",
                *by_seed,
            )
            for one, by_seed in zip(losses, numbers, strict=True)
        ),
    )


def pile_up_table(points: Sequence[PileUpPoint], collisions: Collisions) -> Table:
    """Return what the firmware's thresholds accept at other pile-ups."""
    signals = list(dict.fromkeys(name for point in points for name, _ in point.signals))
    return Table(
        title="Thresholds at other pile-ups",
        note=(
            f"{_crossings(collisions)}. The thresholds of the working points, unchanged; "
            f"efficiencies in %. {_FEW}: fewer than {ENOUGH_EVENTS} zero-bias events are accepted."
            f"{_shared(points)}"
        ),
        header=("pile-up", "chosen for (kHz)", "rate (kHz)", "accepted", "events", *signals),
        columns=(Column.NUMBER,) * (5 + len(signals)),
        rows=tuple(
            (
                f"{point.pile_up:g}",
                f"{point.target_khz:g}",
                _rate(point.rate_khz) + _marks(point),
                f"{point.background.accepted:,}",
                f"{point.background.events:,}",
                *(
                    _percent(dict(point.signals)[name]) if name in dict(point.signals) else "-"
                    for name in signals
                ),
            )
            for point in points
        ),
    )


def _marks(point: WorkingPoint | PileUpPoint) -> str:
    return ("" if point.is_supported else _FEW) + (_SHARED if point.rests_on_few else "")


def _shared(points: Iterable[WorkingPoint | PileUpPoint]) -> str:
    """Return what the second mark means, where there is one."""
    if not any(point.rests_on_few for point in points):
        return ""
    return f" {_SHARED}: may rest on fewer than {ENOUGH_COLLISIONS} collisions of the events' pool."


def _crossings(collisions: Collisions) -> str:
    return f"{collisions.clock_mhz:g} MHz, {collisions.filled:.1%} of the crossings filled"


def _threshold(threshold: float | None) -> str:
    return "none" if threshold is None else f"{threshold:g}"


def _rate(rate: Measurement) -> str:
    return f"{rate.value:.4g} ± {rate.error:.2g}"


def _percent(efficiency: Efficiency) -> str:
    return f"{100 * efficiency.value:.2f} ± {100 * efficiency.error:.2f}"
