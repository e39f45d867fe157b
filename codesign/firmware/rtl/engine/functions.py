"""The element-wise layers behind a matrix, one register a layer."""

from collections.abc import Sequence

import numpy as np

from codesign.design.fixed_point import Integers
from codesign.design.intervals import LeakyGrid, hard_sigmoid_grid, thresholds_hw
from codesign.design.layers import Activation, Function, Reshape, Steps, Table
from codesign.design.precision import Precision, Rounding
from codesign.firmware.rtl.engine.grid import below, clip, put, shift
from codesign.firmware.rtl.engine.logic import Logic
from codesign.firmware.rtl.engine.value import Value, literal

Elementwise = Activation | Reshape | Steps | Table

_LARGEST_CASE = 2**12
"""Step functions of more values than this are comparisons, not a table."""


def element(logic: Logic, layer: Elementwise, value: Value, data: Precision) -> Value:
    """Return what a layer makes of one value of a format, without a register."""
    match layer:
        case Activation():
            return _activation(logic, layer, value, data)
        case Reshape():
            return put(logic, value, data.fraction, layer.precision)
        case Table():
            low = value.low - data.min_hw
            entries = layer.values.values[low : low + value.high - value.low + 1]
            return _looked_up(logic, value, entries)
        case Steps():
            return _steps(logic, layer, value, data)


def _activation(logic: Logic, layer: Activation, value: Value, data: Precision) -> Value:
    fraction = data.fraction
    match layer.function:
        case Function.LINEAR:
            pass
        case Function.RELU:
            value = clip(logic, value, 0, None)
        case Function.LEAKY_RELU:
            grid = LeakyGrid.of(layer, data)
            value, fraction = _leaky(logic, value, grid), grid.fraction
        case Function.HARD_SIGMOID:
            fraction, up = hard_sigmoid_grid(data)
            scaled = shift(logic, value, up, Rounding.TRN)
            moved = _sum(logic, scaled, 1 << (fraction - 1))
            value = clip(logic, moved, 0, 1 << fraction)
    return clip(logic, put(logic, value, fraction, layer.precision), None, layer.ceiling)


def _leaky(logic: Logic, value: Value, grid: LeakyGrid) -> Value:
    positive = clip(logic, shift(logic, value, grid.above, Rounding.TRN), 0, None)
    negative = clip(logic, shift(logic, value, grid.below, Rounding.TRN), grid.floor, None)
    if value.low >= 0:
        return positive
    negative = clip(logic, negative, None, 0)
    if value.high < 0:
        return negative
    low, high = negative.low, max(positive.high, negative.high)
    bits = Value(name="", low=low, high=high).width
    choice = f"{value.sign} ? {negative.extended(bits)} : {positive.extended(bits)}"
    return logic.wire("leaky", low, high, choice)


def _sum(logic: Logic, value: Value, offset: int) -> Value:
    low, high = value.low + offset, value.high + offset
    if value.is_constant:
        return Value.constant(low)
    bits = Value(name="", low=low, high=high).width
    return logic.wire("moved", low, high, f"{value.extended(bits)} + {literal(offset, bits)}")


def _looked_up(logic: Logic, value: Value, entries: Integers) -> Value:
    """Return the entry of a table whose first entry is that of the least value."""
    low, high = int(entries.min()), int(entries.max())
    if low == high:
        return Value.constant(low)
    found = Value(name=logic.name("entry"), low=low, high=high)
    logic.say(f"reg [{found.width - 1}:0] {found.name};")
    logic.say("always @*")
    logic.say(f"  case ({value.name})")
    for index, entry in enumerate(entries[:-1].tolist(), start=value.low):
        logic.say(
            f"    {literal(index, value.width)}: {found.name} = {literal(entry, found.width)};"
        )
    logic.say(f"    default: {found.name} = {literal(int(entries[-1]), found.width)};")
    logic.say("  endcase")
    return found


def _steps(logic: Logic, layer: Steps, value: Value, data: Precision) -> Value:
    thresholds, levels = thresholds_hw(layer, data), layer.levels.values
    if value.is_constant or value.high - value.low < _LARGEST_CASE:
        every = np.arange(value.low, value.high + 1)
        return _looked_up(logic, value, levels[np.searchsorted(thresholds, every, side="right")])
    first = int((thresholds <= value.low).sum())
    last = int((thresholds <= value.high).sum())
    low, high = int(levels[first : last + 1].min()), int(levels[first : last + 1].max())
    if low == high:
        return Value.constant(low)
    bits = Value(name="", low=low, high=high).width
    choice = literal(int(levels[last]), bits)
    for index in range(last - 1, first - 1, -1):
        under = below(value, int(thresholds[index]))
        choice = f"{under} ? {literal(int(levels[index]), bits)} :\n      {choice}"
    return logic.wire("level", low, high, choice)


def finish(
    logic: Logic,
    value: Value,
    *,
    fraction: int,
    precision: Precision,
    layers: Sequence[Elementwise],
) -> Value:
    """Return sums put on a grid and taken through element-wise layers.

    There is a register behind each step but the last.

    Args:
        logic: Where the lines go.
        value: The sum.
        fraction: Its fractional bits.
        precision: The grid of the sums.
        layers: What follows.
    """
    value = put(logic, value, fraction, precision)
    data = precision
    for layer in layers:
        logic.comment(layer.name)
        value = element(logic, layer, logic.delay(value), data)
        data = layer.precision
    return value
