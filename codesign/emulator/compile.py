"""Turn a network into steps of the fastest arithmetic that is exact for it.

Integers travel as float32 while every sum stays below 2**24, as float64 below 2**53, and as int64
beyond; which of them is decided by the interval analysis, layer by layer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import (
    overflow_integers,
    requantize,
    round_real,
)
from codesign.design.intervals import (
    Interval,
    aligned_weights,
    dense_sums,
    hard_sigmoid_grid,
    intervals,
    largest_partial_sum,
)
from codesign.design.layers import Activation, Dense, Function, Softmax
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision

Array = NDArray[Any]
Compute = Callable[[Array], Array]
_EXACT_FLOAT32 = 2**24
_EXACT_FLOAT64 = 2**53
_SMALLEST_EXPONENT = int(np.finfo(np.float32).minexp)


@dataclass(frozen=True, slots=True)
class Step:
    """One layer: a function from its input tensor to its output tensor.

    Attributes:
        source: The tensor it reads.
        output: The tensor it makes.
        compute: Integer-valued arrays in, integer-valued arrays out.
    """

    source: str
    output: str
    compute: Compute


def exact_dtype(magnitude: int) -> type[Any]:
    """Return the fastest type that holds every integer up to ``magnitude`` exactly."""
    if magnitude <= _EXACT_FLOAT32:
        return np.float32
    return np.float64 if magnitude <= _EXACT_FLOAT64 else np.int64


def compile_steps(network: QuantizedNetwork) -> tuple[Step, ...]:
    """Return the steps of a network, in order."""
    bounds = intervals(network)
    steps = []
    for layer in network.layers:
        source = layer.inputs[0]
        data = network.precision(source)
        match layer:
            case Dense():
                compute = _dense(layer, data, bounds[source])
            case Activation():
                compute = _activation(layer, data, bounds[source])
            case Softmax():
                compute = _softmax(layer, data)
        steps.append(Step(source, layer.name, compute))
    return tuple(steps)


def _dense(layer: Dense, data: Precision, inputs: Interval) -> Compute:
    sums = dense_sums(layer, data, inputs)
    dtype = exact_dtype(max(inputs.magnitude, largest_partial_sum(layer, data, inputs)))
    kernel, bias = (array.astype(dtype) for array in aligned_weights(layer, data))
    if not sums.fits(layer.accumulator):
        return _wrapping_dense(layer, kernel, bias)
    put = _put(layer.accumulator.fraction, layer.precision, sums)

    def compute(values: Array) -> Array:
        total = values.astype(dtype, copy=False) @ kernel
        total += bias
        return put(total)

    return compute


def _wrapping_dense(layer: Dense, kernel: Array, bias: Array) -> Compute:
    """Return a dense layer whose accumulator is narrower than its sums."""
    accumulator = layer.accumulator

    def compute(values: Array) -> Array:
        total = (values.astype(kernel.dtype, copy=False) @ kernel + bias).astype(np.int64)
        wrapped = overflow_integers(total, accumulator)
        return requantize(wrapped, accumulator.fraction, layer.precision)

    return compute


def _activation(layer: Activation, data: Precision, inputs: Interval) -> Compute:
    match layer.function:
        case Function.LINEAR:
            return _put(data.fraction, layer.precision, inputs)
        case Function.RELU:
            put = _put(data.fraction, layer.precision, inputs.clip(0))
            return lambda values: put(np.maximum(values, 0))
        case Function.HARD_SIGMOID:
            return _hard_sigmoid(layer, data, inputs)


def _hard_sigmoid(layer: Activation, data: Precision, inputs: Interval) -> Compute:
    fraction, up = hard_sigmoid_grid(data)
    one = 1 << fraction
    moved = inputs.affine(up, one // 2)
    dtype = exact_dtype(max(moved.magnitude, one))
    put = _put(fraction, layer.precision, moved.clip(0, one))

    def compute(values: Array) -> Array:
        widened = values.astype(dtype, copy=False) * dtype(1 << up)
        return put(np.clip(widened + dtype(one // 2), dtype(0), dtype(one)))

    return compute


def _put(fraction: int, precision: Precision, values: Interval) -> Compute:
    """Return the function that puts numbers with ``fraction`` bits on a grid."""
    shift = precision.fraction - fraction
    dtype = exact_dtype(max(values.magnitude << max(shift, 0), precision.max_hw))
    fits = shift >= 0 and values.affine(shift, 0).fits(precision)
    if fits and shift == 0:
        return lambda values: values
    saturates = precision.overflow in {Overflow.SAT, Overflow.SAT_SYM}
    if dtype is np.int64 or not (fits or saturates) or shift < _SMALLEST_EXPONENT:
        return lambda values: requantize(values.astype(np.int64), fraction, precision)
    scale = dtype(2.0**shift)
    low, high = dtype(precision.min_hw), dtype(precision.max_hw)

    def put(values: Array) -> Array:
        scaled = values.astype(dtype, copy=False) * scale
        if shift < 0:
            scaled = round_real(scaled, precision.rounding)
        return np.clip(scaled, low, high, out=scaled)

    return put


def _softmax(layer: Softmax, data: Precision) -> Compute:
    exponentials, inverses = layer.exponentials, layer.inverses
    sum_fraction = exponentials.precision.fraction
    product_fraction = sum_fraction + inverses.precision.fraction

    def compute(values: Array) -> Array:
        hardware = values.astype(np.int64)
        difference = hardware.max(axis=-1, keepdims=True) - hardware
        address = requantize(difference, data.fraction, layer.difference)
        terms = exponentials.values[address]
        total = terms.sum(axis=-1, keepdims=True)
        inverse = inverses.values[requantize(total, sum_fraction, layer.total)]
        return requantize(terms * inverse, product_fraction, layer.precision)

    return compute
