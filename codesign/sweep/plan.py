"""What a sweep would do: how many points, for how long, the first of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from codesign.design.codec import encode
from codesign.design.digest import digest
from codesign.sweep.execution.task import training_digest
from codesign.sweep.outcome import State
from codesign.sweep.search.warm import chain_of
from codesign.sweep.space.knob import Value
from codesign.sweep.space.sweep import Sweep
from codesign.sweep.store.history import mean_seconds
from codesign.sweep.store.places import Places
from codesign.sweep.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a sweep would do.

    Attributes:
        name: Of the sweep.
        proposer: Who chooses.
        points: In the grid of the space.
        trials: That will be tried at most in the first step; 0 where the proposer decides.
        trainings: Different ones in the grid.
        finished: Trials that are final already.
        seconds: Processor seconds that are left, from the store's history; None without one.
        history: Where the estimate of the time comes from.
        first: Some points.
        changed: Dimensions that need no training of their own.
    """

    name: str
    proposer: str
    points: int
    trials: int
    trainings: int
    finished: int
    seconds: float | None
    history: str
    first: tuple[Mapping[str, Value], ...]
    changed: tuple[str, ...]


def plan_of(sweep: Sweep, root: Path, *, show: int = 5) -> Plan:
    """Return what a sweep would do.

    Args:
        sweep: The sweep.
        root: The folder of all designs; the stores of all sweeps in it are the history.
        show: How many points to show.
    """
    points = trainings = 0
    seen: set[str] = set()
    for point in sweep.space.points():
        points += 1
        candidate = sweep.space.candidate(point)
        seen.add(training_digest(candidate, chain_of(sweep, point, {})))
    trainings = len(seen)
    trials = sweep.search.trials or (points if sweep.search.proposer == "grid" else 0)
    finished, left = _finished(sweep, root), trials or points
    each, training, history = _history(sweep, root)
    seconds = None
    if history:
        share = max(0.0, 1 - finished / max(1, left))
        seconds = share * (left * each + min(trainings, left) * training)
    return Plan(
        name=sweep.name,
        proposer=sweep.search.proposer,
        points=points,
        trials=trials,
        trainings=trainings,
        finished=finished,
        seconds=seconds,
        history=history,
        first=tuple(islice(sweep.space.points(), show)),
        changed=tuple(
            dimension.name
            for dimension in sweep.space.dimensions
            if not any(knob.retrains for knob in dimension.turned)
        ),
    )


def _finished(sweep: Sweep, root: Path) -> int:
    path = Places.of(sweep.name, root).store
    if not path.is_file():
        return 0
    with Store(path, readonly=True) as store:
        return sum(count for state, count in store.counts().items() if state.is_final)


def _history(sweep: Sweep, root: Path) -> tuple[float, float, str]:
    """Return seconds of a trial and of a training, and whose: this sweep's, or one of its model."""
    wanted = digest(encode(sweep.space.base.model), encode(sweep.space.base.data))
    paths = sorted(
        (root / "sweeps").glob("*/sweep.sqlite"), key=lambda p: (p.parent.name != sweep.name, p)
    )
    for path in paths:
        with Store(path, readonly=True) as store:
            trial = next(store.trials(State.DONE), None)
            if trial is None:
                continue
            candidate = trial.candidate
            if digest(candidate["model"], candidate["data"]) == wanted:
                mean, first = mean_seconds(store)
                return min(mean, first), max(0.0, first - mean), path.parent.name
    return 0.0, 0.0, ""
