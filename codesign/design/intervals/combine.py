"""Bounds of layers that move elements, and of those that combine several."""

from collections.abc import Sequence
from functools import reduce
from math import prod

import numpy as np

from codesign.design.fixed_point import Integers, shift_integers
from codesign.design.intervals.interval import MAX_BITS, Interval
from codesign.design.intervals.windows import padded, windows
from codesign.design.layers import (
    Concatenate,
    Merge,
    MergeFunction,
    Pool,
    PoolFunction,
    Reshape,
    Slice,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.design.precision import Precision, Rounding
from codesign.errors import InvalidDesignError

MovingLayer = ZeroPad | UpSample | Reshape | Transpose | Slice


def move(layer: MovingLayer, values: Integers) -> Integers:
    """Return the elements of one event where a layer puts them."""
    match layer:
        case ZeroPad():
            return padded(values, layer.padding)
        case UpSample():
            for axis, factor in enumerate(layer.factors):
                values = np.repeat(values, factor, axis=axis)
            return values
        case Reshape():
            return values.reshape(layer.shape)
        case Transpose():
            return values.transpose(layer.axes)
        case Slice():
            stop = layer.start + layer.shape[layer.axis]
            return values.take(range(layer.start, stop), axis=layer.axis)


def pool_values(layer: Pool, data: Precision, bounds: Interval) -> tuple[Interval, int]:
    """Return the bounds of a pooling before it is put on a grid, and their fraction."""
    axes = tuple(range(-len(layer.size), 0))
    if layer.function is PoolFunction.MAX:
        least = int(bounds.low.min())
        outside = Interval(
            low=padded(bounds.low, layer.padding, fill=least),
            high=padded(bounds.high, layer.padding, fill=least),
        )
        found = outside.map(lambda end: windows(end, layer.size, layer.strides).max(axis=axes))
        return found, data.fraction
    count = prod(layer.size)
    _check_bits(layer.name, bounds.magnitude * count)
    sums = bounds.map(lambda end: windows(end, layer.size, layer.strides).sum(axis=axes))
    return sums, data.fraction + count.bit_length() - 1


def concatenate_interval(
    layer: Concatenate, precisions: Sequence[Precision], bounds: Sequence[Interval]
) -> Interval:
    """Return the bounds of inputs one after the other."""
    parts = [
        part.put(data.fraction, layer.precision)
        for data, part in zip(precisions, bounds, strict=True)
    ]
    return Interval(
        low=np.concatenate([part.low for part in parts], axis=layer.axis),
        high=np.concatenate([part.high for part in parts], axis=layer.axis),
    )


def merge_values(
    layer: Merge, precisions: Sequence[Precision], bounds: Sequence[Interval]
) -> tuple[Interval, int]:
    """Return the bounds of a merge before it is put on a grid, and their fraction.

    Raises:
        InvalidDesignError: If its arithmetic needs more than 62 bits.
    """
    _check_bits(layer.name, largest_merged(layer, precisions, bounds))
    if layer.function is MergeFunction.MULTIPLY:
        return reduce(_product, bounds), sum(data.fraction for data in precisions)
    parts, fraction = _aligned(precisions, bounds)
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    match layer.function:
        case MergeFunction.ADD:
            return Interval(low=_added(lows), high=_added(highs)), fraction
        case MergeFunction.AVERAGE:
            halvings = len(parts).bit_length() - 1
            return Interval(low=_added(lows), high=_added(highs)), fraction + halvings
        case MergeFunction.SUBTRACT:
            return Interval(low=lows[0] - highs[1], high=highs[0] - lows[1]), fraction
        case MergeFunction.MAXIMUM:
            return Interval(low=reduce(np.maximum, lows), high=reduce(np.maximum, highs)), fraction
        case MergeFunction.MINIMUM:
            return Interval(low=reduce(np.minimum, lows), high=reduce(np.minimum, highs)), fraction


def merge_shifts(precisions: Sequence[Precision]) -> list[int]:
    """Return how far left each input of a merge is shifted onto the finest grid among them."""
    fraction = max(data.fraction for data in precisions)
    return [fraction - data.fraction for data in precisions]


def largest_merged(
    layer: Merge, precisions: Sequence[Precision], bounds: Sequence[Interval]
) -> int:
    """Return what no partial result of a merge exceeds."""
    if layer.function is MergeFunction.MULTIPLY:
        return prod(max(part.magnitude, 1) for part in bounds)
    shifts = merge_shifts(precisions)
    return sum(part.magnitude << up for part, up in zip(bounds, shifts, strict=True))


def _aligned(
    precisions: Sequence[Precision], bounds: Sequence[Interval]
) -> tuple[list[Interval], int]:
    shifts = merge_shifts(precisions)
    parts = [
        part.map(lambda end, up=up: shift_integers(end, up, Rounding.TRN))  # type: ignore[misc] # mypy sees no default in a lambda
        for part, up in zip(bounds, shifts, strict=True)
    ]
    return parts, max(data.fraction for data in precisions)


def _added(ends: Sequence[Integers]) -> Integers:
    return np.sum(ends, axis=0)


def _product(first: Interval, second: Interval) -> Interval:
    corners = np.stack([a * b for a in (first.low, first.high) for b in (second.low, second.high)])
    return Interval(low=corners.min(axis=0), high=corners.max(axis=0))


def _check_bits(name: str, largest: int) -> None:
    if largest.bit_length() > MAX_BITS:
        msg = f"{name}: values of up to {largest:.3g} steps need more than {MAX_BITS} bits"
        raise InvalidDesignError(msg)
