"""How often each score occurs: exact, and the same whether events come at once or in chunks."""

from typing import Self

import numpy as np
from numpy.typing import NDArray

from codesign.errors import InvalidDataError


class ScoreCounts:
    """The number of events of each distinct score.

    Memory grows with distinct scores, not with events: a firmware score of b bits has at most 2**b.
    A float score has as many as there are events; keep only its upper tail with ``keep``.

    Args:
        keep: How many of the largest distinct scores are kept; the events below are still counted,
            and a threshold among them is refused. None keeps all.

    Examples:
        >>> counts = ScoreCounts().add(np.array([3, 1, 3])).add(np.array([7]))
        >>> counts.events, counts.at_or_above(3)
        (4, 3)
    """

    def __init__(self, *, keep: int | None = None) -> None:
        self.keep = keep
        self.events = 0
        self.values: NDArray[np.generic] = np.empty(0, np.int64)
        self.numbers: NDArray[np.int64] = np.empty(0, np.int64)

    def add(self, scores: NDArray[np.generic]) -> Self:
        """Count the scores of some events.

        Args:
            scores: Shape (events,), integers or finite floats.

        Raises:
            InvalidDataError: If the shape or a value is not as said.
        """
        _check(scores)
        values, numbers = np.unique(scores, return_counts=True)
        if not self.events:
            self.values, self.numbers = values, numbers.astype(np.int64)
        else:
            together = np.concatenate([self.values, values])
            self.values, where = np.unique(together, return_inverse=True)
            counts = np.concatenate([self.numbers, numbers])
            self.numbers = np.bincount(where, counts).astype(np.int64)
        self.events += len(scores)
        if self.keep is not None:
            self.values, self.numbers = self.values[-self.keep :], self.numbers[-self.keep :]
        return self

    def at_or_above(self, threshold: float) -> int:
        """Return how many events have a score of at least ``threshold``.

        Raises:
            InvalidDataError: If scores as small were not kept.
        """
        first = int(np.searchsorted(self.values, threshold))
        if first == 0 and self.numbers.sum() < self.events and threshold < self.values[0]:
            msg = (
                f"a threshold of {threshold:g} lies below {self.values[0]:g}, the smallest of the "
                f"{self.keep} scores that were kept; keep more"
            )
            raise InvalidDataError(msg)
        return int(self.numbers[first:].sum())

    def smallest_accepting(self, most: int) -> float:
        """Return the smallest threshold that accepts at most ``most`` events.

        It is a score that occurs, so that equal scores are accepted together or not at all;
        infinity where the largest score alone is too frequent.

        Raises:
            InvalidDataError: If it would lie among scores that were not kept.
        """
        accepted = np.cumsum(self.numbers[::-1])[::-1]
        allowed = np.flatnonzero(accepted <= most)
        if not len(allowed):
            return float("inf")
        if allowed[0] == 0 and self.numbers.sum() < self.events:
            msg = (
                f"{most} of {self.events} events are accepted below the {self.keep} scores that "
                "were kept; keep more"
            )
            raise InvalidDataError(msg)
        return float(self.values[allowed[0]])


def _check(scores: NDArray[np.generic]) -> None:
    numeric = np.issubdtype(scores.dtype, np.integer) or np.issubdtype(scores.dtype, np.floating)
    if scores.ndim != 1 or not numeric:
        msg = (
            f"scores of shape {scores.shape} and type {scores.dtype}; expected one number an event"
        )
        raise InvalidDataError(msg)
    bad = np.flatnonzero(~np.isfinite(scores))
    if len(bad):
        msg = f"event {bad[0]} has the score {scores[bad[0]]}; {len(bad)} scores are not finite"
        raise InvalidDataError(msg)
