"""Layers that move numbers: wires with ``io_parallel``, a process with ``io_stream``.

Source: ``codesign_move.h``, ``codesign_image.h`` and ``codesign_merge.h``, the C++ that the hls4ml
back ends generate.
"""

from collections.abc import Sequence
from math import prod

from codesign.design.hardware import IoType
from codesign.design.layers import Concatenate, Reshape, Slice, Transpose, UpSample, ZeroPad
from codesign.design.precision import Precision
from codesign.design.report import Figure, Usage
from codesign.estimate.cost import FREE, Cost
from codesign.estimate.elements import cast
from codesign.estimate.streams import STREAMED, block_memory, packet_process

Move = Reshape | Transpose | Slice | ZeroPad | UpSample | Concatenate
_DISTRIBUTED_BITS = 1024
"""Up to this size a row is kept in look-up tables. Source: AMD UG901, "Distributed RAM"."""


def move(
    layer: Move,
    shapes: Sequence[tuple[int, ...]],
    formats: Sequence[Precision],
    *,
    io_type: IoType,
) -> Cost:
    """Return the cost of a layer that moves numbers.

    Args:
        layer: The layer.
        shapes: Of the tensors that it reads.
        formats: Of the same.
        io_type: How tensors travel.
    """
    changes = [source for source in formats if source.as_storage() != layer.precision.as_storage()]
    lanes = prod(layer.shape) if io_type is IoType.PARALLEL else layer.shape[-1]
    put = cast(changes[0], layer.precision, lanes=lanes) if changes else FREE
    if io_type is IoType.PARALLEL:
        return put
    return _streamed(layer, shapes, formats[0].width, put).flagged(STREAMED)


def _streamed(layer: Move, shapes: Sequence[tuple[int, ...]], width: int, put: Cost) -> Cost:
    data = shapes[0]
    entering, leaving = prod(data[:-1]), prod(layer.shape[:-1])
    bits = layer.shape[-1] * layer.precision.width
    match layer:
        case Concatenate() if layer.axis < len(layer.shape) - 1:
            leaving = sum(prod(shape[:-1]) for shape in shapes)
            return packet_process(put, packets=leaving, bits=bits)
        case UpSample():
            row = data[-2] if len(data) > 1 else 1
            held = put.with_usage(_row(row, data[-1] * width))
            return packet_process(held, packets=leaving, bits=bits)
        case Slice():
            return packet_process(put, packets=max(entering, leaving), bits=bits)
        case Transpose():
            return _gathered(layer, data, width, put)
        case Reshape() if data[-1] % layer.shape[-1] and layer.shape[-1] % data[-1]:
            return _gathered(layer, data, width, put)
        case _:
            return packet_process(put, packets=max(entering, leaving), bits=bits)


def _row(words: int, bits: int) -> Usage:
    if words * bits <= _DISTRIBUTED_BITS:
        return Usage(lut=Figure(value=bits, low=0, high=bits * (1 + words // 32)))
    return Usage(bram_18k=Figure.exact(block_memory(words, bits)))


def _gathered(layer: Move, data: tuple[int, ...], width: int, put: Cost) -> Cost:
    """Return a process that keeps the whole tensor, then sends it in another order."""
    entering, leaving = prod(data[:-1]), prod(layer.shape[:-1])
    kept = prod(data) * width
    moved = prod(layer.shape) * layer.precision.width
    held = Usage(
        lut=Figure(value=moved / 2, low=moved / 4, high=2 * moved),
        ff=Figure(value=kept, low=kept / 2, high=kept + moved),
    )
    return packet_process(
        put.with_usage(held),
        packets=leaving,
        packets_in=entering,
        bits=layer.shape[-1] * layer.precision.width,
        tail=leaving + 1.0,
    )
