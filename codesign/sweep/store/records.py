"""What a store holds: trials, what proposers said, figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codesign.sweep.outcome import Fault, Measure, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A row: a candidate and where it stands.

    Attributes:
        number: From 1, in the order of proposal.
        id: 64 hexadecimal digits.
        state: Where it stands.
        step: Of the sweep: ``first``, ``then``.
        training: Digest of what decides its training: equal ones share it.
        point: The values of its dimensions.
        candidate: The plain data of its candidate.
        fidelity: Share of the recipe's epochs; below 1 for Hyperband's first rounds.
        attempts: Processes that it has ended.
        reason: Why it is where it is.
        fault: Whose fault it is, where it failed.
        seconds: Wall time of its last attempt.
        started: ISO 8601, UTC; empty where it was not.
        ended: Likewise.
        measures: What was measured.
        beside: What logic synthesis found, of designs that were verified with it.
    """

    number: int
    id: str
    state: State
    step: str
    training: str
    point: Mapping[str, Any]
    candidate: Mapping[str, Any]
    fidelity: float
    attempts: int
    reason: str
    seconds: float
    started: str
    ended: str
    fault: Fault = Fault.NONE
    measures: tuple[Measure, ...] = ()
    beside: tuple[Measure, ...] = ()

    def figure(self, name: str, evidence: str = "") -> Measure | None:
        """Return a figure, of one evidence where given, None where it was not measured."""
        for measure in self.measures:
            if measure.figure == name and evidence in ("", measure.evidence):
                return measure
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that was said to or by a proposer, to be said again on resume.

    Attributes:
        kind: ``ask`` or ``tell``.
        proposal: Of the proposer, from 0.
        trial: The id that the proposal became.
        point: What was proposed, as the proposer put it.
        costs: Told, one an objective; None for a trial that has none.
    """

    kind: str
    proposal: int
    trial: str
    point: Mapping[str, Any]
    costs: tuple[float, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figured:
    """Some figures of a trial that is done.

    Attributes:
        number: Of the trial.
        device: What it is built for.
        design: What it is, but for its name and seed: equal for the seeds of one design.
        figures: By name; those that were measured.
    """

    number: int
    device: str
    design: str
    figures: dict[str, Measure]
