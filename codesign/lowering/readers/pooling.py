"""Readers of pooling layers."""

from math import prod
from typing import Any

import numpy as np

from codesign.design.layers import Pool, PoolFunction
from codesign.lowering.activations import function
from codesign.lowering.builder import Builder, Operation, Tensor, wide
from codesign.lowering.graph import Node
from codesign.lowering.readers.movement import reshape
from codesign.lowering.readers.windows import check_channels_last, padding_of, tuple_of
from codesign.lowering.refusal import refusal
from codesign.models.evaluate import evaluate


def read_pooling(node: Node) -> list[Operation]:
    """Read a max or average pooling of one or two dimensions, of Keras or QKeras."""
    check_channels_last(node)
    layer, kind = node.layer, _function(node)
    size, strides = tuple_of(layer.pool_size), tuple_of(layer.strides)
    if kind is PoolFunction.AVERAGE:
        _check_average(node, size)

    def add(builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        (data,) = tensors
        padding = padding_of(layer.padding, data.shape, size=size, strides=strides)
        if kind is PoolFunction.AVERAGE and any(map(any, padding)):
            raise refusal(
                node.name,
                f'padding="same" of averages over {size} of data of shape {data.shape}',
                'use padding="valid", or max pooling',
            )
        return _pool(builder, node.name, data, (kind, size, strides, padding))

    return [add, *_quantized_activation(node)]


def read_global_pooling(node: Node) -> list[Operation]:
    """Read a global max or average pooling of one or two dimensions, of Keras or QKeras."""
    check_channels_last(node)
    kind = _function(node)
    keeps = bool(getattr(node.layer, "keepdims", False))
    name = node.name if keeps else f"{node.name}_pool"

    def add(builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        (data,) = tensors
        size = data.shape[:-1]
        if kind is PoolFunction.AVERAGE:
            _check_average(node, size)
        pooled = _pool(builder, name, data, (kind, size, size, ((0, 0),) * len(size)))
        return pooled if keeps else reshape(node.name, data.shape[-1:])(builder, (pooled,))

    return [add, *_quantized_activation(node)]


def _pool(builder: Builder, name: str, data: Tensor, window: tuple[Any, ...]) -> Tensor:
    kind, size, strides, padding = window
    finer = prod(size).bit_length() - 1 if kind is PoolFunction.AVERAGE else 0
    return builder.add_exact(
        Pool(
            name=name,
            inputs=(data.name,),
            shape=data.shape,
            precision=wide(data.precision.fraction + finer),
            function=kind,
            size=size,
            strides=strides,
            padding=padding,
        )
    )


def _function(node: Node) -> PoolFunction:
    return PoolFunction.MAX if "Max" in node.kind else PoolFunction.AVERAGE


def _check_average(node: Node, size: tuple[int, ...]) -> None:
    """Check that an average is a shift, also as QKeras computes it.

    QKeras multiplies the average by the window's size and by the quantized inverse of that size.
    """
    window = prod(size)
    if window & (window - 1):
        raise refusal(
            node.name,
            f"an average over {window} values",
            "choose a window of 2, 4, 8, ... values, or max pooling",
        )
    quantizer = getattr(node.layer, "average_quantizer_internal", None)
    if quantizer is None:
        return
    found = float(evaluate([quantizer], np.array(1.0 / window), double=False))
    if found != 1.0 / window:
        raise refusal(
            node.name,
            f"an average_quantizer that makes {found:g} of 1/{window}",
            "give it the bits to hold it, or leave it out: it is a shift",
        )


def _quantized_activation(node: Node) -> list[Operation]:
    if not node.kind.startswith("Q"):
        return []
    return function(f"{node.name}_activation", node.layer.activation)
