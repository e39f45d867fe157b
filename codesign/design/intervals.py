"""Which values each tensor can take: exact interval arithmetic on the integer weights.

Bounds are hardware integers, one pair an element. They hold for every input the input precision can
carry, so that an accumulator sized by them never overflows.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from codesign.design.fixed_point import Integers, bits_for, requantize, shift_integers
from codesign.design.network import Activation, AnyLayer, Dense, Function, QuantizedNetwork, Softmax
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.errors import InvalidDesignError

_INT64_BITS = 62


@dataclass(frozen=True, eq=False)
class Interval:
    """Bounds of a tensor.

    Attributes:
        low: Smallest hardware integer of each element.
        high: Largest hardware integer of each element.
    """

    low: Integers
    high: Integers

    @classmethod
    def full(cls, precision: Precision, shape: tuple[int, ...]) -> Self:
        """Return everything a format holds."""
        if precision.width > _INT64_BITS:
            msg = f"{precision} is wider than {_INT64_BITS} bits"
            raise InvalidDesignError(msg)
        return cls(
            low=np.full(shape, precision.min_hw, dtype=np.int64),
            high=np.full(shape, precision.max_hw, dtype=np.int64),
        )

    @property
    def magnitude(self) -> int:
        """The largest absolute value of any element."""
        return max(abs(int(self.low.min())), abs(int(self.high.max())))

    def fits(self, precision: Precision) -> bool:
        """Return whether a format on the same grid holds every value."""
        return bool(self.low.min() >= precision.min_hw and self.high.max() <= precision.max_hw)

    def clip(self, low: int, high: int | None = None) -> Self:
        """Return the bounds of the values clipped to [low, high]."""
        return type(self)(low=np.clip(self.low, low, high), high=np.clip(self.high, low, high))

    def affine(self, shift: int, offset: int) -> Self:
        """Return the bounds of ``values * 2**shift + offset``, for a shift of 0 or more."""
        return type(self)(low=(self.low << shift) + offset, high=(self.high << shift) + offset)

    def precision(self, fraction: int) -> Precision:
        """Return the narrowest format that holds every value, with ``fraction`` bits right."""
        width, signed = bits_for(int(self.low.min()), int(self.high.max()))
        return Precision(width=width, integer=width - fraction, signed=signed)


def sums(data: Interval, weights: Integers, bias: Integers, *, name: str) -> Interval:
    """Return the bounds of ``bias + data @ weights``.

    Every partial sum lies within them too as long as 0 lies within every input's bounds.

    Args:
        data: Bounds of the inputs, shape (inputs,).
        weights: Shape (inputs, outputs).
        bias: Hardware integers on the grid of the products, shape (outputs,).
        name: The layer, for the message.

    Raises:
        InvalidDesignError: If a sum needs more than 62 bits.
    """
    largest = np.abs(weights.astype(np.float64)).sum(axis=0).max() * data.magnitude
    if largest + np.abs(bias.astype(np.float64)).max() >= 2.0**_INT64_BITS:
        msg = f"{name}: sums of up to {largest:.3g} steps need more than {_INT64_BITS} bits"
        raise InvalidDesignError(msg)
    positive, negative = np.maximum(weights, 0), np.minimum(weights, 0)
    return Interval(
        low=data.low @ positive + data.high @ negative + bias,
        high=data.high @ positive + data.low @ negative + bias,
    )


def dense_sums(layer: Dense, data: Precision, bounds: Interval) -> Interval:
    """Return the bounds of a dense layer's sums, on the grid of its accumulator."""
    weights, bias = aligned_weights(layer, data)
    return sums(bounds, weights, bias, name=layer.name)


def aligned_weights(layer: Dense, data: Precision) -> tuple[Integers, Integers]:
    """Return kernel and bias on the grid of the accumulator, for data of a given format."""
    fraction = layer.accumulator.fraction
    up = fraction - data.fraction - layer.kernel.precision.fraction
    bias_up = fraction - layer.bias.precision.fraction
    return (
        shift_integers(layer.kernel.values, up, Rounding.TRN),
        shift_integers(layer.bias.values, bias_up, Rounding.TRN),
    )


def hard_sigmoid_grid(data: Precision) -> tuple[int, int]:
    """Return the fractional bits of ``x / 2 + 1 / 2`` and how far left its ``x`` is shifted."""
    fraction = max(data.fraction, 0) + 1
    return fraction, fraction - 1 - data.fraction


def intervals(network: QuantizedNetwork) -> dict[str, Interval]:
    """Return the bounds of every tensor, by name."""
    bounds = {i.name: Interval.full(i.precision, i.shape) for i in network.inputs}
    for layer in network.layers:
        source = layer.inputs[0]
        bounds[layer.name] = layer_interval(layer, network.precision(source), bounds[source])
    return bounds


def largest_sum(network: QuantizedNetwork) -> int:
    """Return the largest hardware integer that any dense layer's sum or input can reach.

    A reference that computes in float32 is exact up to 2**24, one in float64 up to 2**53.
    """
    bounds = intervals(network)
    sums = (
        dense_sums(layer, network.precision(layer.inputs[0]), bounds[layer.inputs[0]]).magnitude
        for layer in network.layers
        if isinstance(layer, Dense)
    )
    inputs = (bounds[node.name].magnitude for node in network.inputs)
    return max(*sums, *inputs)


def layer_interval(layer: AnyLayer, data: Precision, bounds: Interval) -> Interval:
    """Return the bounds of what a layer makes of data of a format within bounds."""
    match layer:
        case Dense():
            found = dense_sums(layer, data, bounds)
            if not found.fits(layer.accumulator):
                found = Interval.full(layer.accumulator, layer.shape)
            return _put(found, layer.accumulator.fraction, layer.precision)
        case Activation():
            return _activation_interval(layer, data, bounds)
        case Softmax():
            return Interval.full(layer.precision, layer.shape)


def _activation_interval(layer: Activation, data: Precision, bounds: Interval) -> Interval:
    match layer.function:
        case Function.LINEAR:
            return _put(bounds, data.fraction, layer.precision)
        case Function.RELU:
            return _put(bounds.clip(0), data.fraction, layer.precision)
        case Function.HARD_SIGMOID:
            fraction, up = hard_sigmoid_grid(data)
            one = 1 << fraction
            return _put(bounds.affine(up, one // 2).clip(0, one), fraction, layer.precision)


def _put(bounds: Interval, fraction: int, precision: Precision) -> Interval:
    """Return bounds put on another grid; everything the grid holds where they may wrap."""
    unbounded = Precision(width=62, integer=62 - precision.fraction, rounding=precision.rounding)
    low = requantize(bounds.low, fraction, unbounded)
    high = requantize(bounds.high, fraction, unbounded)
    found = Interval(low=low, high=high)
    if found.fits(precision):
        return found
    if precision.overflow in {Overflow.SAT, Overflow.SAT_SYM}:
        return found.clip(precision.min_hw, precision.max_hw)
    return Interval.full(precision, bounds.low.shape)
