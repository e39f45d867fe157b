"""What a worker is asked to do, and what it answers: plain records that travel."""

from dataclasses import dataclass
from typing import Protocol

from codesign.design.candidate import Candidate
from codesign.design.codec import encode
from codesign.design.digest import digest
from codesign.sweep.goals import Constraint
from codesign.sweep.outcome import Outcome
from codesign.sweep.space.sweep import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One trial.

    Attributes:
        id: Of the trial.
        candidate: What to evaluate.
        starts: The chain of candidates that its training begins with, the nearest first; empty for
            the float reference.
        figures: To measure beside the usual ones.
        constraints: Those that the estimate may prune by.
        limits: Of the stages.
        root: The folder of all designs.
        scratch: The sweep's folder for what is under way.
        verify: Whether to generate, simulate and certify instead.
        synthesize: Whether to generate RTL and synthesize it instead.
    """

    id: str
    candidate: Candidate
    starts: tuple[Candidate, ...]
    figures: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    limits: Limits
    root: str
    scratch: str
    verify: bool = False
    synthesize: bool = False


class Evaluator(Protocol):
    """What a worker calls."""

    def __call__(self, task: Task) -> Outcome:
        """Return what became of a trial."""


def nameless(candidate: Candidate) -> dict[str, object]:
    """Return what decides a candidate: everything but its name."""
    plain: dict[str, object] = {**encode(candidate), "name": ""}
    return plain


def training_digest(candidate: Candidate, starts: tuple[Candidate, ...]) -> str:
    """Return the digest of what decides the training: equal ones share it."""
    parts = [(c.data, c.model, c.quantization, c.pruning, c.training) for c in (candidate, *starts)]
    return digest(*(encode(part) for part in parts))


def trial_id(candidate: Candidate, starts: tuple[Candidate, ...], *, data: str) -> str:
    """Return the id of a trial: the digest of its candidate and of the data."""
    chain = [training_digest(start, ()) for start in starts]
    return digest(nameless(candidate), chain, data)
