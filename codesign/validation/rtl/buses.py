"""Hardware integers to the bits of a bus and back: any number of bits, 32 of them a word."""

from math import prod

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers
from codesign.design.rtl import RtlPort
from codesign.errors import InvalidDesignError

Words = NDArray[np.uint32]
WORD = 32
_WIDEST = 63


def words_of(bits: int) -> int:
    """Return how many words hold a bus."""
    return -(-bits // WORD)


def check_elements(port: RtlPort) -> None:
    """Raise where an element does not fit the 64-bit integers of hardware values.

    Raises:
        InvalidDesignError: Naming the port and its width.
    """
    if port.width > _WIDEST:
        msg = (
            f"port {port.name}: elements of {port.width} bits; simulation carries up to {_WIDEST}, "
            "give the tensor a narrower precision"
        )
        raise InvalidDesignError(msg)


def pack(values: Integers, port: RtlPort) -> Words:
    """Return the words of each beat.

    Args:
        values: Hardware integers, shape (events, ...), within the width of the port's elements.
        port: Says how many elements a beat has; the first element takes the lowest bits.

    Returns:
        Shape (events * beats, words), the lowest word first.
    """
    beats = values.reshape(len(values) * port.beats, port.elements)
    bits = (beats[:, :, np.newaxis] >> np.arange(port.width)) & 1
    flat = bits.astype(np.uint8).reshape(len(beats), port.bits)
    padded = np.zeros((len(beats), words_of(port.bits) * WORD), dtype=np.uint8)
    padded[:, : port.bits] = flat
    return np.packbits(padded, axis=1, bitorder="little").view("<u4")


def unpack(words: Words, port: RtlPort, shape: tuple[int, ...]) -> Integers:
    """Return the hardware integers of beats; the inverse of :func:`pack`.

    Args:
        words: Of whole events, shape (events * beats, words).
        port: Says how many elements a beat has.
        shape: Of the tensor, without the events.

    Returns:
        Shape (events, *shape).
    """
    raw = np.ascontiguousarray(words, dtype="<u4").view(np.uint8)
    bits = np.unpackbits(raw, axis=1, bitorder="little")[:, : port.bits]
    elements = bits.reshape(len(words), port.elements, port.width).astype(np.int64)
    values = (elements << np.arange(port.width)).sum(axis=2)
    if port.signed:
        values -= elements[:, :, -1] << port.width
    return values.reshape(-1, *shape) if len(values) else np.empty((0, *shape), dtype=np.int64)


def beats_of(port: RtlPort, shape: tuple[int, ...]) -> bool:
    """Return whether a port's beats hold exactly the elements of a tensor."""
    return port.beats * port.elements == prod(shape)
