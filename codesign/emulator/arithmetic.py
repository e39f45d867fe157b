"""Which arithmetic is exact, and operations on one element in it.

Integers travel as float32 while nothing on the way exceeds 2**24, as float64 up to 2**53, and as
int64 beyond. Operations are collected with the bounds of the values on the way, so that what cannot
happen is never computed and the type is known before anything runs.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers, shift_integers
from codesign.design.intervals import Interval, LeakyGrid
from codesign.design.precision import Overflow, Precision, Rounding

Array = NDArray[Any]
_EXACT_FLOAT32 = 2**24
_EXACT_FLOAT64 = 2**53
INTEGERS_ONLY = _EXACT_FLOAT64 + 1
"""A magnitude for what floats cannot do."""
_SMALLEST_EXPONENT = int(np.finfo(np.float32).minexp)
_LARGEST_LOOKUP = 2**16


def exact_dtype(magnitude: int) -> type[Any]:
    """Return the fastest type that holds every integer up to ``magnitude`` exactly."""
    if magnitude <= _EXACT_FLOAT32:
        return np.float32
    return np.float64 if magnitude <= _EXACT_FLOAT64 else np.int64


@dataclass(frozen=True, slots=True)
class Shift:
    """``values * 2**by``; the bits that fall off the right are rounded."""

    by: int
    rounding: Rounding


@dataclass(frozen=True, slots=True)
class Round:
    """Real numbers to integers."""

    rounding: Rounding


@dataclass(frozen=True, slots=True)
class Add:
    """``values + offset``."""

    offset: int


@dataclass(frozen=True, slots=True)
class Clip:
    """Values brought into [low, high] because the layer's function says so; None is no end."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Fit:
    """Values brought into a format that does not hold all of them."""

    precision: Precision


@dataclass(frozen=True, slots=True)
class Leak:
    """A leaky ReLU."""

    grid: LeakyGrid


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """``table[values - first]``."""

    table: Integers
    first: int


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """``levels[number of thresholds that are <= values]``."""

    thresholds: Integers
    levels: Integers


Operation = Shift | Round | Add | Clip | Fit | Leak | Lookup | Search


class Chain:
    """Operations on one element, one after the other, and what is known of the values.

    Attributes:
        operations: In order.
        bounds: Of the values after the last one.
        fraction: Their fractional bits.
        largest: What no value on the way exceeds.
    """

    def __init__(self, bounds: Interval, fraction: int, *, largest: int = 0) -> None:
        self.operations: list[Operation] = []
        self.bounds, self.fraction = bounds, fraction
        self.largest = max(largest, bounds.magnitude)

    def clip(self, low: int | None, high: int | None) -> None:
        """Clip, where that changes anything."""
        least, most = int(self.bounds.low.min()), int(self.bounds.high.max())
        low = None if low is None or low <= least else low
        high = None if high is None or high >= most else high
        if low is not None or high is not None:
            self._append(Clip(low, high), self.bounds.map(lambda end: np.clip(end, low, high)))

    def affine(self, shift: int, offset: int) -> None:
        """Shift left and add."""
        self._append(Shift(shift, Rounding.TRN), self.bounds.affine(shift, 0))
        self._append(Add(offset), self.bounds.affine(0, offset))
        self.fraction += shift

    def leak(self, grid: LeakyGrid) -> None:
        """Apply a leaky ReLU."""
        widest = self.bounds.magnitude << max(grid.above, grid.below)
        self._append(Leak(grid), self.bounds.map(grid.apply), largest=widest)
        self.fraction = grid.fraction

    def look_up(self, table: Integers, first: int, bounds: Interval) -> None:
        """Replace each value by the entry of a table that starts at ``first``."""
        low, high = int(self.bounds.low.min()), int(self.bounds.high.max())
        self._append(Lookup(table[low - first : high - first + 1], low), bounds)

    def search(self, thresholds: Integers, levels: Integers, bounds: Interval) -> None:
        """Replace each value by the level of its step."""
        low, high = int(self.bounds.low.min()), int(self.bounds.high.max())
        if high - low < _LARGEST_LOOKUP:
            every = np.arange(low, high + 1)
            table = levels[np.searchsorted(thresholds, every, side="right")]
            self._append(Lookup(table, low), bounds)
            return
        below = int((thresholds <= low).sum())
        above = int((thresholds <= high).sum())
        self._append(Search(thresholds[below:above], levels[below : above + 1]), bounds)

    def put(self, precision: Precision) -> None:
        """Put the values on a grid."""
        shift = precision.fraction - self.fraction
        if shift:
            largest = INTEGERS_ONLY if shift < _SMALLEST_EXPONENT else 0
            if shift < 0:
                largest = max(largest, self.bounds.magnitude + (1 << (-shift - 1)))
            shifted = self.bounds.map(lambda end: shift_integers(end, shift, precision.rounding))
            self._append(Shift(shift, precision.rounding), shifted, largest=largest)
            self.fraction = precision.fraction
        self.fit(precision)

    def fit(self, precision: Precision) -> None:
        """Bring values on the grid of a format into its range, where they are not."""
        if self.bounds.fits(precision):
            return
        final = self.bounds.put(precision.fraction, precision)
        wraps = precision.overflow is Overflow.WRAP
        largest = self.bounds.magnitude + 2**precision.width if wraps else 0
        self._append(Fit(precision), final, largest=largest)

    def _append(self, operation: Operation, bounds: Interval, *, largest: int = 0) -> None:
        self.operations.append(operation)
        self.bounds = bounds
        self.largest = max(self.largest, bounds.magnitude, largest)
