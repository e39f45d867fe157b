"""Functions of one element as adder graphs: activations, steps, tables."""

import numpy as np

from codesign.design.fixed_point import Integers
from codesign.design.intervals import LeakyGrid, hard_sigmoid_grid, thresholds_hw
from codesign.design.layers import Activation, Function, Steps, Table
from codesign.design.precision import Precision
from codesign.firmware.rtl.bits import (
    Variable,
    add_constant,
    bounds,
    choose,
    constant,
    is_constant,
    negative,
    shift_left,
)
from codesign.firmware.rtl.put import overflow, put, rounded

_LOOKUP_BITS = 12
"""Steps of wider numbers are found by comparisons."""


def activation_variable(layer: Activation, value: Variable, data: Precision) -> Variable:
    """Return an activation of one element."""
    precision = layer.precision
    match layer.function:
        case Function.LINEAR:
            found = put(value, data.fraction, precision)
        case Function.RELU:
            # no rounding changes the order of values or 0, so the sign goes last: the constant
            # that a rounding adds then merges with the bias before it
            found = rounded(value, precision.fraction - data.fraction, precision.rounding)
            found = overflow(_positive(found), precision)
        case Function.LEAKY_RELU:
            grid = LeakyGrid.of(layer, data)
            found = put(_leaky(value, grid), grid.fraction, precision)
        case Function.HARD_SIGMOID:
            fraction, up = hard_sigmoid_grid(data)
            line = add_constant(shift_left(value, up), 1 << (fraction - 1))
            found = put(_at_most(_positive(line), 1 << fraction), fraction, precision)
    return found if layer.ceiling is None else _at_most(found, layer.ceiling)


def look_up(value: Variable, table: Integers, first: int) -> Variable:
    """Return the entry of a table, whose first one belongs to an integer."""
    low, high = bounds(value)
    if low == high:
        return constant(int(table[low - first]))
    step = int(value.step)
    part = table[low - first : high - first + 1 : step]
    return value.lookup(part.astype(np.float64))


def table_variable(layer: Table, value: Variable, data: Precision) -> Variable:
    """Return the entry of a table for one element."""
    return look_up(value, layer.values.values, data.min_hw)


def steps_variable(layer: Steps, value: Variable, data: Precision) -> Variable:
    """Return the level of one element."""
    low, high = bounds(value)
    thresholds, levels = thresholds_hw(layer, data), layer.levels.values
    if high - low < 1 << _LOOKUP_BITS:
        every = np.arange(low, high + 1)
        return look_up(value, levels[np.searchsorted(thresholds, every, side="right")], low)
    below, above = int((thresholds <= low).sum()), int((thresholds <= high).sum())
    return _search(value, thresholds[below:above], levels[below : above + 1])


def _search(value: Variable, thresholds: Integers, levels: Integers) -> Variable:
    """Return a level, found by halving."""
    if not thresholds.size:
        return constant(int(levels[0]))
    middle = thresholds.size // 2
    less = negative(add_constant(value, -int(thresholds[middle])))
    below = _search(value, thresholds[:middle], levels[: middle + 1])
    above = _search(value, thresholds[middle + 1 :], levels[middle + 1 :])
    return choose(less, below, above)


def _positive(value: Variable) -> Variable:
    if is_constant(value):
        return constant(max(int(value.low), 0))
    return value.relu() if value.low < 0 else value


def _at_most(value: Variable, ceiling: int) -> Variable:
    if value.high <= ceiling:
        return value
    if value.low >= ceiling:
        return constant(ceiling)
    outside = negative(add_constant(-value, ceiling))
    return choose(outside, constant(ceiling), value)


def _leaky(value: Variable, grid: LeakyGrid) -> Variable:
    """Return a leaky ReLU on a grid on which both branches are integers."""
    if is_constant(value):
        return constant(int(grid.apply(np.array(int(value.low), dtype=np.int64))))
    if value.low >= 0:
        return shift_left(value, grid.above)
    lower = shift_left(value, grid.below)
    if grid.floor > lower.low:
        least = constant(grid.floor)
        under = negative(add_constant(lower, -grid.floor))
        lower = choose(under, least, lower)
    if grid.floor == 0:
        return shift_left(_positive(value), grid.above)
    return choose(negative(value), lower, shift_left(value, grid.above))
