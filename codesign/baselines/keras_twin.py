"""The float twin in plain Keras layers: what every other runtime is held against."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.baselines.pointwise import Pointwise
from codesign.baselines.twin import build_twin
from codesign.design.layers import MergeFunction, Padding
from codesign.design.network import QuantizedNetwork
from codesign.models.keras import keras, tensorflow

Reals = NDArray[np.float32]
_MERGES = {
    MergeFunction.ADD: "Add",
    MergeFunction.AVERAGE: "Average",
    MergeFunction.SUBTRACT: "Subtract",
    MergeFunction.MULTIPLY: "Multiply",
    MergeFunction.MAXIMUM: "Maximum",
    MergeFunction.MINIMUM: "Minimum",
}


def keras_twin(network: QuantizedNetwork) -> Any:
    """Return the float twin of a network as a Keras model.

    Its inputs and outputs are in the order of the network.

    Raises:
        ToolNotFoundError: If TensorFlow is not installed.
    """
    layers = keras().layers
    inputs = [layers.Input(node.shape, name=node.name) for node in network.inputs]
    outputs = build_twin(network, KerasMaker(), inputs)
    # an input that leaves the network as it came needs a layer to be an output
    named = [layers.Activation("linear", name=f"output_{n}")(out) for n, out in enumerate(outputs)]
    return keras().Model(inputs, named, name=network.name)


class KerasMaker:
    """Makes Keras layers; a tensor is one of Keras."""

    def __init__(self) -> None:
        self._layers, self._tf = keras().layers, tensorflow()

    def _weighted(self, layer: Any, data: Any, kernel: Reals, bias: Reals) -> Any:
        made = layer(data)
        layer.set_weights([kernel, bias])
        return made

    def _call(self, function: Any, data: Any) -> Any:
        return self._layers.Lambda(function)(data)

    def dense(self, data: Any, kernel: Reals, bias: Reals) -> Any:
        """Add a Dense."""
        return self._weighted(self._layers.Dense(len(bias)), data, kernel, bias)

    def conv(self, data: Any, kernel: Reals, bias: Reals, strides: tuple[int, ...]) -> Any:
        """Add a Conv1D or Conv2D."""
        kind = getattr(self._layers, f"Conv{len(strides)}D")
        layer = kind(len(bias), kernel.shape[:-2], strides=strides, padding="valid")
        return self._weighted(layer, data, kernel, bias)

    def depthwise(self, data: Any, kernel: Reals, bias: Reals, strides: tuple[int, ...]) -> Any:
        """Add a DepthwiseConv1D or DepthwiseConv2D; TensorFlow has equal strides only there."""
        kind = getattr(self._layers, f"DepthwiseConv{len(strides)}D")
        equal = strides if len(set(strides)) == 1 else (1,) * len(strides)
        layer = kind(kernel.shape[:-2], strides=equal, depth_multiplier=kernel.shape[-1])
        made = self._weighted(layer, data, kernel, bias)
        if equal == strides:
            return made
        chosen = (slice(None), *(slice(None, None, stride) for stride in strides))
        return self._call(lambda x: x[chosen], made)

    def scale(self, data: Any, kernel: Reals, bias: Reals) -> Any:
        """Multiply and add."""
        return self._call(lambda x: x * kernel + bias, data)

    def pointwise(self, data: Any, function: Pointwise) -> Any:
        """Add a function of TensorFlow, then its bounds."""
        compute = self._function(function.name)
        return self._call(lambda x: self._bounded(compute(x), function), data)

    def _function(self, name: str) -> Any:
        math = self._tf.math
        table: dict[str, Any] = {
            "identity": lambda x: x,
            "half": lambda x: x * 0.5 + 0.5,
            "tanh": math.tanh,
            "sigmoid": math.sigmoid,
            "softplus": math.softplus,
            "exp": math.exp,
            "exp_negative": lambda x: math.exp(-x),
            "divergence": lambda x: math.exp(x) - 1.0 - x,
        }
        return table[name]

    def _bounded(self, values: Any, function: Pointwise) -> Any:
        if function.low is not None:
            values = self._tf.maximum(values, function.low)
        return values if function.high is None else self._tf.minimum(values, function.high)

    def relu(self, data: Any) -> Any:
        """Add a ReLU."""
        return self._layers.ReLU()(data)

    def leaky_relu(self, data: Any, slope: float) -> Any:
        """Add a LeakyReLU."""
        return self._layers.LeakyReLU(alpha=slope)(data)

    def look_up(self, data: Any, values: Reals, first: float, step: float) -> Any:
        """Add a gather."""
        tf, last = self._tf, float(len(values) - 1)

        def compute(x: Any) -> Any:
            places = tf.clip_by_value(tf.round((x - first) / step), 0.0, last)
            return tf.gather(values, tf.cast(places, tf.int32))

        return self._call(compute, data)

    def steps(self, data: Any, thresholds: Reals, levels: Reals) -> Any:
        """Add up the steps that were passed."""
        tf, rises = self._tf, np.diff(levels)[:, None]

        def compute(x: Any) -> Any:
            passed = tf.cast(x[..., None] >= thresholds, tf.float32)
            return tf.squeeze(tf.matmul(passed, rises), axis=-1) + levels[0]

        return self._call(compute, data)

    def softmax(self, data: Any) -> Any:
        """Add a Softmax."""
        return self._layers.Softmax()(data)

    def max_pool(self, data: Any, size: tuple[int, ...], strides: tuple[int, ...]) -> Any:
        """Add a MaxPooling."""
        return getattr(self._layers, f"MaxPooling{len(size)}D")(_one(size), _one(strides))(data)

    def average_pool(self, data: Any, size: tuple[int, ...], strides: tuple[int, ...]) -> Any:
        """Add an AveragePooling."""
        return getattr(self._layers, f"AveragePooling{len(size)}D")(_one(size), _one(strides))(data)

    def pad(self, data: Any, padding: Padding, value: float) -> Any:
        """Add a padding."""
        widths = ((0, 0), *padding, (0, 0))
        return self._call(lambda x: self._tf.pad(x, widths, constant_values=value), data)

    def up_sample(self, data: Any, factors: tuple[int, ...]) -> Any:
        """Add an UpSampling."""
        return getattr(self._layers, f"UpSampling{len(factors)}D")(_one(factors))(data)

    def reshape(self, data: Any, shape: tuple[int, ...]) -> Any:
        """Add a Reshape."""
        return self._layers.Reshape(shape)(data)

    def transpose(self, data: Any, axes: tuple[int, ...]) -> Any:
        """Add a Permute."""
        return self._layers.Permute(tuple(axis + 1 for axis in axes))(data)

    def slice(self, data: Any, axis: int, start: int, length: int) -> Any:
        """Take a range of one dimension."""
        chosen = (slice(None),) * (axis + 1) + (slice(start, start + length),)
        return self._call(lambda x: x[chosen], data)

    def concatenate(self, data: Sequence[Any], axis: int) -> Any:
        """Add a Concatenate."""
        if len(data) == 1:
            return data[0]
        return self._layers.Concatenate(axis=axis + 1)(list(data))

    def merge(self, data: Sequence[Any], function: MergeFunction) -> Any:
        """Add a merging layer."""
        return getattr(self._layers, _MERGES[function])()(list(data))


def _one(numbers: tuple[int, ...]) -> int | tuple[int, ...]:
    """Return what a layer of one dimension wants: a number."""
    return numbers[0] if len(numbers) == 1 else numbers
