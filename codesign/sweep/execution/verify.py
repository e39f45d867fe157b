"""Which designs are verified: C simulation and synthesis are slow, the emulator is not."""

from enum import StrEnum

from codesign.design.hardware import Backend
from codesign.errors import InvalidDesignError
from codesign.sweep.outcome import State
from codesign.sweep.results.pareto import front
from codesign.sweep.space.sweep import Sweep
from codesign.sweep.store.records import Trial
from codesign.sweep.store.store import Store
from codesign.synthesis.yosys.find import find_yosys

_RTL = str(Backend.RTL)


class Verify(StrEnum):
    """What ``--verify`` asks for."""

    FRONT = "front"
    """The designs of the Pareto front."""
    ALL = "all"
    """Every design that is done and keeps the constraints."""
    NONE = "none"


def to_verify(store: Store, sweep: Sweep, check: Verify) -> list[Trial]:
    """Return the trials without a certificate that should have one."""
    return [trial for trial in _asked(store, sweep, check) if trial.figure("bit_exact") is None]


def to_synthesize(store: Store, sweep: Sweep, check: Verify) -> list[Trial]:
    """Return the trials of the RTL back end that should have figures of logic synthesis."""
    return [
        trial
        for trial in _asked(store, sweep, check)
        if not trial.beside and _backend(trial) == _RTL
    ]


def check_synthesis(sweep: Sweep) -> None:
    """Check that a sweep can be verified by synthesis, before it begins.

    Raises:
        InvalidDesignError: If none of its designs is RTL.
        ToolNotFoundError: If there is no Yosys.
    """
    chosen = [d.values for d in sweep.space.dimensions if "backend" in d.knobs]
    if str(sweep.space.base.hardware.backend) != _RTL and not any(_RTL in v for v in chosen):
        msg = (
            f"{sweep.name}: open synthesis is of RTL, and no design has that back end; write "
            f"base = {{ backend = '{_RTL}' }}, or make backend a dimension"
        )
        raise InvalidDesignError(msg)
    find_yosys()


def _backend(trial: Trial) -> str:
    return str(trial.candidate["hardware"]["backend"])


def _asked(store: Store, sweep: Sweep, check: Verify) -> list[Trial]:
    if check is Verify.NONE:
        return []
    if check is Verify.FRONT:
        points = front(store, sweep.objectives, sweep.constraints)
        return [point.trial for point in points]
    return list(store.trials(State.DONE))
