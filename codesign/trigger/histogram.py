"""Distributions of scores of any number of events, in bins that do not depend on them."""

from typing import Self

import numpy as np
from numpy.typing import NDArray

from codesign.design.trigger_study import ScoreHistogram

_STEPS = 4
"""Bins between a power of two and the next."""
_LOW, _HIGH = -24, 48
EDGES: NDArray[np.float64] = np.concatenate(
    [[0.0], np.exp2(np.arange(_LOW * _STEPS, _HIGH * _STEPS + 1) / _STEPS)]
)
"""The first bin holds what is below 2^-24, the last what is beyond 2^48."""


class HistogramCounts:
    """Counts the scores of one version and class; what rounding takes below 0 counts as 0."""

    def __init__(self) -> None:
        self.counts: NDArray[np.int64] = np.zeros(len(EDGES) - 1, np.int64)

    def add(self, scores: NDArray[np.float64]) -> Self:
        """Count some scores, shape (events,)."""
        self.counts += np.histogram(np.clip(scores, 0, EDGES[-1]), bins=EDGES)[0]
        return self

    def histogram(self, *, version: str, events_of: str) -> ScoreHistogram:
        """Return the bins from 0 to the last that holds an event."""
        last = int(np.flatnonzero(self.counts)[-1]) if self.counts.any() else 0
        return ScoreHistogram(
            version=version,
            events_of=events_of,
            edges=tuple(float(edge) for edge in EDGES[: last + 2]),
            counts=tuple(int(count) for count in self.counts[: last + 1]),
        )
