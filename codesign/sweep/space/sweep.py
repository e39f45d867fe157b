"""A sweep: where to look, how, for what, and within which limits."""

from dataclasses import dataclass
from enum import StrEnum

from codesign.errors import InvalidDesignError
from codesign.sweep.goals import Constraint, Objective
from codesign.sweep.space.knob import Value
from codesign.sweep.space.space import Space


class Proposers(StrEnum):
    """Who chooses the next candidate."""

    GRID = "grid"
    """Every point, in order."""
    RANDOM = "random"
    """keras-tuner: points drawn at random, none twice."""
    HYPERBAND = "hyperband"
    """keras-tuner: many for few epochs, the best of them for more."""
    BAYESIAN = "bayesian"
    """keras-tuner: where a Gaussian process expects the best of the first objective."""
    NSGA2 = "nsga2"
    """Optuna: a population that moves toward the Pareto front of all objectives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How candidates are chosen.

    Attributes:
        proposer: Who chooses.
        trials: At most; 0 for all that there are, which needs a grid or Hyperband.
        seed: Of the proposer; independent sweeps have different ones.
        warm_start: Whether QAT at one width or sparsity begins with the weights of the next wider
            or less sparse candidate of the space instead of the float reference. It saves epochs
            only if ``training.epochs`` is lowered too, and makes a point depend on its chain.
    """

    proposer: Proposers = Proposers.GRID
    trials: int = 0
    seed: int = 1
    warm_start: bool = False

    def __post_init__(self) -> None:
        if self.trials < 0 or self.seed < 0:
            msg = f"trials = {self.trials} and seed = {self.seed}: both from 0"
            raise InvalidDesignError(msg)
        if not self.trials and self.proposer not in (Proposers.GRID, Proposers.HYPERBAND):
            msg = f"proposer {self.proposer} never ends by itself: write trials = 100, or so"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a trial is given up.

    Attributes:
        attempts: Processes that one trial may end before it is set aside as failed.
        screen_s: Wall seconds of the estimate before training.
        train_s: Wall seconds of training, the float reference included.
        evaluate_s: Wall seconds of emulation and estimate.
        verify_s: Wall seconds of generation, C simulation and certificate.
        synthesize_s: Wall seconds of RTL, its simulation, synthesis and check of the netlist.
        memory_gb: Resident memory of one worker.
    """

    attempts: int = 3
    screen_s: float = 300.0
    train_s: float = 3600.0
    evaluate_s: float = 600.0
    verify_s: float = 3600.0
    synthesize_s: float = 7200.0
    memory_gb: float = 6.0

    def __post_init__(self) -> None:
        for name, value in (
            *(("attempts", self.attempts), ("screen_s", self.screen_s), ("train_s", self.train_s)),
            *(("evaluate_s", self.evaluate_s), ("verify_s", self.verify_s)),
            *(("synthesize_s", self.synthesize_s), ("memory_gb", self.memory_gb)),
        ):
            if not value > 0:
                msg = f"{name} = {value} is not above 0"
                raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """A second step that goes on with the best points of the first.

    Attributes:
        over: Dimensions: the best point of the first objective for each combination of their
            values goes on with all its other values fixed.
        settings: Hyper-parameters that are different in the second step, by knob.
    """

    over: tuple[str, ...]
    settings: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A sweep as a file in ``sweeps/`` declares it.

    Attributes:
        name: Of its folder.
        space: Where to look.
        search: How.
        objectives: What to improve; the first is what one-objective proposers follow.
        constraints: What a design must keep.
        limits: When a trial is given up.
        then: The second step, None for none.
        declared: What decides the trials, as plain data: compared before a sweep goes on.
    """

    name: str
    space: Space
    search: Search
    objectives: tuple[Objective, ...]
    constraints: tuple[Constraint, ...]
    limits: Limits
    then: Then | None
    declared: dict[str, object]
