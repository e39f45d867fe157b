"""Each layer of a network in Python fractions, straight from the words of its record.

Inside, a tensor is a dictionary from index to value.
"""

from fractions import Fraction
from itertools import product
from math import prod

import exact

from codesign.design.layers import (
    Activation,
    Concatenate,
    Conv,
    Dense,
    DepthwiseConv,
    Function,
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

ZERO = Fraction(0)


def tensors(network, event):
    """Return every tensor that one event makes, as nested lists of hardware integers.

    Args:
        network: The network.
        event: Nested lists of hardware integers, by name where the network has several inputs.
    """
    given = event if isinstance(event, dict) else {network.inputs[0].name: event}
    made = {node.name: _indexed(given[node.name], node.shape) for node in network.inputs}
    for layer in network.layers:
        precisions = [network.precision(name) for name in layer.inputs]
        values = [
            {index: exact.real(number, precision) for index, number in made[name].items()}
            for name, precision in zip(layer.inputs, precisions, strict=True)
        ]
        shapes = [network.shape(name) for name in layer.inputs]
        made[layer.name] = _compute(layer, values, shapes, precisions)
    return {name: _nested(tensor, network.shape(name), ()) for name, tensor in made.items()}


def _indexed(nested, shape):
    found = {}
    for index in product(*map(range, shape)):
        value = nested
        for position in index:
            value = value[position]
        found[index] = int(value)
    return found


def _nested(tensor, shape, index):
    if len(index) == len(shape):
        return tensor[index]
    return [_nested(tensor, shape, (*index, position)) for position in range(shape[len(index)])]


def _compute(layer, values, shapes, precisions):
    """Return the hardware integers of a layer by index, for real values by index."""
    data = values[0]
    indices = list(product(*map(range, layer.shape)))
    match layer:
        case Dense() | Conv() | DepthwiseConv() | Scale():
            return {index: _sum(layer, data, index) for index in indices}
        case Activation():
            return {index: _activate(layer, data[index]) for index in indices}
        case Steps():
            return {index: _step(layer, data[index]) for index in indices}
        case Table():
            return {index: _entry(layer, data[index], precisions[0]) for index in indices}
        case Softmax():
            return _softmax(layer, data, indices)
        case _:
            found = _plain(layer, values, shapes, indices)
            return {index: exact.put(found[index], layer.precision) for index in indices}


def _plain(layer, values, shapes, indices):
    data, shape = values[0], shapes[0]
    match layer:
        case Pool():
            return {index: _pool(layer, data, index) for index in indices}
        case ZeroPad():
            before = [ends[0] for ends in layer.padding] + [0]
            return {
                index: data.get(tuple(i - b for i, b in zip(index, before, strict=True)), ZERO)
                for index in indices
            }
        case UpSample():
            factors = (*layer.factors, 1)
            return {
                index: data[tuple(i // f for i, f in zip(index, factors, strict=True))]
                for index in indices
            }
        case Reshape():
            source = product(*map(range, shape))
            return {index: data[old] for index, old in zip(indices, source, strict=True)}
        case Transpose():
            return {
                index: data[tuple(index[layer.axes.index(axis)] for axis in range(len(shape)))]
                for index in indices
            }
        case Slice():
            return {index: data[_moved(index, layer.axis, layer.start)] for index in indices}
        case Concatenate():
            found, start = {}, 0
            for part, size in zip(values, shapes, strict=True):
                found |= {_moved(index, layer.axis, start): v for index, v in part.items()}
                start += size[layer.axis]
            return found
        case Merge():
            return {index: _merge(layer, [part[index] for part in values]) for index in indices}


def _moved(index, axis, by):
    return (*index[:axis], index[axis] + by, *index[axis + 1 :])


def _terms(layer, data, index):
    """Yield (value, index of its weight) for an element of a weighted layer."""
    *place, channel = index
    match layer:
        case Dense():
            for row in range(layer.kernel.values.shape[0]):
                yield data[*place, row], (row, channel)
        case Scale():
            yield data[index], (channel,)
        case Conv() | DepthwiseConv():
            *size, channels, multiplier = layer.kernel.values.shape
            for tap in product(*map(range, size)):
                spot = [
                    i * stride + t - pad[0]
                    for i, stride, t, pad in zip(
                        place, layer.strides, tap, layer.padding, strict=True
                    )
                ]
                if isinstance(layer, Conv):
                    for c in range(channels):
                        yield data.get((*spot, c), ZERO), (*tap, c, channel)
                else:
                    c, m = divmod(channel, multiplier)
                    yield data.get((*spot, c), ZERO), (*tap, c, m)


def _sum(layer, data, index):
    total = exact.put(
        exact.real(layer.bias.values[index[-1]], layer.bias.precision), layer.accumulator
    )
    for value, where in _terms(layer, data, index):
        weight = exact.real(layer.kernel.values[where], layer.kernel.precision)
        total = exact.put(exact.real(total, layer.accumulator) + value * weight, layer.accumulator)
    return exact.put(exact.real(total, layer.accumulator), layer.precision)


def _activate(layer, value):
    match layer.function:
        case Function.LINEAR:
            found = value
        case Function.RELU:
            found = max(value, ZERO)
        case Function.LEAKY_RELU:
            smallest = exact.real(exact.limits(layer.precision)[0], layer.precision)
            slope = Fraction(2) ** layer.slope_log2
            found = value if value >= 0 else max(value, smallest) * slope
        case Function.HARD_SIGMOID:
            found = min(Fraction(1), max(ZERO, value / 2 + exact.HALF))
    number = exact.put(found, layer.precision)
    return number if layer.ceiling is None else min(number, layer.ceiling)


def _step(layer, value):
    reached = sum(
        exact.real(threshold, layer.thresholds.precision) <= value
        for threshold in layer.thresholds.values
    )
    return int(layer.levels.values[reached])


def _entry(layer, value, precision):
    number = value / exact.real(1, precision)
    assert number.denominator == 1
    return int(layer.values.values[int(number) - exact.limits(precision)[0]])


def _pool(layer, data, index):
    *place, channel = index
    seen = []
    for tap in product(*map(range, layer.size)):
        spot = [
            i * stride + t - pad[0]
            for i, stride, t, pad in zip(place, layer.strides, tap, layer.padding, strict=True)
        ]
        if (*spot, channel) in data:
            seen.append(data[*spot, channel])
    if layer.function is PoolFunction.MAX:
        return max(seen)
    return sum(seen, ZERO) / prod(layer.size)


def _merge(layer, parts):
    match layer.function:
        case MergeFunction.ADD:
            return sum(parts, ZERO)
        case MergeFunction.SUBTRACT:
            return parts[0] - parts[1]
        case MergeFunction.MULTIPLY:
            return prod(parts, start=Fraction(1))
        case MergeFunction.AVERAGE:
            return sum(parts, ZERO) / len(parts)
        case MergeFunction.MAXIMUM:
            return max(parts)
        case MergeFunction.MINIMUM:
            return min(parts)


def _softmax(layer, data, indices):
    found = {}
    for place in {index[:-1] for index in indices}:
        row = [index for index in indices if index[:-1] == place]
        largest = max(data[index] for index in row)
        terms = {
            index: exact.real(
                layer.exponentials.values[exact.put(largest - data[index], layer.difference)],
                layer.exponentials.precision,
            )
            for index in row
        }
        total = exact.put(sum(terms.values(), ZERO), layer.total)
        inverse = exact.real(layer.inverses.values[total], layer.inverses.precision)
        found |= {index: exact.put(terms[index] * inverse, layer.precision) for index in row}
    return found
