"""The largest scores of any number of events, by several versions of a score at once."""

from typing import Self

import numpy as np
from numpy.typing import NDArray

from codesign.errors import InvalidDataError

KEPT = 200_000
"""Of the largest scores: one event in five of 10^6, that is rates up to 6 MHz."""


class TailScores:
    """Keeps events that are among the largest of any version, with all of their scores.

    Events stay paired across versions, so that a resampling of events is one of all versions.

    Args:
        versions: How many there are.
        keep: How many of the largest of each version are kept.
    """

    def __init__(self, versions: int, *, keep: int = KEPT) -> None:
        self.keep = keep
        self.events = 0
        self.scores: NDArray[np.float64] = np.empty((0, versions))
        self.complete_above: NDArray[np.float64] = np.full(versions, -np.inf)
        """Every event with a score above this one is kept, one value a version."""

    def add(self, scores: NDArray[np.float64]) -> Self:
        """Count some events.

        Args:
            scores: Shape (events, versions), finite.

        Raises:
            InvalidDataError: If the shape is another.
        """
        if scores.ndim != 2 or scores.shape[1] != self.scores.shape[1]:
            msg = f"scores of shape {scores.shape}; expected (events, {self.scores.shape[1]})"
            raise InvalidDataError(msg)
        self.events += len(scores)
        chosen = scores[(scores > self.complete_above).any(axis=1)]
        self.scores = np.concatenate([self.scores, chosen])
        if len(self.scores) > 2 * self.keep:
            self._forget()
        return self

    def _forget(self) -> None:
        largest = -np.partition(-self.scores, self.keep, axis=0)[self.keep]
        self.complete_above = np.maximum(self.complete_above, largest)
        self.scores = self.scores[(self.scores > self.complete_above).any(axis=1)]
