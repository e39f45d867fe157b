"""Bounds of functions of one element: activations, steps, tables."""

from dataclasses import dataclass

import numpy as np

from codesign.design.fixed_point import Integers, shift_integers
from codesign.design.intervals.interval import MAX_BITS, Interval
from codesign.design.layers import Activation, Function, Steps, Table
from codesign.design.precision import Precision, Rounding
from codesign.errors import InvalidDesignError


def activation_values(layer: Activation, data: Precision, bounds: Interval) -> tuple[Interval, int]:
    """Return the bounds of an activation before it is put on a grid, and their fraction."""
    match layer.function:
        case Function.LINEAR:
            return bounds, data.fraction
        case Function.RELU:
            return bounds.clip(0), data.fraction
        case Function.LEAKY_RELU:
            grid = LeakyGrid.of(layer, data)
            return bounds.map(grid.apply), grid.fraction
        case Function.HARD_SIGMOID:
            fraction, up = hard_sigmoid_grid(data)
            one = 1 << fraction
            return bounds.affine(up, one // 2).clip(0, one), fraction


def hard_sigmoid_grid(data: Precision) -> tuple[int, int]:
    """Return the fractional bits of ``x / 2 + 1 / 2`` and how far left its ``x`` is shifted."""
    fraction = max(data.fraction, 0) + 1
    if fraction >= MAX_BITS:
        msg = f"a hard sigmoid of {data} has {fraction} fractional bits; {MAX_BITS} are too many"
        raise InvalidDesignError(msg)
    return fraction, fraction - 1 - data.fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakyGrid:
    """The grid on which both branches of a leaky ReLU are integers.

    Attributes:
        fraction: Its fractional bits.
        above: How far left a value of 0 or more is shifted.
        below: How far left a value below 0 is shifted.
        floor: The least that comes out of the lower branch.
    """

    fraction: int
    above: int
    below: int
    floor: int

    @classmethod
    def of(cls, layer: Activation, data: Precision) -> "LeakyGrid":
        """Return the grid of a layer that reads data of a format."""
        common = max(data.fraction, layer.precision.fraction)
        floor = layer.precision.min_hw << (common - layer.precision.fraction)
        return cls(
            fraction=common - layer.slope_log2,
            above=common - layer.slope_log2 - data.fraction,
            below=common - data.fraction,
            floor=floor,
        )

    def apply(self, values: Integers) -> Integers:
        """Return the function of hardware integers, before it is put on a grid."""
        positive = shift_integers(np.maximum(values, 0), self.above, Rounding.TRN)
        negative = shift_integers(np.minimum(values, 0), self.below, Rounding.TRN)
        least = max(self.floor, -(2**63))
        return positive + np.maximum(negative, least)


def thresholds_hw(layer: Steps, data: Precision) -> Integers:
    """Return the least hardware integer of the data that reaches each threshold."""
    shift = data.fraction - layer.thresholds.precision.fraction
    return -shift_integers(-layer.thresholds.values, shift, Rounding.TRN)


def steps_interval(layer: Steps, data: Precision, bounds: Interval) -> Interval:
    """Return the bounds of a step function."""
    thresholds = thresholds_hw(layer, data)
    reached = bounds.map(lambda end: np.searchsorted(thresholds, end, side="right"))
    return _entries(layer.levels.values, reached)


def table_interval(layer: Table, data: Precision, bounds: Interval) -> Interval:
    """Return the bounds of a look-up table.

    Raises:
        InvalidDesignError: If it has not one entry a hardware integer.
    """
    if layer.values.values.shape != (2**data.width,):
        msg = (
            f"{layer.name}: a table of shape {layer.values.values.shape} addressed by {data}; "
            f"expected {(2**data.width,)}"
        )
        raise InvalidDesignError(msg)
    return _entries(layer.values.values, bounds.map(lambda end: end - data.min_hw))


def _entries(table: Integers, addresses: Interval) -> Interval:
    """Return the bounds of what a table holds between two addresses, for each element."""
    ends = np.stack([addresses.low.ravel(), addresses.high.ravel()], axis=1)
    ranges, which = np.unique(ends, axis=0, return_inverse=True)
    parts = [table[low : high + 1] for low, high in ranges]
    low = np.array([part.min() for part in parts])[which.ravel()]
    high = np.array([part.max() for part in parts])[which.ravel()]
    shape = addresses.low.shape
    return Interval(low=low.reshape(shape), high=high.reshape(shape))
