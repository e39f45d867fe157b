"""What a layer does before its result is rounded and brought into range.

Within the emulator the events are the *last* dimension of an array, so that every inner loop runs
over events, whatever the shape of a tensor. Convolutions keep their channels first in memory.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from codesign.design.fixed_point import Integers, requantize
from codesign.design.layers import Softmax
from codesign.design.precision import Precision
from codesign.emulator.arithmetic import Array
from codesign.emulator.buffers import Buffers
from codesign.emulator.elementwise import Compute

Head = Callable[[Sequence[Array], Buffers, Compute], Array]
"""Reads arrays, uses buffers, and hands each part of its result to a function that finishes it."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The constants of a weighted layer in the type and scale of its arithmetic.

    Attributes:
        kernel: In the shape of the record.
        bias: One an output channel.
    """

    kernel: Array
    bias: Array

    @classmethod
    def of(cls, aligned: tuple[Integers, Integers], dtype: type[Any], exponent: int) -> "Weights":
        """Return integers times ``2**exponent``; exact, since only floats are scaled."""
        kernel, bias = (array.astype(dtype) for array in aligned)
        if exponent:
            factor = dtype(2.0**exponent)
            kernel, bias = kernel * factor, bias * factor
        return cls(kernel=kernel, bias=bias)


def dense_head(weights: Weights) -> Head:
    """Return ``bias + data @ kernel`` over the last dimension."""
    kernel = np.ascontiguousarray(weights.kernel.T)
    outputs, inputs = kernel.shape
    bias = weights.bias[:, None]

    def head(sources: Sequence[Array], buffers: Buffers, finish: Compute) -> Array:
        data = sources[0]
        channels_first = np.moveaxis(data, -2, 0)
        if data.ndim > 2 and not channels_first.flags.c_contiguous:
            shape = (*data.shape[:-2], outputs, data.shape[-1])
            found = buffers.take("sums", shape=shape, dtype=kernel.dtype.type)
            np.add(np.matmul(kernel, data, out=found), bias, out=found)
            return finish(found)
        rest = channels_first.shape[1:]
        flat = data if data.ndim == 2 else channels_first.reshape(inputs, -1)
        shape = (outputs, flat.shape[1])
        found = buffers.take("sums", shape=shape, dtype=kernel.dtype.type)
        np.add(np.matmul(kernel, flat, out=found), bias, out=found)
        return np.moveaxis(finish(found).reshape(outputs, *rest), 0, -2)

    return head


def scale_head(weights: Weights) -> Head:
    """Return ``bias + data * kernel``."""
    kernel, bias = weights.kernel[:, None], weights.bias[:, None]

    def head(sources: Sequence[Array], buffers: Buffers, finish: Compute) -> Array:
        found = buffers.copy("own", source=sources[0], dtype=kernel.dtype.type)
        return finish(np.add(np.multiply(found, kernel, out=found), bias, out=found))

    return head


def copy_head(dtype: type[Any], exponent: int) -> Head:
    """Return the data itself, times ``2**exponent``."""
    factor = dtype(2.0**exponent)

    def head(sources: Sequence[Array], buffers: Buffers, finish: Compute) -> Array:
        found = buffers.copy("own", source=sources[0], dtype=dtype)
        return finish(found if exponent == 0 else np.multiply(found, factor, out=found))

    return head


def softmax_head(layer: Softmax, data: Precision) -> Head:
    """Return a softmax, in integers."""
    exponentials, inverses = layer.exponentials, layer.inverses
    sum_fraction = exponentials.precision.fraction
    product_fraction = sum_fraction + inverses.precision.fraction

    def head(sources: Sequence[Array], buffers: Buffers, finish: Compute) -> Array:
        del buffers
        hardware = sources[0]
        difference = hardware.max(axis=-2, keepdims=True) - hardware
        address = requantize(difference, data.fraction, layer.difference)
        terms = exponentials.values[address]
        total = terms.sum(axis=-2, keepdims=True)
        inverse = inverses.values[requantize(total, sum_fraction, layer.total)]
        return finish(requantize(terms * inverse, product_fraction, layer.precision))

    return head
