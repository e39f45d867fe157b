"""Kernels that move values: reshape, transpose, slice, zero padding, up-sampling."""

from math import prod

from codesign.design.hardware import IoType
from codesign.design.layers import Dense, Reshape, Slice, Transpose, UpSample, ZeroPad
from codesign.design.network import QuantizedNetwork
from codesign.firmware.hls.elementwise import copy_kernel
from codesign.firmware.hls.kernel import Kernel, Settings

RANK = 4
_Move = Reshape | Transpose | Slice | ZeroPad | UpSample
_Shape = tuple[int, ...]


def move_kernel(layer: _Move, network: QuantizedNetwork, io_type: IoType) -> Kernel:
    """Return the kernel of a layer that moves values."""
    data = network.shape(layer.inputs[0])
    match layer:
        case Reshape():
            return _reshape(layer, data, network, io_type)
        case Transpose():
            strides = tuple(prod(data[axis + 1 :]) for axis in layer.axes)
            return _gather(layer, prod(data), layer.shape, strides, 0)
        case Slice():
            return _slice(layer, data, io_type)
        case ZeroPad():
            return _kernel(layer, "zero_pad_layer", _pads(layer, data), "codesign_image.h")
        case UpSample():
            rows, columns = (1, *layer.factors)[-2:]
            image = (*_image(data), ("rows", rows), ("columns", columns))
            return _kernel(layer, "up_sample_layer", image, "codesign_image.h")


def _pads(layer: ZeroPad, data: _Shape) -> Settings:
    (top, _), (left, _) = ((0, 0), *layer.padding)[-2:]
    height, width, _ = (1, *layer.shape)[-3:]
    return (
        *_image(data),
        ("pad_top", top),
        ("pad_left", left),
        ("out_height", height),
        ("out_width", width),
    )


def _image(data: _Shape) -> Settings:
    height, width, channels = (1, *data)[-3:]
    return (("in_height", height), ("in_width", width), ("n_chan", channels))


def _reshape(layer: Reshape, data: _Shape, network: QuantizedNetwork, io_type: IoType) -> Kernel:
    before, after = data[-1], layer.shape[-1]
    if io_type is IoType.STREAM and _is_gathered(layer, network):
        # The packets stay as they are: a dense layer collects them by itself.
        pixels = (prod(data) // before, before)
        return copy_kernel(layer.name, layer.inputs[0], pixels, layer.precision)
    if io_type is IoType.STREAM and (before % after == 0 or after % before == 0):
        return _kernel(layer, "repack_layer", (("n_in", prod(data)),), "codesign_move.h")
    return _gather(layer, prod(data), (prod(data),), (1,), 0)


def _is_gathered(layer: Reshape, network: QuantizedNetwork) -> bool:
    """Return whether dense layers alone read what is flattened."""
    readers = [other for other in network.layers if layer.name in other.inputs]
    dense = all(isinstance(other, Dense) for other in readers)
    return len(layer.shape) == 1 and layer.name not in network.outputs and bool(readers) and dense


def _slice(layer: Slice, data: _Shape, io_type: IoType) -> Kernel:
    start, axis = layer.start, layer.axis
    if io_type is IoType.STREAM and axis == len(data) - 1:
        channels = (("n_in", prod(data)), ("start", start))
        return _kernel(layer, "slice_channels", channels, "codesign_move.h")
    inner = prod(data[axis + 1 :])
    if io_type is IoType.STREAM:
        packets = inner // data[-1]
        settings = (
            ("n_turns", prod(data[:axis])),
            ("n_length", data[axis] * packets),
            ("start", start * packets),
            ("n_kept", layer.shape[axis] * packets),
        )
        return _kernel(layer, "slice_packets", settings, "codesign_move.h")
    strides = tuple(prod(data[place + 1 :]) for place in range(len(data)))
    return _gather(layer, prod(data), layer.shape, strides, start * inner)


def _gather(layer: _Move, size: int, shape: _Shape, strides: _Shape, offset: int) -> Kernel:
    """Return the kernel that reads the input in another order."""
    more = RANK - len(shape)
    sizes, steps = (1,) * more + shape, (0,) * more + strides
    settings = (
        ("n_in", size),
        ("n_out", prod(shape)),
        ("offset", offset),
        *((f"size_{i}", length) for i, length in enumerate(sizes)),
        *((f"stride_{i}", step) for i, step in enumerate(steps)),
    )
    return _kernel(layer, "gather_layer", settings, "codesign_move.h")


def _kernel(layer: _Move, function: str, settings: Settings, header: str) -> Kernel:
    return Kernel(
        name=layer.name,
        inputs=layer.inputs,
        shape=layer.shape,
        precision=layer.precision,
        function=function,
        headers=(header,),
        settings=settings,
    )
