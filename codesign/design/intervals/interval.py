"""The bounds of a tensor, and what grids make of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from codesign.design.fixed_point import Integers, bits_for, shift_integers
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.errors import InvalidDesignError

MAX_BITS = 62


@dataclass(frozen=True, eq=False)
class Interval:
    """Bounds of a tensor.

    Attributes:
        low: Smallest hardware integer of each element.
        high: Largest hardware integer of each element.
    """

    low: Integers
    high: Integers

    @classmethod
    def full(cls, precision: Precision, shape: tuple[int, ...]) -> Self:
        """Return everything a format holds."""
        if precision.width > MAX_BITS:
            msg = f"{precision} is wider than {MAX_BITS} bits"
            raise InvalidDesignError(msg)
        return cls(
            low=np.full(shape, precision.min_hw, dtype=np.int64),
            high=np.full(shape, precision.max_hw, dtype=np.int64),
        )

    @property
    def magnitude(self) -> int:
        """The largest absolute value of any element."""
        return max(abs(int(self.low.min())), abs(int(self.high.max())))

    def fits(self, precision: Precision) -> bool:
        """Return whether a format on the same grid holds every value."""
        return bool(self.low.min() >= precision.min_hw and self.high.max() <= precision.max_hw)

    def map(self, function: Callable[[Integers], Integers]) -> Self:
        """Return the bounds under a function that never falls as its argument rises."""
        return type(self)(low=function(self.low), high=function(self.high))

    def clip(self, low: int, high: int | None = None) -> Self:
        """Return the bounds of the values clipped to [low, high]."""
        return self.map(lambda end: np.clip(end, low, high))

    def affine(self, shift: int, offset: int) -> Self:
        """Return the bounds of ``values * 2**shift + offset``, for a shift of 0 or more."""
        return self.map(lambda end: shift_integers(end, shift, Rounding.TRN) + offset)

    def put(self, fraction: int, precision: Precision) -> Self:
        """Return the bounds of values with ``fraction`` bits right, put on a grid.

        Where values may wrap, they are everything that the grid holds.
        """
        shift = precision.fraction - fraction
        found = self.map(lambda end: shift_integers(end, shift, precision.rounding))
        if found.fits(precision):
            return found
        if precision.overflow in {Overflow.SAT, Overflow.SAT_SYM}:
            return found.clip(precision.min_hw, precision.max_hw)
        return type(self).full(precision, self.low.shape)

    def precision(self, fraction: int) -> Precision:
        """Return the narrowest format that holds every value, with ``fraction`` bits right."""
        width, signed = bits_for(int(self.low.min()), int(self.high.max()))
        return Precision(width=width, integer=width - fraction, signed=signed)
