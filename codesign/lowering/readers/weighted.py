"""Readers of layers with weights: dense and convolutions, also with a batch norm to fold."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from codesign.design.constant import Constant
from codesign.design.layers import Conv, Dense, DepthwiseConv
from codesign.design.precision import Precision
from codesign.lowering.activations import function
from codesign.lowering.builder import Builder, Operation, Tensor, wide
from codesign.lowering.graph import Node
from codesign.lowering.readers.windows import (
    check_channels_last,
    check_undilated,
    padding_of,
    tuple_of,
)
from codesign.lowering.refusal import refusal
from codesign.lowering.weights import check_weight_quantizer, weight_constant

Weights = tuple[Constant, Constant]
ReadWeights = Callable[[Builder], Weights]


def read_dense(node: Node) -> list[Operation]:
    """Read a QDense of data of any rank."""
    weights = _stored(node, "kernel", node.layer.kernel_quantizer_internal)

    def add(builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        kernel, bias = weights(builder)
        return builder.add_weighted(dense_layer(node.name, tensors[0], kernel, bias))

    return [add, *_inner_activation(node)]


def dense_layer(name: str, data: Tensor, kernel: Constant, bias: Constant) -> Dense:
    """Return a dense layer that is still to be sized."""
    return Dense(
        name=name,
        inputs=(data.name,),
        shape=bias.values.shape,
        precision=wide(0),
        kernel=kernel,
        bias=bias,
        accumulator=wide(0),
    )


def read_conv(node: Node) -> list[Operation]:
    """Read a QConv1D or QConv2D."""
    weights = _stored(node, "kernel", node.layer.kernel_quantizer_internal)
    return [_convolve(node, Conv, weights), *_inner_activation(node)]


def read_depthwise(node: Node) -> list[Operation]:
    """Read a QDepthwiseConv2D."""
    weights = _stored(node, "depthwise_kernel", node.layer.depthwise_quantizer_internal)
    return [_convolve(node, DepthwiseConv, weights), *_inner_activation(node)]


def read_folded_conv(node: Node) -> list[Operation]:
    """Read a QConv2DBatchnorm: its quantizers see the folded weights."""
    weights = _folded(node, node.layer.kernel_quantizer_internal)
    return [_convolve(node, Conv, weights), *_inner_activation(node)]


def read_folded_depthwise(node: Node) -> list[Operation]:
    """Read a QDepthwiseConv2DBatchnorm: its quantizers see the folded weights."""
    weights = _folded(node, node.layer.depthwise_quantizer_internal)
    return [_convolve(node, DepthwiseConv, weights), *_inner_activation(node)]


def read_separable(node: Node) -> list[Operation]:
    """Read a QSeparableConv1D or QSeparableConv2D: depthwise, then pointwise, nothing between."""
    layer = node.layer
    check_weight_quantizer(
        layer.depthwise_quantizer_internal, layer=f"{node.name} (depthwise kernel)"
    )
    pointwise = _stored(node, "pointwise_kernel", layer.pointwise_quantizer_internal)

    def depthwise(builder: Builder) -> Weights:
        quantizer, values = layer.depthwise_quantizer_internal, layer.depthwise_kernel
        kernel = _constant(builder, quantizer, values, f"{node.name} (depthwise kernel)")
        return kernel, no_bias(kernel.values.shape[-2] * kernel.values.shape[-1])

    def point(builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        (data,) = tensors
        kernel, bias = pointwise(builder)
        rank = kernel.values.ndim - 2
        return builder.add_weighted(
            Conv(
                name=node.name,
                inputs=(data.name,),
                shape=bias.values.shape,
                precision=wide(0),
                kernel=kernel,
                bias=bias,
                accumulator=wide(0),
                strides=(1,) * rank,
                padding=((0, 0),) * rank,
            )
        )

    first = _convolve(node, DepthwiseConv, depthwise, name=f"{node.name}_depthwise")
    return [first, point, *_inner_activation(node)]


def _convolve(
    node: Node,
    record: type[Conv | DepthwiseConv],
    weights: ReadWeights,
    *,
    name: str = "",
) -> Operation:
    """Return the operation of a convolution with the strides and padding of a Keras layer."""
    layer = node.layer
    check_channels_last(node)
    check_undilated(node)
    size, strides = tuple_of(layer.kernel_size), tuple_of(layer.strides)

    def add(builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        (data,) = tensors
        kernel, bias = weights(builder)
        return builder.add_weighted(
            record(
                name=name or node.name,
                inputs=(data.name,),
                shape=bias.values.shape,
                precision=wide(0),
                kernel=kernel,
                bias=bias,
                accumulator=wide(0),
                strides=strides,
                padding=padding_of(layer.padding.lower(), data.shape, size=size, strides=strides),
            )
        )

    return add


def _inner_activation(node: Node) -> Sequence[Operation]:
    return function(f"{node.name}_activation", node.layer.activation)


def _stored(node: Node, name: str, quantizer: Any) -> ReadWeights:
    """Return how the kernel and bias of a layer are read; they are quantized as they are stored."""
    layer = node.layer
    check_weight_quantizer(quantizer, layer=node.name)
    if layer.use_bias:
        check_weight_quantizer(layer.bias_quantizer_internal, layer=f"{node.name} (bias)")

    def read(builder: Builder) -> Weights:
        kernel = _constant(builder, quantizer, getattr(layer, name), node.name)
        if not layer.use_bias:
            outputs = kernel.values.shape[-1]
            if "depthwise" in name:
                outputs *= kernel.values.shape[-2]
            return kernel, no_bias(outputs)
        where = f"{node.name} (bias)"
        return kernel, _constant(builder, layer.bias_quantizer_internal, layer.bias, where)

    return read


def _folded(node: Node, quantizer: Any) -> ReadWeights:
    """Return how the weights of a layer are read that folds a batch normalization into them."""
    layer = node.layer
    check_weight_quantizer(quantizer, layer=node.name)
    check_weight_quantizer(layer.bias_quantizer_internal, layer=f"{node.name} (bias)")
    last = len(layer.kernel_size) + 1
    if [int(axis) for axis in layer.batchnorm.axis] != [last]:
        raise refusal(
            node.name,
            f"a batch normalization over axis {list(layer.batchnorm.axis)}",
            "use axis=-1",
        )

    def read(builder: Builder) -> Weights:
        builder.evaluated = True
        kernel, bias = layer.get_folded_weights()
        return (
            weight_constant(quantizer, kernel, where=node.name),
            weight_constant(layer.bias_quantizer_internal, bias, where=f"{node.name} (bias)"),
        )

    return read


def _constant(builder: Builder, quantizer: Any, values: Any, where: str) -> Constant:
    if isinstance(getattr(quantizer, "alpha", None), str):
        builder.evaluated = True
    return weight_constant(quantizer, values, where=where)


def no_bias(outputs: int) -> Constant:
    """Return a bias of zeros."""
    zeros = np.zeros(outputs, dtype=np.int64)
    return Constant(values=zeros, precision=Precision(width=1, integer=1))
