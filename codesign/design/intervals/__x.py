"""Which values each tensor can take: exact interval arithmetic on the integer weights.

Bounds are hardware integers, one pair an element. They hold for every input the input precision can
carry, so that an accumulator sized by them never overflows.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from codesign.design.fixed_point import Integers, bits_for, shift_integers
from codesign.design.layers import Activation, AnyLayer, Dense, Function, Softmax
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.errors import InvalidDataError, InvalidDesignError

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
        low, high = (shift_integers(end, shift, Rounding.TRN) for end in (self.low, self.high))
        return type(self)(low=low + offset, high=high + offset)

    def precision(self, fraction: int) -> Precision:
        """Return the narrowest format that holds every value, with ``fraction`` bits right."""
        width, signed = bits_for(int(self.low.min()), int(self.high.max()))
        return Precision(width=width, integer=width - fraction, signed=signed)


def sums(data: Interval, weights: Integers, bias: Integers, *, name: str) -> Interval:
    """Return the bounds of ``bias + data @ weights``.

    A partial sum that begins with the bias lies within them too as long as 0 lies within every
    input's bounds.

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


def largest_partial_sum(layer: Dense, data: Precision, bounds: Interval) -> int:
    """Return what no partial sum of a dense layer exceeds, in any order, with or without bias.

    On the grid of its accumulator. It can be far above the sums themselves, whose terms cancel.
    """
    weights, bias = aligned_weights(layer, data)
    some = Interval(low=np.minimum(bounds.low, 0), high=np.maximum(bounds.high, 0))
    products = sums(some, weights, np.zeros_like(bias), name=layer.name)
    return max(products.magnitude, sums(some, weights, bias, name=layer.name).magnitude)


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
    if fraction >= _INT64_BITS:
        msg = f"a hard sigmoid of {data} has {fraction} fractional bits; {_INT64_BITS} are too many"
        raise InvalidDesignError(msg)
    return fraction, fraction - 1 - data.fraction


def intervals(network: QuantizedNetwork) -> dict[str, Interval]:
    """Return the bounds of every tensor, by name."""
    bounds = {i.name: Interval.full(i.precision, i.shape) for i in network.inputs}
    for layer in network.layers:
        source = layer.inputs[0]
        bounds[layer.name] = layer_interval(layer, network.precision(source), bounds[source])
    return bounds


def largest_sum(network: QuantizedNetwork) -> int:
    """Return the largest hardware integer that any dense layer's partial sum or input can reach.

    A reference that computes in float32 is exact up to 2**24, one in float64 up to 2**53.
    """
    bounds = intervals(network)
    found = [bounds[node.name].magnitude for node in network.inputs]
    for layer in network.layers:
        if isinstance(layer, Dense):
            source = layer.inputs[0]
            data = network.precision(source)
            found.append(largest_partial_sum(layer, data, bounds[source]))
    return max(found)


def layer_interval(layer: AnyLayer, data: Precision, bounds: Interval) -> Interval:
    """Return the bounds of what a layer makes of data of a format within bounds.

    Raises:
        InvalidDesignError: If its arithmetic needs more than 62 bits.
    """
    try:
        return _layer_interval(layer, data, bounds)
    except InvalidDataError as error:
        msg = f"{layer.name}: {error}"
        raise InvalidDesignError(msg) from error


def _layer_interval(layer: AnyLayer, data: Precision, bounds: Interval) -> Interval:
    match layer:
        case Dense():
            found = dense_sums(layer, data, bounds)
            if not found.fits(layer.accumulator):
                found = Interval.full(layer.accumulator, layer.shape)
            return _put(found, layer.accumulator.fraction, layer.precision)
        case Activation():
            return _activation_interval(layer, data, bounds)
        case Softmax():
            _check_softmax(layer)
            return Interval.full(layer.precision, layer.shape)


def _check_softmax(layer: Softmax) -> None:
    term, inverse = layer.exponentials.precision, layer.inverses.precision
    bits = term.width + max(inverse.width, layer.shape[-1].bit_length())
    if bits > _INT64_BITS:
        msg = (
            f"{layer.name}: sums of {layer.shape[-1]} times {term} and products with {inverse} "
            f"need {bits} bits, more than {_INT64_BITS}; use narrower tables"
        )
        raise InvalidDesignError(msg)


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
    shift = precision.fraction - fraction
    found = Interval(
        low=shift_integers(bounds.low, shift, precision.rounding),
        high=shift_integers(bounds.high, shift, precision.rounding),
    )
    if found.fits(precision):
        return found
    if precision.overflow in {Overflow.SAT, Overflow.SAT_SYM}:
        return found.clip(precision.min_hw, precision.max_hw)
    return Interval.full(precision, bounds.low.shape)
