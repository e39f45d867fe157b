"""Rates of the lines of a menu: total, pure, proportional, overlaps; chunk by chunk, exactly."""

from collections import Counter
from typing import Self

import numpy as np
from numpy.typing import NDArray

from codesign.design.trigger_results import ENOUGH_EVENTS, Collisions, MenuRates, SeedRate
from codesign.errors import InvalidDataError
from codesign.trigger.working_point import rate


class RateCounter:
    """Counts which seeds fired together.

    Memory grows with the patterns of seeds that occur, not with events.

    Args:
        seeds: The names of the seeds.
    """

    def __init__(self, seeds: tuple[str, ...]) -> None:
        if not seeds or len(set(seeds)) != len(seeds):
            msg = f"seeds {', '.join(seeds) or 'none'}: expected at least one, no two alike"
            raise InvalidDataError(msg)
        self.seeds = seeds
        self.events = 0
        self._patterns: Counter[bytes] = Counter()

    def add(self, fired: NDArray[np.bool_], *, times: int = 1) -> Self:
        """Count the decisions of some events.

        Args:
            fired: Shape (events, seeds), booleans.
            times: How often each of the events occurred.

        Raises:
            InvalidDataError: If the shape is another.
        """
        if fired.ndim != 2 or fired.shape[1] != len(self.seeds) or fired.dtype != np.bool_:
            msg = (
                f"decisions of shape {fired.shape} and type {fired.dtype}; expected booleans of "
                f"shape (events, {len(self.seeds)})"
            )
            raise InvalidDataError(msg)
        packed = np.packbits(fired, axis=1)
        rows, numbers = np.unique(packed, axis=0, return_counts=True)
        for row, number in zip(rows, numbers, strict=True):
            self._patterns[row.tobytes()] += int(number) * times
        self.events += len(fired) * times
        return self

    def rates(self, collisions: Collisions) -> MenuRates:
        """Return the rates of all events counted so far.

        Raises:
            InvalidDataError: If there are none.
        """
        if not self.events:
            msg = "no zero-bias events: rates need some"
            raise InvalidDataError(msg)
        fired, numbers = self._counted()
        together = fired.sum(axis=1)
        weighted = fired * numbers[:, None]
        shares = numbers / np.maximum(together, 1)
        overlap = fired.T.astype(np.int64) @ weighted
        return MenuRates(
            seeds=tuple(
                self._seed(position, fired[:, position], numbers, shares, together, collisions)
                for position in range(len(self.seeds))
            ),
            overlap_khz=tuple(
                tuple(rate(float(count), self.events, collisions).value for count in row)
                for row in overlap
            ),
            total_khz=rate(int(numbers[together > 0].sum()), self.events, collisions),
            events=self.events,
            collisions=collisions,
        )

    def _counted(self) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Return the patterns, shape (patterns, seeds), and how often each occurred."""
        rows = np.frombuffer(b"".join(self._patterns), np.uint8).reshape(len(self._patterns), -1)
        fired = np.unpackbits(rows, axis=1, count=len(self.seeds)).astype(np.bool_)
        return fired, np.array(list(self._patterns.values()), np.int64)

    def _seed(
        self,
        position: int,
        fired: NDArray[np.bool_],
        numbers: NDArray[np.int64],
        shares: NDArray[np.float64],
        together: NDArray[np.int64],
        collisions: Collisions,
    ) -> SeedRate:
        total = int(numbers[fired].sum())
        proportional = rate(float(shares[fired].sum()), self.events, collisions)
        # a sum of weights w has the error sqrt(sum of w squared)
        squared = float((shares[fired] / np.maximum(together[fired], 1)).sum())
        error = rate(1, self.events, collisions).value * squared**0.5
        return SeedRate(
            name=self.seeds[position],
            total_khz=rate(total, self.events, collisions),
            pure_khz=rate(int(numbers[fired & (together == 1)].sum()), self.events, collisions),
            proportional_khz=type(proportional)(value=proportional.value, error=error),
            is_supported=total >= ENOUGH_EVENTS,
        )
