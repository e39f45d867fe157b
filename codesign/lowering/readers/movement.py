"""Readers of layers that move values and leave them as they are."""

from collections.abc import Callable
from math import prod

from codesign.design.layers import AnyLayer, Concatenate, Reshape, Transpose, UpSample, ZeroPad
from codesign.lowering.builder import Builder, Operation, Tensor, wide
from codesign.lowering.graph import Node
from codesign.lowering.readers.windows import check_channels_last, tuple_of
from codesign.lowering.refusal import refusal


def read_nothing(node: Node) -> list[Operation]:  # noqa: ARG001
    """Read a layer that does nothing outside training."""
    return []


def read_flatten(node: Node) -> list[Operation]:
    """Read a Flatten."""
    check_channels_last(node)
    return [reshape(node.name, (-1,))]


def read_reshape(node: Node) -> list[Operation]:
    """Read a Reshape."""
    return [reshape(node.name, tuple_of(node.layer.target_shape))]


def reshape(name: str, shape: tuple[int, ...]) -> Operation:
    """Return the operation that gives values another shape, -1 standing for the rest."""

    def add(builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        (data,) = tensors
        known = prod(size for size in shape if size != -1)
        found = tuple(prod(data.shape) // known if size == -1 else size for size in shape)
        precision = data.precision.as_storage()
        return builder.add(
            Reshape(name=name, inputs=(data.name,), shape=found, precision=precision)
        )

    return add


def read_permute(node: Node) -> list[Operation]:
    """Read a Permute."""
    axes = tuple(int(axis) - 1 for axis in node.layer.dims)
    return [
        _kept(
            lambda data: Transpose(
                name=node.name,
                inputs=(data.name,),
                shape=data.shape,
                precision=data.precision.as_storage(),
                axes=axes,
            )
        )
    ]


def read_zero_padding(node: Node) -> list[Operation]:
    """Read a ZeroPadding1D or ZeroPadding2D."""
    check_channels_last(node)
    found = node.layer.padding
    pairs = (tuple_of(found),) if isinstance(found[0], int) else tuple(map(tuple_of, found))
    padding = tuple((before, after) for before, after in pairs)
    return [
        _kept(
            lambda data: ZeroPad(
                name=node.name,
                inputs=(data.name,),
                shape=data.shape,
                precision=data.precision.as_storage(),
                padding=padding,
            )
        )
    ]


def read_up_sampling(node: Node) -> list[Operation]:
    """Read an UpSampling1D or UpSampling2D that repeats values."""
    check_channels_last(node)
    mode = getattr(node.layer, "interpolation", "nearest")
    if mode != "nearest":
        raise refusal(node.name, f"interpolation={mode!r}", 'use interpolation="nearest"')
    factors = tuple_of(node.layer.size)
    return [
        _kept(
            lambda data: UpSample(
                name=node.name,
                inputs=(data.name,),
                shape=data.shape,
                precision=data.precision.as_storage(),
                factors=factors,
            )
        )
    ]


def read_concatenate(node: Node) -> list[Operation]:
    """Read a Concatenate."""

    def add(builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        rank = len(tensors[0].shape)
        axis = int(node.layer.axis)
        fraction = max(tensor.precision.fraction for tensor in tensors)
        return builder.add_exact(
            Concatenate(
                name=node.name,
                inputs=tuple(tensor.name for tensor in tensors),
                shape=tensors[0].shape,
                precision=wide(fraction),
                axis=axis - 1 if axis > 0 else rank + axis,
            )
        )

    return [add]


def _kept(make: Callable[[Tensor], AnyLayer]) -> Operation:
    """Return the operation of a layer that keeps the format of its one input."""
    return lambda builder, tensors: builder.add(make(tensors[0]))
