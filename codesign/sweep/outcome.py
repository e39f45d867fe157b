"""What became of a trial."""

from dataclasses import dataclass
from enum import StrEnum

from codesign.design.report import Evidence
from codesign.design.results import StageTime
from codesign.errors import InvalidDesignError


class State(StrEnum):
    """Where a trial stands."""

    PROPOSED = "proposed"
    """Waits for a worker."""
    RUNNING = "running"
    """A worker has it."""
    DONE = "done"
    """Every figure was measured."""
    PRUNED = "pruned"
    """Set aside by the estimate: cannot fit, or dominated for certain; the reason says which."""
    INFEASIBLE = "infeasible"
    """Well-formed, but cannot be built or trained: a loss that diverged, a sparsity not reached."""
    FAILED = "failed"
    """Its processes ended, ran over a limit, or raised; reason and :class:`Fault` say how."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self not in (State.PROPOSED, State.RUNNING)


class Fault(StrEnum):
    """Whose fault it is that a trial failed."""

    NONE = ""
    """It did not fail."""
    DESIGN = "design"
    """The design: an error that codesign raises on purpose."""
    PROCESS = "process"
    """Its processes ended: killed, crashed, over a limit, out of memory."""
    BUG = "bug"
    """Nobody expected this error: codesign is wrong, not the design."""


BESIDE = (str(Evidence.LOGIC_SYNTH),)
"""Evidence that only designs have which were verified with it: never compared with the others'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure of a design.

    Attributes:
        figure: As in :data:`codesign.sweep.goals.FIGURES`.
        value: The number.
        low: One standard deviation below, or the lower end of an estimate's 90 % range.
        high: Likewise above.
        evidence: How it was obtained: ``emulator``, ``exact``, ``estimated csynth``, ``csim``,
            ``csynth``, ... Figures of different evidence are never compared.
    """

    figure: str
    value: float
    low: float
    high: float
    evidence: str

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            msg = f"{self.figure}: needs low <= value <= high, got {self}"
            raise InvalidDesignError(msg)


def is_beside(measure: Measure) -> bool:
    """Return whether a figure stands beside those of the sweep: only verified designs have it."""
    return measure.evidence in BESIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a worker reports.

    Attributes:
        state: A final one.
        reason: Why, where it is not done; notes of the estimate where it is.
        fault: Whose fault it is, where it failed.
        log: The traceback of a bug.
        measures: What was measured.
        times: One entry a stage.
        host: Where.
        pid: By which process.
        utc: When it ended.
        versions: (name, version) of what took part.
        folder: Where the stages' results are, relative to the folder of all stages.
    """

    state: State
    reason: str = ""
    fault: Fault = Fault.NONE
    log: str = ""
    measures: tuple[Measure, ...] = ()
    times: tuple[StageTime, ...] = ()
    host: str = ""
    pid: int = 0
    utc: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    folder: str = ""

    def figure(self, name: str) -> Measure | None:
        """Return a figure, None where it was not measured."""
        return next((measure for measure in self.measures if measure.figure == name), None)
