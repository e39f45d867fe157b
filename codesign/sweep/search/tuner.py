"""The gate to keras-tuner: its oracles as proposers, in memory, from one thread.

Nothing of keras-tuner's own storage, workers or tuners is used: files are not written, failures are
not retried, processes are not started. Source of the traps avoided here: keras-tuner 1.4.8,
``engine/oracle.py`` (an exception leaves the lock held; seeds count up), ``tuners/gridsearch.py``.
"""

import math
import warnings
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

import numpy as np

from codesign.errors import ReportError
from codesign.models.keras import tensorflow
from codesign.sweep.search.proposers import WAITING, Proposal, Waiting, derived_seed
from codesign.sweep.space.knob import Value
from codesign.sweep.space.space import Space
from codesign.sweep.space.sweep import Proposers, Sweep
from codesign.sweep.store.records import Event

_OBJECTIVE = "cost"
_EPOCHS = "tuner/epochs"
_FOREVER = 10**9


def hyperparameters(space: Space) -> Any:
    """Return a space as keras-tuner's ``HyperParameters``, conditions included."""
    made = _keras_tuner().HyperParameters()
    for dimension in space.ordered:
        options = [_word(value) for value in space.offers(dimension)]
        ordered = None if isinstance(options[0], str | bool) else True
        with ExitStack() as scopes:
            for name, wanted in dimension.when:
                scopes.enter_context(made.conditional_scope(name, [_word(v) for v in wanted]))
            made.Choice(dimension.name, options, ordered=ordered)
    return made


def point_of(space: Space, values: Mapping[str, Any]) -> dict[str, Value]:
    """Return keras-tuner's values as a point of the space."""
    found: dict[str, Value] = {}
    for dimension in space.ordered:
        if dimension.name in values:
            options = {_word(value): value for value in space.offers(dimension)}
            found[dimension.name] = options[values[dimension.name]]
    return space.canonical(found)


class TunerProposer:
    """Random search, Hyperband or Bayesian optimization by an oracle of keras-tuner."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._epochs = sweep.space.base.training.epochs
        self._seed = derived_seed(sweep.search, sweep.name)
        self._oracle = self._make(hyperparameters(sweep.space))
        self._trials: dict[int, Any] = {}

    def _make(self, space: Any) -> Any:
        module, search = _keras_tuner(), self._sweep.search
        options: dict[str, Any] = {
            "objective": module.Objective(_OBJECTIVE, "min"),
            "hyperparameters": space,
            "seed": self._seed,
            "allow_new_entries": False,
            "max_consecutive_failed_trials": _FOREVER,
        }
        if search.proposer is Proposers.HYPERBAND:
            made = module.oracles.HyperbandOracle(max_epochs=self._epochs, **options)
        elif search.proposer is Proposers.BAYESIAN:
            made = module.oracles.BayesianOptimizationOracle(max_trials=search.trials, **options)
        else:
            made = module.oracles.RandomSearchOracle(max_trials=search.trials, **options)
        made.verbose = 0
        made.save = lambda: None  # the store is elsewhere
        made._save_trial = lambda _: None  # noqa: SLF001 - the only way to keep it off the disk
        return made

    def ask(self) -> Proposal | Waiting | None:
        """Return the next point of the oracle."""
        limit = self._sweep.search.trials
        number = len(self._trials)
        if limit and number >= limit:
            return None
        if self._sweep.search.proposer is Proposers.BAYESIAN:  # the same draws after a resume
            self._oracle._random_state = np.random.RandomState(self._seed + number)  # noqa: SLF001
        trial = _quietly(lambda: self._oracle.create_trial(str(number)))
        if trial.status == "IDLE":
            return WAITING
        if trial.status != "RUNNING":
            return None
        self._trials[number] = trial
        values = dict(trial.hyperparameters.values)
        raw = {"values": values, "seed": self._oracle._seed_state}  # noqa: SLF001
        return self._proposal(number, values, raw)

    def _proposal(self, number: int, values: dict[str, Any], raw: Mapping[str, Any]) -> Proposal:
        epochs = int(values.get(_EPOCHS, self._epochs))
        return Proposal(
            number=number,
            values=point_of(self._sweep.space, values),
            raw=raw,
            settings=fewer_epochs(self._sweep.space, epochs),
            fidelity=epochs / self._epochs,
        )

    def tell(self, number: int, costs: tuple[float, ...] | None) -> None:
        """Tell the oracle the first objective."""
        trial = self._trials[number]
        if costs is None or not math.isfinite(costs[0]):
            trial.status = "INVALID"
        else:
            cost = {_OBJECTIVE: costs[0]}
            _quietly(lambda: self._oracle.update_trial(trial.trial_id, cost))
            trial.status = "COMPLETED"
        _quietly(lambda: self._oracle.end_trial(trial))

    def replay(self, event: Event) -> None:
        """Let the oracle hear again what it said and was told."""
        if event.kind == "tell":
            self.tell(event.proposal, event.costs)
            return
        if self._sweep.search.proposer is Proposers.HYPERBAND:
            self._again(event)
            return
        said, drawing = dict(event.point["values"]), self._oracle.populate_space
        self._oracle.populate_space = lambda _: {"status": "RUNNING", "values": said}
        try:
            self.ask()
        finally:
            self._oracle.populate_space = drawing
            self._oracle._seed_state = event.point["seed"]  # noqa: SLF001

    def _again(self, event: Event) -> None:
        """Ask Hyperband again: its brackets follow from what it says."""
        found = self.ask()
        if not isinstance(found, Proposal) or found.raw["values"] != dict(event.point["values"]):
            msg = (
                f"{self._sweep.name}: keras-tuner now proposes {found} as number {event.proposal}, "
                f"not {event.point}; another version of it? Start a sweep of another name"
            )
            raise ReportError(msg)


def fewer_epochs(space: Space, epochs: int) -> dict[str, Value]:
    """Return the settings that train for fewer epochs than the recipe, pruning moved along."""
    plan, pruning = space.base.training, space.base.pruning
    if epochs >= plan.epochs:
        return {}
    share = epochs / plan.epochs
    end = max(1, min(epochs - 1, round(pruning.end_epoch * share)))
    begin = min(end - 1, int(pruning.begin_epoch * share))
    return {"epochs": epochs, "prune_begin": begin, "prune_end": end}


def _word(value: Value) -> Any:
    """Return a value as keras-tuner takes it: it knows no tuples."""
    return "-".join(map(str, value)) if isinstance(value, tuple) else value


def _quietly(call: Callable[[], Any]) -> Any:
    """Call the oracle; it uses deprecated names, and scikit-learn tells how its fits converge."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call()


def _keras_tuner() -> Any:
    tensorflow()  # before keras-tuner imports it with another Keras
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import keras_tuner  # noqa: PLC0415
        import keras_tuner.oracles  # noqa: PLC0415
    return keras_tuner
