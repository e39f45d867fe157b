"""The gate to Optuna: NSGA-II over all objectives.

Source: Deb et al., IEEE Transactions on Evolutionary Computation 6 (2002) 182; the sampler of
Optuna, in memory and from one thread.
"""

import math
import warnings
from typing import Any

import optuna

from codesign.errors import ReportError
from codesign.sweep.search.proposers import Proposal, Waiting, derived_seed
from codesign.sweep.space.sweep import Sweep
from codesign.sweep.store.records import Event

_POPULATION = 16


class Nsga2Proposer:
    """A population that moves toward the Pareto front."""

    def __init__(self, sweep: Sweep) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._sweep = sweep
        directions = ["minimize"] * len(sweep.objectives)
        self._study = optuna.create_study(directions=directions)
        self._trials: dict[int, Any] = {}

    def ask(self) -> Proposal | Waiting | None:
        """Return the next point."""
        number = len(self._trials)
        if number >= self._sweep.search.trials:
            return None
        self._study.sampler = self._sampler(number)
        trial = self._study.ask()
        self._trials[number] = trial
        space = self._sweep.space
        said: dict[str, int] = {}
        chosen: dict[str, Any] = {}
        for dimension in space.ordered:
            if dimension.exists(chosen):
                options = space.offers(dimension)
                indices = list(range(len(options)))
                said[dimension.name] = trial.suggest_categorical(dimension.name, indices)
                chosen[dimension.name] = options[said[dimension.name]]
        return Proposal(number=number, values=space.canonical(chosen), raw=said)

    def _sampler(self, number: int) -> Any:
        """Return a sampler whose draws depend on the number alone: the same after a resume."""
        population = max(2, min(_POPULATION, self._sweep.search.trials // 2))
        seed = derived_seed(self._sweep.search, self._sweep.name) + number
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts of the sampler tell that they are experimental
            return optuna.samplers.NSGAIISampler(population_size=population, seed=seed)

    def tell(self, number: int, costs: tuple[float, ...] | None) -> None:
        """Tell the study every objective."""
        if costs is None or not all(map(math.isfinite, costs)):
            self._study.tell(self._trials[number], state=optuna.trial.TrialState.FAIL)
        else:
            self._study.tell(self._trials[number], list(costs))

    def replay(self, event: Event) -> None:
        """Let the study hear again what it said and was told."""
        if event.kind == "tell":
            self.tell(event.proposal, event.costs)
            return
        found = self.ask()
        if not isinstance(found, Proposal) or dict(found.raw) != dict(event.point):
            msg = (
                f"{self._sweep.name}: Optuna now proposes {found} as number {event.proposal}, not "
                f"{event.point}; another version of it? Start a sweep of another name"
            )
            raise ReportError(msg)
