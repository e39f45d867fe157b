"""The Pareto front: over figures of equal evidence, with their errors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from codesign.errors import InvalidDesignError
from codesign.sweep.goals import Constraint, Objective
from codesign.sweep.outcome import Measure
from codesign.sweep.results.dominance import Costs, non_dominated
from codesign.sweep.results.seeds import averages
from codesign.sweep.store.figures import read_figures
from codesign.sweep.store.records import Figured, Trial
from codesign.sweep.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPoint:
    """A design that no other beats in every objective.

    Attributes:
        trial: Which; of several seeds the best by the first objective.
        figures: One an objective; means where there are several seeds.
        seeds: How many trials of the design, which differ in their seed alone, are done.
        tied: Numbers of trials that no objective tells apart from it: each lies within the ranges
            of both (errors of measured figures, intervals of estimated ones).
    """

    trial: Trial
    figures: tuple[Measure, ...]
    tied: tuple[int, ...]
    seeds: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """The trials that differ in their seed alone.

    Attributes:
        number: Of the trial that stands for it: the best by the first objective.
        device: What it is built for.
        figures: By name; means over the seeds.
        numbers: Of all its trials.
    """

    number: int
    device: str
    figures: Mapping[str, Measure]
    numbers: tuple[int, ...]


def front(
    store: Store, objectives: Sequence[Objective], constraints: Sequence[Constraint] = ()
) -> tuple[FrontPoint, ...]:
    """Return the Pareto front, the best of the first objective first.

    Only designs that are done, of full fidelity, and that keep the constraints count; several
    seeds of one design are one point, see :func:`designs`.

    Args:
        store: Of the sweep.
        objectives: What is compared.
        constraints: What must hold.

    Raises:
        InvalidDesignError: If figures of different evidence would be compared.
    """
    names = [objective.figure for objective in objectives]
    trials = _figured(store, objectives, constraints)
    _check_evidence(trials, names)
    found = _grouped(trials, objectives, constraints)
    figures = [[design.figures[name] for name in names] for design in found]
    costs = [_costs(one, objectives) for one in figures]
    kept = sorted(non_dominated(costs), key=lambda index: costs[index])
    return tuple(
        FrontPoint(
            trial=store.trial(found[index].number),
            figures=tuple(figures[index]),
            tied=tuple(
                found[other].number
                for other in kept
                if other != index and _overlap(figures[index], figures[other])
            ),
            seeds=len(found[index].numbers),
        )
        for index in kept
    )


def designs(
    store: Store, objectives: Sequence[Objective], constraints: Sequence[Constraint] = ()
) -> list[Design]:
    """Return the designs of a store that have all objectives and keep the constraints.

    Only trials that are done and of full fidelity count. The mean over the seeds keeps the
    constraints, and so does the trial that stands for the design.

    Args:
        store: Of the sweep.
        objectives: What every trial must have; the first chooses among seeds.
        constraints: What must hold.
    """
    return _grouped(_figured(store, objectives, constraints), objectives, constraints)


def costs_of(trial: Trial, objectives: Sequence[Objective]) -> Costs | None:
    """Return what a trial costs by each objective, None where a figure is missing."""
    figures = [trial.figure(objective.figure) for objective in objectives]
    if any(figure is None for figure in figures):
        return None
    return tuple(
        objective.cost(figure.value)
        for objective, figure in zip(objectives, figures, strict=True)
        if figure is not None
    )


def keeps(trial: Trial, constraints: Iterable[Constraint]) -> bool:
    """Return whether every constraint holds for the most likely figures of a trial."""
    figures = {measure.figure: measure for measure in trial.measures}
    return _keeps(figures, constraints, str(trial.candidate["hardware"]["device"]))


def _figured(
    store: Store, objectives: Sequence[Objective], constraints: Sequence[Constraint]
) -> list[Figured]:
    names = [objective.figure for objective in objectives]
    return read_figures(store, [*names, *(constraint.figure for constraint in constraints)])


def _grouped(
    trials: Iterable[Figured], objectives: Sequence[Objective], constraints: Sequence[Constraint]
) -> list[Design]:
    names = [objective.figure for objective in objectives]
    groups: dict[str, list[Figured]] = {}
    for found in trials:
        if all(name in found.figures for name in names):
            groups.setdefault(found.design, []).append(found)
    made = (_design(group, objectives[0], constraints) for group in groups.values())
    return [design for design in made if design is not None]


def _design(
    trials: Sequence[Figured], first: Objective, constraints: Sequence[Constraint]
) -> Design | None:
    kept = [one for one in trials if _keeps(one.figures, constraints, one.device)]
    if len(kept) == len(trials) == 1:
        (one,) = kept
        return Design(
            number=one.number, device=one.device, figures=one.figures, numbers=(one.number,)
        )
    figures = averages([one.figures.values() for one in trials])
    if not kept or not _keeps(figures, constraints, trials[0].device):
        return None
    best = min(kept, key=lambda one: first.cost(one.figures[first.figure].value))
    return Design(
        number=best.number,
        device=best.device,
        figures=figures,
        numbers=tuple(one.number for one in trials),
    )


def _costs(figures: Sequence[Measure], objectives: Sequence[Objective]) -> Costs:
    return tuple(o.cost(figure.value) for o, figure in zip(objectives, figures, strict=True))


def _keeps(figures: Mapping[str, Measure], constraints: Iterable[Constraint], device: str) -> bool:
    return all(
        c.figure in figures and c.holds(figures[c.figure].value, device=device) for c in constraints
    )


def _overlap(first: Sequence[Measure], second: Sequence[Measure]) -> bool:
    return all(a.low <= b.high and b.low <= a.high for a, b in zip(first, second, strict=True))


def _check_evidence(trials: Iterable[Figured], names: Sequence[str]) -> None:
    kinds: dict[str, set[str]] = {name: set() for name in names}
    for trial in trials:
        for name in names:
            if name in trial.figures:
                kinds[name].add(trial.figures[name].evidence)
    for name, found in kinds.items():
        if len(found) > 1:
            msg = (
                f"{name} is {' and '.join(sorted(found))} for different trials; numbers of "
                "different evidence are not compared: choose one kind"
            )
            raise InvalidDesignError(msg)
