"""How a sweep stands, read while it runs."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from codesign.sweep.goals import Constraint, Objective
from codesign.sweep.outcome import State
from codesign.sweep.results.dominance import Costs, hypervolume
from codesign.sweep.results.pareto import FrontPoint, costs_of, front, keeps
from codesign.sweep.store.history import frequent_reasons, recently_final
from codesign.sweep.store.lock import Holder, holder
from codesign.sweep.store.store import Store

_RECENT_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a sweep stands.

    Attributes:
        name: Of the sweep.
        counts: Trials by state.
        driver: Who drives it now; None for nobody.
        rate: Final trials a minute over the last ten minutes.
        remaining_s: Seconds until the known trials are final at this rate; None where none is.
        reasons: The most frequent ones of trials that are not done: state, reason, how many.
        front: Of the trials so far.
        objectives: What the front is of.
    """

    name: str
    counts: dict[State, int]
    driver: Holder | None
    rate: float
    remaining_s: float | None
    reasons: list[tuple[State, str, int]]
    front: tuple[FrontPoint, ...]
    objectives: tuple[Objective, ...]


def status_of(folder: Path, store: Store) -> Status:
    """Return how a sweep stands.

    Args:
        folder: Of the sweep.
        store: Open for reading.
    """
    counts = store.counts()
    objectives, constraints = goals(store)
    waiting = counts[State.PROPOSED] + counts[State.RUNNING]
    rate = recently_final(store, _RECENT_S) / (_RECENT_S / 60)
    return Status(
        name=store.meta("name") or folder.name,
        counts=counts,
        driver=holder(folder),
        rate=rate,
        remaining_s=60 * waiting / rate if rate and waiting else None,
        reasons=frequent_reasons(store),
        front=front(store, objectives, constraints),
        objectives=objectives,
    )


def goals(store: Store) -> tuple[tuple[Objective, ...], tuple[Constraint, ...]]:
    """Return the objectives and constraints that a sweep was last run with."""
    found: dict[str, list[str]] = json.loads(store.meta("goals") or "{}")
    return (
        tuple(map(Objective.from_text, found.get("objectives", ["max accuracy", "min lut"]))),
        tuple(map(Constraint.from_text, found.get("constraints", []))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """The hypervolume after some trials.

    Attributes:
        seconds: Since the first trial began.
        trials: That were done by then.
        hypervolume: Of their front, as a share of that of all of them.
    """

    seconds: float
    trials: int
    hypervolume: float


def history_of(store: Store, *, steps: int = 60) -> list[Progressed]:
    """Return how the hypervolume grew, at most ``steps`` times.

    Each objective is scaled to [0, 1] between the best and the worst trial; the reference is the
    worst of each, a little beyond it.
    """
    objectives, constraints = goals(store)
    done: list[tuple[datetime, Costs]] = []
    begun: list[datetime] = []
    for trial in store.trials(State.DONE):
        costs = costs_of(trial, objectives)
        begun.append(datetime.fromisoformat(trial.started))
        if costs is not None and trial.fidelity == 1.0 and keeps(trial, constraints):
            done.append((datetime.fromisoformat(trial.ended), costs))
    if not done:
        return []
    done.sort()
    scaled, reference = _scaled([costs for _, costs in done])
    whole = hypervolume(scaled, reference) or 1.0
    stride = max(1, len(done) // steps)
    counts = sorted({*range(stride, len(done) + 1, stride), len(done)})
    return [
        Progressed(
            seconds=(done[count - 1][0] - min(begun)).total_seconds(),
            trials=count,
            hypervolume=hypervolume(scaled[:count], reference) / whole,
        )
        for count in counts
    ]


def _scaled(points: list[Costs]) -> tuple[list[Costs], Costs]:
    lows = [min(column) for column in zip(*points, strict=True)]
    highs = [max(column) for column in zip(*points, strict=True)]
    spans = [high - low or 1.0 for low, high in zip(lows, highs, strict=True)]
    scaled = [
        tuple((value - low) / span for value, low, span in zip(point, lows, spans, strict=True))
        for point in points
    ]
    return scaled, (1.01,) * len(lows)
