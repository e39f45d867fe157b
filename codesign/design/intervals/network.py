"""The bounds of every tensor of a network."""

from collections.abc import Sequence

import numpy as np

from codesign.design.intervals.combine import (
    concatenate_interval,
    largest_merged,
    merge_values,
    move,
    pool_values,
)
from codesign.design.intervals.elementwise import (
    activation_values,
    steps_interval,
    table_interval,
)
from codesign.design.intervals.interval import MAX_BITS, Interval
from codesign.design.intervals.weighted import largest_partial_sum, weighted_sums
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    Conv,
    Dense,
    DepthwiseConv,
    Function,
    Merge,
    Pool,
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
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import InvalidDataError, InvalidDesignError


def intervals(network: QuantizedNetwork) -> dict[str, Interval]:
    """Return the bounds of every tensor, by name."""
    bounds = {i.name: Interval.full(i.precision, i.shape) for i in network.inputs}
    for layer in network.layers:
        precisions = [network.precision(name) for name in layer.inputs]
        read = [bounds[name] for name in layer.inputs]
        bounds[layer.name] = layer_interval(layer, precisions, read)
    return bounds


def largest_sum(network: QuantizedNetwork) -> int:
    """Return the largest hardware integer that an input or anything a layer adds up can reach.

    A reference that computes in float32 is exact up to 2**24, one in float64 up to 2**53.
    """
    bounds = intervals(network)
    found = [bounds[node.name].magnitude for node in (*network.inputs, *network.layers)]
    for layer in network.layers:
        precisions = [network.precision(name) for name in layer.inputs]
        found.append(layer_sum(layer, precisions, [bounds[name] for name in layer.inputs]))
    return max(found)


def layer_sum(layer: AnyLayer, precisions: Sequence[Precision], bounds: Sequence[Interval]) -> int:
    """Return what no sum or product inside a layer exceeds, on its own grid; 0 where none is."""
    match layer:
        case Dense() | Conv() | DepthwiseConv() | Scale():
            return largest_partial_sum(layer, precisions[0], bounds[0])
        case Merge():
            return largest_merged(layer, precisions, bounds)
        case Pool():
            return pool_values(layer, precisions[0], bounds[0])[0].magnitude
        case Activation() if layer.function in {Function.LEAKY_RELU, Function.HARD_SIGMOID}:
            return activation_values(layer, precisions[0], bounds[0])[0].magnitude
        case _:
            return 0


def layer_interval(
    layer: AnyLayer, precisions: Sequence[Precision], bounds: Sequence[Interval]
) -> Interval:
    """Return the bounds of what a layer makes of data of given formats within bounds.

    Args:
        layer: The layer.
        precisions: The formats of its inputs, in order.
        bounds: Their bounds.

    Raises:
        InvalidDesignError: If its arithmetic needs more than 62 bits.
    """
    try:
        match layer:
            case Steps():
                return steps_interval(layer, precisions[0], bounds[0])
            case Table():
                return table_interval(layer, precisions[0], bounds[0])
            case Softmax():
                _check_softmax(layer)
                return Interval.full(layer.precision, layer.shape)
            case Concatenate():
                return concatenate_interval(layer, precisions, bounds)
            case _:
                found, fraction = layer_values(layer, precisions, bounds)
                return _ceiled(layer, found.put(fraction, layer.precision))
    except InvalidDataError as error:
        msg = f"{layer.name}: {error}"
        raise InvalidDesignError(msg) from error


PuttingLayer = (
    Dense
    | Conv
    | DepthwiseConv
    | Scale
    | Activation
    | Pool
    | ZeroPad
    | UpSample
    | Reshape
    | Transpose
    | Slice
    | Merge
)
"""A layer that computes something exact and puts it on the grid of its output."""


def layer_values(
    layer: PuttingLayer, precisions: Sequence[Precision], bounds: Sequence[Interval]
) -> tuple[Interval, int]:
    """Return the bounds of what a layer puts on the grid of its output, and their fraction."""
    data, first = precisions[0], bounds[0]
    match layer:
        case Dense() | Conv() | DepthwiseConv() | Scale():
            found = weighted_sums(layer, data, first)
            if not found.fits(layer.accumulator):
                found = Interval.full(layer.accumulator, layer.shape)
            return found, layer.accumulator.fraction
        case Activation():
            return activation_values(layer, data, first)
        case Pool():
            return pool_values(layer, data, first)
        case Merge():
            return merge_values(layer, precisions, bounds)
        case ZeroPad() | UpSample() | Reshape() | Transpose() | Slice():
            return first.map(lambda end: move(layer, end)), data.fraction


def _ceiled(layer: PuttingLayer, bounds: Interval) -> Interval:
    if not isinstance(layer, Activation) or layer.ceiling is None:
        return bounds
    ceiling = layer.ceiling
    return bounds.map(lambda end: np.minimum(end, ceiling))


def _check_softmax(layer: Softmax) -> None:
    term, inverse = layer.exponentials.precision, layer.inverses.precision
    bits = term.width + max(inverse.width, layer.shape[-1].bit_length())
    if bits > MAX_BITS:
        msg = (
            f"{layer.name}: sums of {layer.shape[-1]} times {term} and products with {inverse} "
            f"need {bits} bits, more than {MAX_BITS}; use narrower tables"
        )
        raise InvalidDesignError(msg)
