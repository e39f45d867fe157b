"""The second step of a sweep: it goes on with the best points of the first."""

from collections.abc import Iterable, Iterator

from codesign.sweep.results.pareto import costs_of
from codesign.sweep.search.proposers import Proposal
from codesign.sweep.space.sweep import Sweep
from codesign.sweep.store.records import Trial


def follow_up(sweep: Sweep, trials: Iterable[Trial]) -> Iterator[Proposal]:
    """Yield the points of the second step, in the order of the first.

    For each combination of the values of ``then.over``, the best trial of the first step by the
    first objective goes on: all its values as they are, ``then.settings`` changed.

    Args:
        sweep: With a second step.
        trials: Those that are done.
    """
    then = sweep.then
    if then is None:
        return
    names = [dimension.name for dimension in sweep.space.dimensions]
    best: dict[tuple[object, ...], tuple[float, Trial]] = {}
    for trial in trials:
        costs = costs_of(trial, sweep.objectives[:1])
        if trial.step != "first" or trial.fidelity < 1 or costs is None:
            continue
        group = tuple(trial.point.get(name) for name in then.over)
        if group not in best or costs[0] < best[group][0]:
            best[group] = (costs[0], trial)
    for number, (_, trial) in enumerate(best.values()):
        yield Proposal(
            number=number,
            values={name: trial.point[name] for name in names if name in trial.point},
            settings=dict(then.settings),
            step="then",
        )
