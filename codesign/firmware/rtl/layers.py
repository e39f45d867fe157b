"""What each kind of layer computes, as an adder graph."""

from collections.abc import Callable, Sequence
from functools import reduce
from math import prod

import numpy as np

from codesign.design.intervals import MovingLayer, merge_shifts, move, padded, windows
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    Conv,
    Dense,
    DepthwiseConv,
    Merge,
    MergeFunction,
    Pool,
    PoolFunction,
    Reshape,
    Scale,
    Slice,
    Softmax,
    Steps,
    Table,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.design.precision import Precision
from codesign.firmware.rtl.bits import Variable, constant, shift_left, wrap
from codesign.firmware.rtl.elements import (
    activation_variable,
    look_up,
    steps_variable,
    table_variable,
)
from codesign.firmware.rtl.put import put
from codesign.firmware.rtl.sums import Variables, as_array, weighted_variables


def layer_variables(
    layer: AnyLayer, tensors: Sequence[Variables], formats: Sequence[Precision]
) -> Variables:
    """Return the tensor that a layer makes of tensors of given formats."""
    data, first = formats[0], tensors[0]
    match layer:
        case Dense() | Conv() | DepthwiseConv() | Scale():
            fraction = layer.accumulator.fraction
            return _put(weighted_variables(layer, first, data), fraction, layer.precision)
        case Activation():
            return _map(lambda value: activation_variable(layer, value, data), first)
        case Steps():
            return _map(lambda value: steps_variable(layer, value, data), first)
        case Table():
            return _map(lambda value: table_variable(layer, value, data), first)
        case Softmax():
            return _softmax(layer, first, data)
        case Pool():
            return _pool(layer, first, data)
        case ZeroPad() | UpSample() | Reshape() | Transpose() | Slice():
            return _put(_moved(layer, first), data.fraction, layer.precision)
        case Concatenate():
            parts = [
                _put(part, one.fraction, layer.precision)
                for part, one in zip(tensors, formats, strict=True)
            ]
            return np.concatenate(parts, axis=layer.axis)
        case Merge():
            return _merge(layer, tensors, formats)


def _map(function: Callable[[Variable], Variable], values: Variables) -> Variables:
    return as_array([function(value) for value in values.ravel()], values.shape)


def _put(values: Variables, fraction: int, precision: Precision) -> Variables:
    return _map(lambda value: put(value, fraction, precision), values)


def _moved(layer: MovingLayer, values: Variables) -> Variables:
    """Return variables where a layer puts them; 0 where it puts nothing."""
    places = np.arange(1, values.size + 1).reshape(values.shape)
    known = [constant(0), *values.ravel()]
    return _map(lambda place: known[int(place)], move(layer, places).astype(np.object_))


def _largest(first: Variable, second: Variable) -> Variable:
    return first if first is second else first.max_of(second)


def _smallest(first: Variable, second: Variable) -> Variable:
    return first if first is second else first.min_of(second)


def _add(first: Variable, second: Variable) -> Variable:
    return first + second


def _tree(function: Callable[[Variable, Variable], Variable], values: list[Variable]) -> Variable:
    """Return values combined pair by pair, those that are ready first first."""
    while len(values) > 1:
        values = sorted(values, key=lambda value: value.latency)
        values = [*values[2:], function(values[0], values[1])]
    return values[0]


def _pool(layer: Pool, data: Variables, precision: Precision) -> Variables:
    whole = padded(data, layer.padding, fill=None)  # type: ignore[arg-type]
    seen = windows(whole, layer.size, layer.strides)
    rows = seen.reshape(-1, prod(layer.size))
    combine = _largest if layer.function is PoolFunction.MAX else _add
    found = [_tree(combine, [value for value in row if value is not None]) for row in rows]
    fraction = precision.fraction
    if layer.function is PoolFunction.AVERAGE:
        fraction += prod(layer.size).bit_length() - 1
    return _put(as_array(found, layer.shape), fraction, layer.precision)


def _merge(layer: Merge, tensors: Sequence[Variables], formats: Sequence[Precision]) -> Variables:
    multiplies = layer.function is MergeFunction.MULTIPLY
    shifts = [0] * len(formats) if multiplies else merge_shifts(formats)
    fraction = max(one.fraction for one in formats)
    match layer.function:
        case MergeFunction.MULTIPLY:
            fraction = sum(one.fraction for one in formats)
        case MergeFunction.AVERAGE:
            fraction += len(formats).bit_length() - 1
        case _:
            pass
    combine = _COMBINE[layer.function]
    rows = zip(*(tensor.ravel() for tensor in tensors), strict=True)
    found = [
        reduce(combine, [shift_left(value, up) for value, up in zip(row, shifts, strict=True)])
        for row in rows
    ]
    return _put(as_array(found, layer.shape), fraction, layer.precision)


_COMBINE = {
    MergeFunction.ADD: _add,
    MergeFunction.AVERAGE: _add,
    MergeFunction.SUBTRACT: lambda first, second: first - second,
    MergeFunction.MULTIPLY: lambda first, second: first * second,
    MergeFunction.MAXIMUM: _largest,
    MergeFunction.MINIMUM: _smallest,
}


def _softmax(layer: Softmax, data: Variables, precision: Precision) -> Variables:
    rows = data.reshape(-1, data.shape[-1])
    found = [value for row in rows for value in _softmax_row(layer, list(row), precision)]
    return as_array(found, layer.shape)


def _softmax_row(layer: Softmax, row: list[Variable], data: Precision) -> list[Variable]:
    largest = _tree(_largest, list(row))
    differences = [_difference(largest, value) for value in row]
    addresses = [put(value, data.fraction, layer.difference) for value in differences]
    terms = [look_up(address, layer.exponentials.values, 0) for address in addresses]
    sum_fraction = layer.exponentials.precision.fraction
    total = put(_tree(_add, list(terms)), sum_fraction, layer.total)
    inverse = look_up(total, layer.inverses.values, 0)
    fraction = sum_fraction + layer.inverses.precision.fraction
    return [put(term * inverse, fraction, layer.precision) for term in terms]


def _difference(largest: Variable, value: Variable) -> Variable:
    """Return how far a value lies below the largest: never negative, which bounds do not say."""
    found = largest - value
    if found.low >= 0:
        return found
    _, integer, _ = found.kif
    return wrap(found, int(integer), signed=False)
