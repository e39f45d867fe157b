"""A layer of sums of products as one matrix, applied at one or many positions of its input."""

from dataclasses import dataclass
from math import prod

import numpy as np

from codesign.design.fixed_point import Integers
from codesign.design.intervals import Interval, aligned_weights, padded, weighted_sums, windows
from codesign.design.layers import Conv, Dense
from codesign.design.precision import Precision

MatrixLayer = Dense | Conv

NOTHING = -1
"""In place of an index: a padded zero."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """What an engine computes before rounding: ``bias + data[taken] @ kernel``.

    Attributes:
        taken: Which element of the input goes into each row, shape (positions, rows);
            :data:`NOTHING` for a zero.
        kernel: Integers on the grid of the sums, shape (rows, columns).
        bias: On the same grid, shape (columns,).
        data: Bounds of the input, shape (elements,).
        low: The least sum, brought into the accumulator.
        high: The largest.
        fraction: Fractional bits of the sums.
        wraps: Bits of an accumulator that is too narrow, 0 if it holds every sum.
    """

    taken: Integers
    kernel: Integers
    bias: Integers
    data: Interval
    low: int
    high: int
    fraction: int
    wraps: int

    @classmethod
    def of(cls, layer: MatrixLayer, data: Precision, bounds: Interval) -> "Matrix":
        """Return the matrix of a layer that reads data of a format within bounds."""
        kernel, bias = aligned_weights(layer, data)
        kernel = kernel.reshape(-1, kernel.shape[-1])
        unit = _common_zeros(kernel, bias)
        found = weighted_sums(layer, data, bounds)
        accumulator = layer.accumulator
        fits = found.fits(accumulator)
        low, high = int(found.low.min()), int(found.high.max())
        if not fits:
            low, high = accumulator.min_hw, accumulator.max_hw
        # what the accumulator cuts off on its left is more than what is left out on the right
        unit = unit if fits else min(unit, accumulator.width - 1)
        return cls(
            taken=_taken(layer, bounds.low.shape),
            kernel=kernel >> unit,
            bias=bias >> unit,
            data=bounds.map(np.ravel),
            low=low >> unit,
            high=high >> unit,
            fraction=accumulator.fraction - unit,
            wraps=0 if fits else accumulator.width - unit,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the kernel."""
        rows, columns = self.kernel.shape
        return rows, columns

    @property
    def positions(self) -> int:
        """How often the matrix is applied an event."""
        return len(self.taken)

    @property
    def multiplications(self) -> int:
        """Products an event with weights that are not 0."""
        return self.positions * int(np.count_nonzero(self.kernel))

    def bounds(self, index: int) -> tuple[int, int]:
        """Return the bounds of an element of the input, or of a padded zero."""
        if index == NOTHING:
            return 0, 0
        return int(self.data.low[index]), int(self.data.high[index])


def _common_zeros(kernel: Integers, bias: Integers) -> int:
    """Return how many lowest bits are 0 in every weight and bias."""
    bits = int(np.bitwise_or.reduce(np.concatenate([kernel.ravel(), bias.ravel()])))
    return (bits & -bits).bit_length() - 1 if bits else 0


def _taken(layer: MatrixLayer, shape: tuple[int, ...]) -> Integers:
    """Return which elements of the input each position multiplies."""
    index = np.arange(prod(shape), dtype=np.int64).reshape(shape)
    if isinstance(layer, Dense):
        return index.reshape(-1, shape[-1])
    size = layer.kernel.values.shape[:-2]
    seen = windows(padded(index, layer.padding, fill=NOTHING), size, layer.strides)
    positions = prod(layer.shape[:-1])
    channels = shape[-1]
    # (positions, channels, size) as (positions, size, channels), the order of the kernel
    flat = seen.reshape(positions, channels, prod(size))
    return np.ascontiguousarray(np.moveaxis(flat, 1, 2)).reshape(positions, -1)
