"""The shape each layer makes of the shapes it reads."""

from collections.abc import Sequence
from math import prod

from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    Conv,
    Dense,
    DepthwiseConv,
    Merge,
    Padding,
    Pool,
    Reshape,
    Scale,
    Slice,
    Softmax,
    Steps,
    Table,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.errors import InvalidDesignError

Shape = tuple[int, ...]


def output_shape(layer: AnyLayer, shapes: Sequence[Shape]) -> Shape:
    """Return the shape that a layer makes.

    Args:
        layer: The layer; its own ``shape`` counts only where it decides (reshape, slice).
        shapes: Of its inputs, without the batch.

    Raises:
        InvalidDesignError: If it cannot read these shapes; both sides are named.
    """
    data = shapes[0]
    if len(shapes) != 1 and not isinstance(layer, Concatenate | Merge):
        msg = f"{layer.name}: reads {layer.inputs}; layers of kind {layer.kind} read one tensor"
        raise InvalidDesignError(msg)
    match layer:
        case Dense() | Conv() | DepthwiseConv() | Scale():
            return _weighted_shape(layer, data)
        case Activation() | Steps() | Table() | Softmax():
            return data
        case Pool() | ZeroPad() | UpSample():
            return _spatial_shape(layer, data)
        case Reshape() | Transpose() | Slice():
            return _moved_shape(layer, data)
        case Concatenate() | Merge():
            return _joined_shape(layer, shapes)


def _spatial_shape(layer: Pool | ZeroPad | UpSample, data: Shape) -> Shape:
    match layer:
        case Pool():
            spatial = _windows(layer.name, data, layer.size, layer.strides, layer.padding)
            for size, ends in zip(layer.size, layer.padding, strict=True):
                if max(ends) >= size:
                    msg = f"{layer.name}: padding {layer.padding} makes windows of padding alone"
                    raise InvalidDesignError(msg)
            return (*spatial, data[-1])
        case ZeroPad():
            _check(layer.name, data, rank=len(layer.padding) + 1)
            _check_padding(layer.name, layer.padding)
            padded = zip(data, layer.padding, strict=False)
            return (*(size + sum(pad) for size, pad in padded), data[-1])
        case UpSample():
            _check(layer.name, data, rank=len(layer.factors) + 1)
            factors = zip(data, layer.factors, strict=False)
            return (*(size * factor for size, factor in factors), data[-1])


def _moved_shape(layer: Reshape | Transpose | Slice, data: Shape) -> Shape:
    match layer:
        case Reshape():
            if prod(layer.shape) != prod(data):
                msg = f"{layer.name}: shape {data} cannot become {layer.shape}"
                raise InvalidDesignError(msg)
            return layer.shape
        case Transpose():
            if sorted(layer.axes) != list(range(len(data))):
                msg = f"{layer.name}: axes {layer.axes} of shape {data}"
                raise InvalidDesignError(msg)
            return tuple(data[axis] for axis in layer.axes)
        case Slice():
            return _slice_shape(layer, data)


def _weighted_shape(layer: Dense | Conv | DepthwiseConv | Scale, data: Shape) -> Shape:
    kernel = layer.kernel.values.shape
    rank = {"dense": 2, "scale": 1}.get(layer.kind, len(data) + 1)
    if len(kernel) != rank or kernel[-1 if rank == 1 else -2] != data[-1]:
        msg = f"{layer.name}: kernel of shape {kernel} cannot read data of shape {data}"
        raise InvalidDesignError(msg)
    match layer:
        case Dense():
            return (*data[:-1], kernel[-1])
        case Scale():
            return data
        case Conv() | DepthwiseConv():
            size = kernel[:-2]
            spatial = _windows(layer.name, data, size, layer.strides, layer.padding)
            filters = kernel[-1] * (kernel[-2] if isinstance(layer, DepthwiseConv) else 1)
            return (*spatial, filters)


def _windows(
    name: str, data: Shape, size: Sequence[int], strides: Sequence[int], padding: Padding
) -> Shape:
    """Return how many windows fit along each spatial dimension."""
    _check(name, data, rank=len(size) + 1)
    if not len(size) == len(strides) == len(padding) or min((*size, *strides), default=0) < 1:
        msg = f"{name}: windows of {tuple(size)} with strides {strides} and padding {padding}"
        raise InvalidDesignError(msg)
    _check_padding(name, padding)
    found = tuple(
        (length + sum(pad) - window) // stride + 1
        for length, window, stride, pad in zip(data, size, strides, padding, strict=False)
    )
    if min(found) < 1:
        msg = f"{name}: no window of {tuple(size)} fits data of shape {data}"
        raise InvalidDesignError(msg)
    return found


def _slice_shape(layer: Slice, data: Shape) -> Shape:
    if not 0 <= layer.axis < len(data) or len(layer.shape) != len(data):
        msg = f"{layer.name}: axis {layer.axis} of shape {data} for shape {layer.shape}"
        raise InvalidDesignError(msg)
    length = layer.shape[layer.axis]
    if layer.start < 0 or layer.start + length > data[layer.axis]:
        msg = f"{layer.name}: {layer.start} to {layer.start + length} of {data[layer.axis]}"
        raise InvalidDesignError(msg)
    return (*data[: layer.axis], length, *data[layer.axis + 1 :])


def _joined_shape(layer: Concatenate | Merge, shapes: Sequence[Shape]) -> Shape:
    first = shapes[0]
    if isinstance(layer, Merge):
        if any(shape != first for shape in shapes):
            msg = f"{layer.name}: tensors of shapes {' and '.join(map(str, shapes))} differ"
            raise InvalidDesignError(msg)
        return first
    axis = layer.axis
    rest = [(len(shape), *shape[:axis], *shape[axis + 1 :]) for shape in shapes]
    if not 0 <= axis < len(first) or any(other != rest[0] for other in rest):
        msg = f"{layer.name}: shapes {' and '.join(map(str, shapes))} do not join along {axis}"
        raise InvalidDesignError(msg)
    return (*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])


def _check(name: str, data: Shape, *, rank: int) -> None:
    if len(data) != rank:
        msg = f"{name}: data of shape {data}, expected {rank - 1} spatial dimensions and channels"
        raise InvalidDesignError(msg)


def _check_padding(name: str, padding: Padding) -> None:
    if min(min(ends) for ends in padding) < 0:
        msg = f"{name}: padding {padding} is negative; cut data with a slice"
        raise InvalidDesignError(msg)
