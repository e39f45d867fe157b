"""The float twin: the network that CPUs and GPUs run, with the weights of the firmware.

QKeras layers convert to no runtime. So the layers of the quantized network are built again from
plain ones: weights and biases are those of the firmware, to the last bit; tables are the functions
that they tabulate; what lies between the layers is float32 and not rounded. Where a value can leave
a format that saturates, it is held to the same range. How far the missing roundings move the
outputs is measured and told with every comparison.

Each runtime has a maker that makes its own layers; here is what they are asked for, in order.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from codesign.baselines.pointwise import Pointwise, function_of
from codesign.design.intervals import Interval, PuttingLayer, intervals, layer_values
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    Conv,
    Dense,
    DepthwiseConv,
    Function,
    Merge,
    MergeFunction,
    Padding,
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
    Weighted,
    ZeroPad,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow
from codesign.errors import UnsupportedLayerError

Reals = NDArray[np.float32]
T = TypeVar("T")


class Maker(Protocol[T]):
    """Makes the layers of one runtime; T is what stands for a tensor there.

    Tensors are channels-last with the batch first; axes are counted without the batch.
    """

    def dense(self, data: T, kernel: Reals, bias: Reals) -> T:
        """``data @ kernel + bias`` over the last dimension."""

    def conv(self, data: T, kernel: Reals, bias: Reals, strides: tuple[int, ...]) -> T:
        """A correlation without padding, kernel (*size, channels, filters)."""

    def depthwise(self, data: T, kernel: Reals, bias: Reals, strides: tuple[int, ...]) -> T:
        """A correlation a channel, kernel (*size, channels, multiplier), without padding."""

    def scale(self, data: T, kernel: Reals, bias: Reals) -> T:
        """``data * kernel + bias`` a channel."""

    def pointwise(self, data: T, function: Pointwise) -> T:
        """A named function of each element, between its bounds."""

    def relu(self, data: T) -> T:
        """max(0, x)."""

    def leaky_relu(self, data: T, slope: float) -> T:
        """Leave x where x >= 0, else slope * x."""

    def look_up(self, data: T, values: Reals, first: float, step: float) -> T:
        """``values[round((x - first) / step)]``, the ends beyond them."""

    def steps(self, data: T, thresholds: Reals, levels: Reals) -> T:
        """``levels[number of thresholds <= x]``."""

    def softmax(self, data: T) -> T:
        """Over the last dimension."""

    def max_pool(self, data: T, size: tuple[int, ...], strides: tuple[int, ...]) -> T:
        """Without padding."""

    def average_pool(self, data: T, size: tuple[int, ...], strides: tuple[int, ...]) -> T:
        """Without padding."""

    def pad(self, data: T, padding: Padding, value: float) -> T:
        """A value around the spatial dimensions."""

    def up_sample(self, data: T, factors: tuple[int, ...]) -> T:
        """Each value repeated along the spatial dimensions."""

    def reshape(self, data: T, shape: tuple[int, ...]) -> T:
        """The same values in another shape."""

    def transpose(self, data: T, axes: tuple[int, ...]) -> T:
        """The dimensions in another order."""

    def slice(self, data: T, axis: int, start: int, length: int) -> T:
        """A range of one dimension."""

    def concatenate(self, data: Sequence[T], axis: int) -> T:
        """One after the other."""

    def merge(self, data: Sequence[T], function: MergeFunction) -> T:
        """An element-wise function of several tensors."""


def build_twin(network: QuantizedNetwork, maker: Maker[T], inputs: Sequence[T]) -> tuple[T, ...]:
    """Build the float twin of a network and return its outputs.

    Args:
        network: The quantized network.
        maker: Of a runtime.
        inputs: Its inputs, in the order of the network.
    """
    known = {source.name: tensor for source, tensor in zip(network.inputs, inputs, strict=True)}
    bounds = intervals(network)
    for layer in network.layers:
        made = _make(network, layer, maker, [known[name] for name in layer.inputs])
        if isinstance(layer, PuttingLayer):
            ends = _ends(network, layer, [bounds[name] for name in layer.inputs])
            made = made if ends is None else maker.pointwise(made, ends)
        known[layer.name] = made
    return tuple(known[name] for name in network.outputs)


def _make(network: QuantizedNetwork, layer: AnyLayer, maker: Maker[T], read: Sequence[T]) -> T:
    data = read[0]
    match layer:
        case Dense() | Conv() | DepthwiseConv() | Scale():
            return _weighted(layer, maker, data)
        case Activation():
            return _activation(layer, maker, data)
        case Table() | Steps():
            return _tabulated(network, layer, maker, data)
        case Softmax():
            return maker.softmax(data)
        case Pool():
            return _pool(layer, maker, data)
        case Merge(function=function):
            return maker.merge(read, function)
        case Concatenate(axis=axis):
            return maker.concatenate(read, axis)
        case _:
            return _moved(layer, maker, data)


def _ends(
    network: QuantizedNetwork, layer: PuttingLayer, bounds: Sequence[Interval]
) -> Pointwise | None:
    """Return the ends of a layer's range that its values can pass, None where they pass none."""
    precision = layer.precision
    saturates = precision.overflow in (Overflow.SAT, Overflow.SAT_SYM)
    ceiling = layer.ceiling if isinstance(layer, Activation) else None
    if not saturates and ceiling is None:
        return None
    precisions = [network.precision(name) for name in layer.inputs]
    values, fraction = layer_values(layer, precisions, bounds)
    low, high = (
        float(np.ldexp(float(end), -fraction)) for end in (values.low.min(), values.high.max())
    )
    most = precision.largest if ceiling is None else ceiling * precision.step
    below, above = saturates and low < precision.smallest, high > most
    if not below and not above:
        return None
    return Pointwise(
        name="identity", low=precision.smallest if below else None, high=most if above else None
    )


def _moved(layer: AnyLayer, maker: Maker[T], data: T) -> T:
    match layer:
        case ZeroPad(padding=padding):
            return maker.pad(data, padding, 0.0)
        case UpSample(factors=factors):
            return maker.up_sample(data, factors)
        case Reshape(shape=shape):
            return maker.reshape(data, shape)
        case Transpose(axes=axes):
            return maker.transpose(data, axes)
        case Slice(axis=axis, start=start, shape=shape):
            return maker.slice(data, axis, start, shape[axis])
    msg = f"{layer.name}: a layer of kind {layer.kind} has no float twin"
    raise UnsupportedLayerError(msg)


def _weighted(layer: Weighted, maker: Maker[T], data: T) -> T:
    kernel = layer.kernel.real.astype(np.float32)
    bias = layer.bias.real.astype(np.float32)
    match layer:
        case Conv():
            return maker.conv(_padded(layer.padding, maker, data), kernel, bias, layer.strides)
        case DepthwiseConv():
            padded = _padded(layer.padding, maker, data)
            return maker.depthwise(padded, kernel, bias, layer.strides)
        case Scale():
            return maker.scale(data, kernel, bias)
        case _:
            return maker.dense(data, kernel, bias)


def _padded(padding: Padding, maker: Maker[T], data: T, value: float = 0.0) -> T:
    return maker.pad(data, padding, value) if any(map(any, padding)) else data


def _activation(layer: Activation, maker: Maker[T], data: T) -> T:
    match layer.function:
        case Function.RELU:
            return maker.relu(data)
        case Function.LEAKY_RELU:
            return maker.leaky_relu(data, 2.0**layer.slope_log2)
        case Function.HARD_SIGMOID:
            return maker.pointwise(data, Pointwise(name="half", low=0.0, high=1.0))
        case Function.LINEAR:
            return data


def _tabulated(network: QuantizedNetwork, layer: Table | Steps, maker: Maker[T], data: T) -> T:
    grid = network.precision(layer.inputs[0])
    function = function_of(layer, grid)
    if function is not None:
        return maker.pointwise(data, function)
    if isinstance(layer, Steps):
        thresholds = layer.thresholds.real.astype(np.float32)
        return maker.steps(data, thresholds, layer.levels.real.astype(np.float32))
    return maker.look_up(data, layer.values.real.astype(np.float32), grid.smallest, grid.step)


def _pool(layer: Pool, maker: Maker[T], data: T) -> T:
    if layer.function is PoolFunction.AVERAGE:
        return maker.average_pool(data, layer.size, layer.strides)
    lowest = float(np.finfo(np.float32).min)
    return maker.max_pool(_padded(layer.padding, maker, data, lowest), layer.size, layer.strides)
