"""The float twin in NumPy: a list of functions of arrays, nothing compiled."""

from collections.abc import Callable, Sequence
from functools import reduce
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from codesign.baselines.pointwise import FUNCTIONS, Pointwise
from codesign.baselines.twin import build_twin
from codesign.design.layers import MergeFunction, Padding
from codesign.design.network import QuantizedNetwork

Reals = NDArray[np.float32]
Compute = Callable[..., Any]
_ONE, _ZERO = np.float32(1), np.float32(0)
_MERGES: dict[MergeFunction, Callable[[Any, Any], Any]] = {
    MergeFunction.ADD: np.add,
    MergeFunction.AVERAGE: np.add,
    MergeFunction.SUBTRACT: np.subtract,
    MergeFunction.MULTIPLY: np.multiply,
    MergeFunction.MAXIMUM: np.maximum,
    MergeFunction.MINIMUM: np.minimum,
}


class NumpyTwin:
    """A network as functions of arrays, one after the other.

    Args:
        network: The quantized network whose float twin it is.
    """

    def __init__(self, network: QuantizedNetwork) -> None:
        maker = NumpyMaker(len(network.inputs))
        self._outputs = build_twin(network, maker, range(len(network.inputs)))
        self._program, self._slots = tuple(maker.program), maker.slots

    def __call__(self, inputs: Sequence[Reals]) -> tuple[Reals, ...]:
        """Return the outputs of events, one array an input in, one an output out."""
        values: list[Any] = [*inputs, *(None,) * (self._slots - len(inputs))]
        for compute, read, written in self._program:
            values[written] = compute(*[values[slot] for slot in read])
        return tuple(values[slot] for slot in self._outputs)


class NumpyMaker:
    """Writes a program of NumPy; a tensor is the number of its slot.

    Args:
        inputs: How many slots the inputs take.
    """

    def __init__(self, inputs: int) -> None:
        self.program: list[tuple[Compute, tuple[int, ...], int]] = []
        self.slots = inputs

    def _add(self, compute: Compute, *read: int) -> int:
        self.program.append((compute, read, self.slots))
        self.slots += 1
        return self.slots - 1

    def dense(self, data: int, kernel: Reals, bias: Reals) -> int:
        """Multiply and add."""
        return self._add(lambda x: x @ kernel + bias, data)

    def conv(self, data: int, kernel: Reals, bias: Reals, strides: tuple[int, ...]) -> int:
        """Multiply windows, laid out as rows, with the kernel as a matrix."""
        size, filters = kernel.shape[:-2], kernel.shape[-1]
        matrix = kernel.reshape(-1, filters)

        def compute(x: Reals) -> Any:
            windows = _windows(x, size, strides)  # (batch, *places, channels, *size)
            rows = np.moveaxis(windows, len(size) + 1, -1)
            return rows.reshape(*rows.shape[: len(size) + 1], -1) @ matrix + bias

        return self._add(compute, data)

    def depthwise(self, data: int, kernel: Reals, bias: Reals, strides: tuple[int, ...]) -> int:
        """Multiply windows channel by channel."""
        size = kernel.shape[:-2]
        flat = kernel.reshape(prod(size), *kernel.shape[-2:])

        def compute(x: Reals) -> Any:
            windows = _windows(x, size, strides)
            rows = windows.reshape(*windows.shape[: len(size) + 2], -1)
            found = np.einsum("...cs,scm->...cm", rows, flat)
            return found.reshape(*found.shape[:-2], -1) + bias

        return self._add(compute, data)

    def scale(self, data: int, kernel: Reals, bias: Reals) -> int:
        """Multiply and add, a channel."""
        return self._add(lambda x: x * kernel + bias, data)

    def pointwise(self, data: int, function: Pointwise) -> int:
        """Apply a function, then its bounds."""
        if function.name != "identity":
            data = self._add(FUNCTIONS[function.name], data)
        if function.low is not None:
            low = np.float32(function.low)
            data = self._add(lambda x: np.maximum(x, low), data)
        if function.high is not None:
            high = np.float32(function.high)
            data = self._add(lambda x: np.minimum(x, high), data)
        return data

    def relu(self, data: int) -> int:
        """Cut off what is negative."""
        return self._add(lambda x: np.maximum(x, _ZERO), data)

    def leaky_relu(self, data: int, slope: float) -> int:
        """Flatten what is negative."""
        factor = np.float32(slope)
        return self._add(lambda x: np.where(x >= 0, x, factor * x), data)

    def look_up(self, data: int, values: Reals, first: float, step: float) -> int:
        """Take entries of a table."""
        last, start, width = len(values) - 1, np.float32(first), np.float32(step)

        def compute(x: Reals) -> Any:
            return values[np.clip(np.rint((x - start) / width), 0, last).astype(np.intp)]

        return self._add(compute, data)

    def steps(self, data: int, thresholds: Reals, levels: Reals) -> int:
        """Take levels."""
        return self._add(lambda x: levels[np.searchsorted(thresholds, x, side="right")], data)

    def softmax(self, data: int) -> int:
        """Exponentials over their sum."""

        def compute(x: Reals) -> Any:
            powers = np.exp(x - x.max(axis=-1, keepdims=True))
            return powers / powers.sum(axis=-1, keepdims=True)

        return self._add(compute, data)

    def max_pool(self, data: int, size: tuple[int, ...], strides: tuple[int, ...]) -> int:
        """Take the largest of each window."""
        axes = tuple(range(-len(size), 0))
        return self._add(lambda x: _windows(x, size, strides).max(axis=axes), data)

    def average_pool(self, data: int, size: tuple[int, ...], strides: tuple[int, ...]) -> int:
        """Take the mean of each window."""
        axes = tuple(range(-len(size), 0))
        return self._add(lambda x: _windows(x, size, strides).mean(axis=axes), data)

    def pad(self, data: int, padding: Padding, value: float) -> int:
        """Put a value around."""
        widths, filled = ((0, 0), *padding, (0, 0)), np.float32(value)
        return self._add(lambda x: np.pad(x, widths, constant_values=filled), data)

    def up_sample(self, data: int, factors: tuple[int, ...]) -> int:
        """Repeat."""

        def compute(x: Reals) -> Any:
            for axis, factor in enumerate(factors, 1):
                x = np.repeat(x, factor, axis=axis)
            return x

        return self._add(compute, data)

    def reshape(self, data: int, shape: tuple[int, ...]) -> int:
        """Take the same values in another shape."""
        return self._add(lambda x: x.reshape(-1, *shape), data)

    def transpose(self, data: int, axes: tuple[int, ...]) -> int:
        """Change the order of dimensions."""
        order = (0, *(axis + 1 for axis in axes))
        return self._add(lambda x: x.transpose(order), data)

    def slice(self, data: int, axis: int, start: int, length: int) -> int:
        """Take a range of one dimension."""
        chosen = (slice(None),) * (axis + 1) + (slice(start, start + length),)
        return self._add(lambda x: x[chosen], data)

    def concatenate(self, data: Sequence[int], axis: int) -> int:
        """Put one behind the other."""
        return self._add(lambda *x: np.concatenate(x, axis=axis + 1), *data)

    def merge(self, data: Sequence[int], function: MergeFunction) -> int:
        """Combine element by element."""
        combine = _MERGES[function]
        if function is not MergeFunction.AVERAGE:
            return self._add(lambda *x: reduce(combine, x), *data)
        share = np.float32(1 / len(data))
        return self._add(lambda *x: reduce(combine, x) * share, *data)


def _windows(x: Reals, size: tuple[int, ...], strides: tuple[int, ...]) -> Any:
    """Return the windows of spatial dimensions, shape (batch, *places, channels, *size)."""
    axes = tuple(range(1, len(size) + 1))
    chosen = (slice(None), *(slice(None, None, stride) for stride in strides))
    return sliding_window_view(x, size, axis=axes)[chosen]
