"""Who proposes the next candidate: the protocol, the grid, the second step, the table.

A proposer lives in memory and in one thread. What it said and was told is in the store, in order;
on resume it is told again, so that it goes on as if nothing had happened.
"""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from codesign.design.digest import digest
from codesign.errors import ToolNotFoundError
from codesign.sweep.space.knob import Value
from codesign.sweep.space.sweep import Proposers, Search, Sweep
from codesign.sweep.store.records import Event

_TABLE = {
    Proposers.GRID: "codesign.sweep.search.proposers:GridProposer",
    Proposers.RANDOM: "codesign.sweep.search.tuner:TunerProposer",
    Proposers.HYPERBAND: "codesign.sweep.search.tuner:TunerProposer",
    Proposers.BAYESIAN: "codesign.sweep.search.tuner:TunerProposer",
    Proposers.NSGA2: "codesign.sweep.search.nsga2:Nsga2Proposer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A point to try.

    Attributes:
        number: From 0; what the proposer is told about it names this.
        values: Of the dimensions.
        raw: What the proposer needs to say it again.
        settings: Further hyper-parameters, by knob.
        fidelity: Share of the recipe's epochs.
        step: ``first`` or ``then``.
    """

    number: int
    values: Mapping[str, Value]
    raw: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Value] = field(default_factory=dict)
    fidelity: float = 1.0
    step: str = "first"


class Waiting:
    """What a proposer answers that wants to be told more before it proposes."""


WAITING = Waiting()


class Proposer(Protocol):
    """Ask, tell, and hear again what was said before."""

    def ask(self) -> Proposal | Waiting | None:
        """Return the next point, :data:`WAITING`, or None at the end."""

    def tell(self, number: int, costs: tuple[float, ...] | None) -> None:
        """Take note of what a point costs by each objective; None where it has none."""

    def replay(self, event: Event) -> None:
        """Hear again what was said or told.

        Raises:
            ReportError: If it would now say something else.
        """


def make_proposer(sweep: Sweep) -> Proposer:
    """Return the proposer that a sweep asks for.

    Raises:
        ToolNotFoundError: If its package is not installed.
    """
    module, name = _TABLE[sweep.search.proposer].split(":")
    try:
        made: Proposer = getattr(importlib.import_module(module), name)(sweep)
    except ModuleNotFoundError as error:
        msg = (
            f"proposer {sweep.search.proposer} needs {error.name}; "
            "run: python -m pip install 'codesign[sweep]'"
        )
        raise ToolNotFoundError(msg) from error
    return made


def derived_seed(search: Search, name: str) -> int:
    """Return the seed of a proposer: unrelated for neighboring seeds and other sweeps.

    keras-tuner counts its seed up, so that sweeps with seeds 1 and 2 would share their trials.
    """
    return int(digest(name, search.proposer, search.seed)[:7], 16) + 1


class GridProposer:
    """Every point, in order."""

    def __init__(self, sweep: Sweep) -> None:
        self._points: Iterator[dict[str, Value]] = sweep.space.points()
        self._trials = sweep.search.trials
        self._asked = 0

    def ask(self) -> Proposal | Waiting | None:
        """Return the next point."""
        if self._trials and self._asked >= self._trials:
            return None
        point = next(self._points, None)
        if point is None:
            return None
        self._asked += 1
        return Proposal(number=self._asked - 1, values=point)

    def tell(self, number: int, costs: tuple[float, ...] | None) -> None:
        """Take no note: the grid is the same whatever comes out."""

    def replay(self, event: Event) -> None:
        """Pass over the points that were given out."""
        if event.kind == "ask":
            self.ask()
