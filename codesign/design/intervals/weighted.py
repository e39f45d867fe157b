"""The sums of products that a layer forms: bounds on the grid of its accumulator."""

from dataclasses import dataclass

import numpy as np

from codesign.design.fixed_point import Integers, shift_integers
from codesign.design.intervals.interval import MAX_BITS, Interval
from codesign.design.intervals.windows import padded, windows
from codesign.design.layers import Conv, Dense, DepthwiseConv, Scale
from codesign.design.precision import Precision, Rounding
from codesign.errors import InvalidDesignError

_EXACT_FLOAT64 = 2.0**53

WeightedLayer = Dense | Conv | DepthwiseConv | Scale


def sums(data: Interval, weights: Integers, bias: Integers, *, name: str) -> Interval:
    """Return the bounds of ``bias + data @ weights``.

    A partial sum that begins with the bias lies within them too as long as 0 lies within every
    input's bounds.

    Args:
        data: Bounds of the inputs, shape (inputs,), or (..., positions, inputs).
        weights: Shape (inputs, outputs), or (..., inputs, outputs).
        bias: Hardware integers on the grid of the products, shape (outputs,), or one that NumPy
            broadcasts against the sums.
        name: The layer, for the message.

    Raises:
        InvalidDesignError: If a sum needs more than 62 bits.
    """
    largest = np.abs(weights.astype(np.float64)).sum(axis=-2).max() * data.magnitude
    if largest + np.abs(bias.astype(np.float64)).max() >= 2.0**MAX_BITS:
        msg = f"{name}: sums of up to {largest:.3g} steps need more than {MAX_BITS} bits"
        raise InvalidDesignError(msg)
    # BLAS is exact, and a hundred times faster than integers, while every sum is a float64.
    kind = np.float64 if largest < _EXACT_FLOAT64 else np.int64
    positive = np.maximum(weights, 0).astype(kind)
    negative = np.minimum(weights, 0).astype(kind)
    low, high = data.low.astype(kind), data.high.astype(kind)
    return Interval(
        low=(low @ positive + high @ negative).astype(np.int64) + bias,
        high=(high @ positive + low @ negative).astype(np.int64) + bias,
    )


def weighted_sums(layer: WeightedLayer, data: Precision, bounds: Interval) -> Interval:
    """Return the bounds of a layer's sums, in its shape, on the grid of its accumulator."""
    terms = _Terms.of(layer, data, bounds)
    return terms.sums(with_bias=True)


def largest_partial_sum(layer: WeightedLayer, data: Precision, bounds: Interval) -> int:
    """Return what no partial sum of a layer exceeds, in any order, with or without bias.

    On the grid of its accumulator. It can be far above the sums themselves, whose terms cancel.
    """
    some = Interval(low=np.minimum(bounds.low, 0), high=np.maximum(bounds.high, 0))
    terms = _Terms.of(layer, data, some)
    products, whole = terms.sums(with_bias=False), terms.sums(with_bias=True)
    bias = int(np.abs(terms.bias).max())
    return max(products.magnitude, whole.magnitude, bias)


def aligned_weights(layer: WeightedLayer, data: Precision) -> tuple[Integers, Integers]:
    """Return kernel and bias on the grid of the accumulator, for data of a given format."""
    fraction = layer.accumulator.fraction
    up = fraction - data.fraction - layer.kernel.precision.fraction
    bias_up = fraction - layer.bias.precision.fraction
    return (
        shift_integers(layer.kernel.values, up, Rounding.TRN),
        shift_integers(layer.bias.values, bias_up, Rounding.TRN),
    )


@dataclass(frozen=True, eq=False)
class _Terms:
    """The sums of a layer as products of matrices, one a group of channels.

    Attributes:
        layer: The layer.
        data: Bounds of the terms, shape (groups, positions, terms).
        weights: Shape (groups, terms, outputs).
        bias: Shape (groups, 1, outputs).
    """

    layer: WeightedLayer
    data: Interval
    weights: Integers
    bias: Integers

    @classmethod
    def of(cls, layer: WeightedLayer, data: Precision, bounds: Interval) -> "_Terms":
        kernel, bias = aligned_weights(layer, data)
        weights = _matrices(layer, kernel)
        return cls(
            layer=layer,
            data=bounds.map(lambda end: _terms(layer, end)),
            weights=weights,
            bias=bias.reshape(len(weights), 1, -1),
        )

    def sums(self, *, with_bias: bool) -> Interval:
        bias = self.bias if with_bias else np.zeros_like(self.bias)
        found = sums(self.data, self.weights, bias, name=self.layer.name)
        return found.map(lambda end: np.moveaxis(end, 0, 1).reshape(self.layer.shape))


def _matrices(layer: WeightedLayer, kernel: Integers) -> Integers:
    """Return a kernel of shape (groups, terms, outputs)."""
    match layer:
        case Dense():
            return kernel[None]
        case Conv():
            return kernel.reshape(1, -1, kernel.shape[-1])
        case DepthwiseConv():
            channels, multiplier = kernel.shape[-2:]
            return np.moveaxis(kernel.reshape(-1, channels, multiplier), 1, 0)
        case Scale():
            return kernel[:, None, None]


def _terms(layer: WeightedLayer, values: Integers) -> Integers:
    """Return data of shape (groups, positions, terms)."""
    channels = values.shape[-1]
    match layer:
        case Dense():
            return values.reshape(1, -1, channels)
        case Scale():
            return values.reshape(-1, channels).T[:, :, None]
        case Conv() | DepthwiseConv():
            size = layer.kernel.values.shape[:-2]
            found = windows(padded(values, layer.padding), size, layer.strides)
            flat = found.reshape(-1, channels, int(np.prod(size)))
            if isinstance(layer, DepthwiseConv):
                return np.moveaxis(flat, 1, 0)
            return np.moveaxis(flat, 1, 2).reshape(1, len(flat), -1)
