"""Layers that move elements, and those that combine several tensors."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from codesign.design.intervals import MovingLayer
from codesign.design.layers import (
    Concatenate,
    Merge,
    MergeFunction,
    Reshape,
    Slice,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.emulator.arithmetic import Array
from codesign.emulator.buffers import Buffers
from codesign.emulator.convolution import pad
from codesign.emulator.elementwise import Compute
from codesign.emulator.heads import Head


def moving_head(layer: MovingLayer, *, copies: bool) -> Head:
    """Return the elements where the layer puts them, in memory of their own if asked for."""

    def head(sources: Sequence[Array], buffers: Buffers, finish: Compute) -> Array:
        found = _moved(layer, sources[0], buffers)
        if not copies:
            return found
        return finish(buffers.copy("own", source=found, dtype=found.dtype.type))

    return head


def _moved(layer: MovingLayer, data: Array, buffers: Buffers) -> Array:
    events = data.shape[-1]
    match layer:
        case ZeroPad():
            return pad(data, layer.padding, buffers, fill=0)
        case UpSample():
            return _repeated(layer, data, buffers)
        case Transpose():
            return data.transpose(*layer.axes, len(layer.axes))
        case Slice():
            kept = slice(layer.start, layer.start + layer.shape[layer.axis])
            return data[(slice(None),) * layer.axis + (kept,)]
        case Reshape():
            if not data.flags.c_contiguous:
                own = buffers.take("flat", shape=data.shape, dtype=data.dtype.type)
                np.copyto(own, data)
                data = own
            return data.reshape(*layer.shape, events)


def _repeated(layer: UpSample, data: Array, buffers: Buffers) -> Array:
    channels_first = np.moveaxis(data, -2, 0)
    channels, *spatial, events = channels_first.shape
    split = [n for size, factor in zip(spatial, layer.factors, strict=True) for n in (size, factor)]
    whole = (channels, *(layer.shape[:-1]), events)
    found = buffers.take("repeated", shape=whole, dtype=data.dtype.type)
    axes = tuple(range(2, 2 + 2 * len(spatial), 2))
    np.copyto(found.reshape(channels, *split, events), np.expand_dims(channels_first, axes))
    return np.moveaxis(found, 0, -2)


def concatenate_head(layer: Concatenate, dtype: type[Any]) -> Head:
    """Return inputs one after the other; each is on the grid of the output already."""

    def head(sources: Sequence[Array], buffers: Buffers, finish: Compute) -> Array:
        shape = (*layer.shape, sources[0].shape[-1])
        found = buffers.take("joined", shape=shape, dtype=dtype)
        np.concatenate(sources, axis=layer.axis, out=found, casting="unsafe")
        return finish(found)

    return head


_COMBINE = {
    MergeFunction.ADD: np.add,
    MergeFunction.AVERAGE: np.add,
    MergeFunction.SUBTRACT: np.subtract,
    MergeFunction.MULTIPLY: np.multiply,
    MergeFunction.MAXIMUM: np.maximum,
    MergeFunction.MINIMUM: np.minimum,
}


def merge_head(layer: Merge, shifts: Sequence[int], dtype: type[Any]) -> Head:
    """Return an element-wise function of inputs, each shifted left onto a common grid first."""
    combine = _COMBINE[layer.function]
    factors = [dtype(2**shift) for shift in shifts]

    def head(sources: Sequence[Array], buffers: Buffers, finish: Compute) -> Array:
        parts = [
            source if factor == 1 else source * factor
            for source, factor in zip(sources, factors, strict=True)
        ]
        found = buffers.copy("own", source=parts[0], dtype=dtype)
        return finish(reduce(lambda a, b: combine(a, b, out=a), parts[1:], found))

    return head
