"""Which designs get a certificate: C simulation is slow, the emulator has told the accuracy."""

from enum import StrEnum

from codesign.sweep.outcome import State
from codesign.sweep.pareto import front
from codesign.sweep.store import Store, Trial
from codesign.sweep.sweep import Sweep


class Verify(StrEnum):
    """What ``--verify`` asks for."""

    FRONT = "front"
    """The designs of the Pareto front."""
    ALL = "all"
    """Every design that is done and keeps the constraints."""
    NONE = "none"


def to_verify(store: Store, sweep: Sweep, check: Verify) -> list[Trial]:
    """Return the trials without a certificate that should have one."""
    if check is Verify.NONE:
        return []
    if check is Verify.FRONT:
        points = front(store, sweep.objectives, sweep.constraints)
        trials = [point.trial for point in points]
    else:
        trials = list(store.trials(State.DONE))
    return [trial for trial in trials if trial.figure("bit_exact") is None]
