"""The float twin as an ONNX file, node by node, for ONNX Runtime, OpenVINO and TensorRT.

Tensors stay channels-last; a convolution has a transposition before and after it, which the
runtimes move away.

Source: the ONNX operators of opset 17, https://onnx.ai/onnx/operators/.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.baselines.pointwise import Pointwise
from codesign.baselines.twin import build_twin
from codesign.data.optional import optional_module
from codesign.design.layers import MergeFunction, Padding
from codesign.design.network import QuantizedNetwork

Reals = NDArray[np.float32]
_OPSET, _IR_VERSION = 17, 8
_MERGES = {
    MergeFunction.ADD: "Add",
    MergeFunction.AVERAGE: "Mean",
    MergeFunction.SUBTRACT: "Sub",
    MergeFunction.MULTIPLY: "Mul",
    MergeFunction.MAXIMUM: "Max",
    MergeFunction.MINIMUM: "Min",
}
_PAIRWISE = (MergeFunction.ADD, MergeFunction.MULTIPLY)


def write_onnx(network: QuantizedNetwork, path: Path, *, batch: int | None = None) -> Path:
    """Write the float twin of a network as an ONNX file and return its path.

    Args:
        network: The quantized network.
        path: The file.
        batch: Events a call; any number where None.

    Raises:
        ToolNotFoundError: If the package onnx is not installed.
    """
    onnx = optional_module("onnx", extra="compare")
    maker, helper = OnnxMaker({node.name: len(node.shape) for node in network.inputs}), onnx.helper
    outputs = build_twin(network, maker, [node.name for node in network.inputs])
    made = [maker.node("Identity", out, named=f"output_{n}") for n, out in enumerate(outputs)]
    size: int | str = "batch" if batch is None else batch
    real = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        maker.nodes,
        network.name,
        [
            helper.make_tensor_value_info(node.name, real, [size, *node.shape])
            for node in network.inputs
        ],
        [
            helper.make_tensor_value_info(name, real, [size, *network.shape(output)])
            for name, output in zip(made, network.outputs, strict=True)
        ],
        maker.constants,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION
    )
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path


class OnnxMaker:
    """Makes ONNX nodes; a tensor is its name.

    Args:
        ranks: Dimensions of each input, without the batch.
    """

    def __init__(self, ranks: dict[str, int]) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._onnx = optional_module("onnx", extra="compare")
        self._ranks = ranks

    def node(self, kind: str, *read: str, named: str = "", **attributes: Any) -> str:
        """Add a node with one output and return that; its rank is that of what it reads."""
        name = named or f"t{len(self.nodes)}_{kind}"
        self.nodes.append(
            self._onnx.helper.make_node(kind, list(read), [name], name=name, **attributes)
        )
        self._ranks[name] = self._ranks.get(read[0], 0)
        return name

    def _constant(self, values: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(self._onnx.numpy_helper.from_array(np.asarray(values), name))
        return name

    def _real(self, value: float) -> str:
        return self._constant(np.float32(value))

    def dense(self, data: str, kernel: Reals, bias: Reals) -> str:
        """Add a Gemm, or a MatMul and an Add where there are further dimensions."""
        read = (self._constant(kernel), self._constant(bias))
        if self._ranks[data] == 1:
            return self.node("Gemm", data, *read)
        return self.node("Add", self.node("MatMul", data, read[0]), read[1])

    def _first(self, data: str) -> str:
        """Put the channels first."""
        rank = self._ranks[data]
        return self.node("Transpose", data, perm=[0, rank, *range(1, rank)])

    def _last(self, data: str) -> str:
        rank = self._ranks[data]
        return self.node("Transpose", data, perm=[0, *range(2, rank + 1), 1])

    def conv(self, data: str, kernel: Reals, bias: Reals, strides: tuple[int, ...]) -> str:
        """Add a Conv."""
        rank = kernel.ndim
        weights = kernel.transpose(rank - 1, rank - 2, *range(rank - 2))
        read = (self._constant(np.ascontiguousarray(weights)), self._constant(bias))
        made = self.node(
            "Conv", self._first(data), *read, strides=strides, kernel_shape=kernel.shape[:-2]
        )
        return self._last(made)

    def depthwise(self, data: str, kernel: Reals, bias: Reals, strides: tuple[int, ...]) -> str:
        """Add a Conv of as many groups as there are channels."""
        size, (channels, multiplier) = kernel.shape[:-2], kernel.shape[-2:]
        rank = kernel.ndim
        moved = kernel.transpose(rank - 2, rank - 1, *range(rank - 2))
        weights = moved.reshape(channels * multiplier, 1, *size)
        read = (self._constant(np.ascontiguousarray(weights)), self._constant(bias))
        made = self.node(
            "Conv", self._first(data), *read, group=channels, strides=strides, kernel_shape=size
        )
        return self._last(made)

    def scale(self, data: str, kernel: Reals, bias: Reals) -> str:
        """Multiply and add."""
        return self.node(
            "Add", self.node("Mul", data, self._constant(kernel)), self._constant(bias)
        )

    def pointwise(self, data: str, function: Pointwise) -> str:
        """Add a function, then its bounds."""
        made = self._function(data, function.name)
        if function.low is not None:
            made = self.node("Max", made, self._real(function.low))
        return made if function.high is None else self.node("Min", made, self._real(function.high))

    def _function(self, data: str, name: str) -> str:
        match name:
            case "identity":
                return data
            case "half":
                return self.node("Add", self.node("Mul", data, self._real(0.5)), self._real(0.5))
            case "exp_negative":
                return self.node("Exp", self.node("Neg", data))
            case "divergence":
                less = self.node("Sub", self.node("Exp", data), self._real(1.0))
                return self.node("Sub", less, data)
            case _:
                return self.node(name.capitalize(), data)

    def relu(self, data: str) -> str:
        """Add a Relu."""
        return self.node("Relu", data)

    def leaky_relu(self, data: str, slope: float) -> str:
        """Add a LeakyRelu."""
        return self.node("LeakyRelu", data, alpha=slope)

    def look_up(self, data: str, values: Reals, first: float, step: float) -> str:
        """Add a Gather."""
        moved = self.node("Sub", data, self._real(first))
        place = self.node("Round", self.node("Div", moved, self._real(step)))
        held = self.node("Clip", place, self._real(0.0), self._real(len(values) - 1))
        index = self.node("Cast", held, to=self._onnx.TensorProto.INT32)
        made = self.node("Gather", self._constant(values), index)
        self._ranks[made] = self._ranks[data]
        return made

    def steps(self, data: str, thresholds: Reals, levels: Reals) -> str:
        """Add up the steps that were passed."""
        last = self._constant(np.array([-1], np.int64))
        wide = self.node("Unsqueeze", data, last)
        passed = self.node("GreaterOrEqual", wide, self._constant(thresholds))
        counted = self.node("Cast", passed, to=self._onnx.TensorProto.FLOAT)
        sums = self.node("MatMul", counted, self._constant(np.diff(levels)[:, None]))
        return self.node("Add", self.node("Squeeze", sums, last), self._real(float(levels[0])))

    def softmax(self, data: str) -> str:
        """Add a Softmax."""
        return self.node("Softmax", data, axis=-1)

    def max_pool(self, data: str, size: tuple[int, ...], strides: tuple[int, ...]) -> str:
        """Add a MaxPool."""
        made = self.node("MaxPool", self._first(data), kernel_shape=size, strides=strides)
        return self._last(made)

    def average_pool(self, data: str, size: tuple[int, ...], strides: tuple[int, ...]) -> str:
        """Add an AveragePool."""
        made = self.node("AveragePool", self._first(data), kernel_shape=size, strides=strides)
        return self._last(made)

    def pad(self, data: str, padding: Padding, value: float) -> str:
        """Add a Pad."""
        begins, ends = zip(*((0, 0), *padding, (0, 0)), strict=True)
        widths = self._constant(np.array([*begins, *ends], np.int64))
        return self.node("Pad", data, widths, self._real(value))

    def up_sample(self, data: str, factors: tuple[int, ...]) -> str:
        """Add a Resize by the nearest value."""
        scales = self._constant(np.array([1, *factors, 1], np.float32))
        return self.node(
            "Resize",
            *(data, "", scales),
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )

    def reshape(self, data: str, shape: tuple[int, ...]) -> str:
        """Add a Reshape."""
        made = self.node("Reshape", data, self._constant(np.array([-1, *shape], np.int64)))
        self._ranks[made] = len(shape)
        return made

    def transpose(self, data: str, axes: tuple[int, ...]) -> str:
        """Add a Transpose."""
        return self.node("Transpose", data, perm=[0, *(axis + 1 for axis in axes)])

    def slice(self, data: str, axis: int, start: int, length: int) -> str:
        """Add a Slice."""
        bounds = (start, start + length, axis + 1)
        read = [self._constant(np.array([bound], np.int64)) for bound in bounds]
        return self.node("Slice", data, *read)

    def concatenate(self, data: Sequence[str], axis: int) -> str:
        """Add a Concat."""
        return self.node("Concat", *data, axis=axis + 1)

    def merge(self, data: Sequence[str], function: MergeFunction) -> str:
        """Add an element-wise node; those of exactly two inputs one after the other."""
        kind, (first, *others) = _MERGES[function], data
        if function not in _PAIRWISE:
            return self.node(kind, *data)
        for other in others:
            first = self.node(kind, first, other)
        return first
