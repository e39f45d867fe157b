"""Test vectors of a design as hexadecimal files, which every simulator's ``$readmemh`` reads.

One file a port, one line a beat: the bits of the port, the first element in the lowest ones, as
:class:`codesign.design.rtl.RtlPort` packs them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from codesign.design.fixed_point import Integers
from codesign.design.rtl import RtlPort
from codesign.errors import InvalidDataError

_SUFFIX = ".hex"
_HEX_BITS = 4


def write_vectors(
    folder: Path, ports: Sequence[RtlPort], tensors: Mapping[str, Integers]
) -> tuple[Path, ...]:
    """Write the hardware integers of each port and return the files.

    Args:
        folder: Where to; made if it is not there.
        ports: Inputs and outputs of a design.
        tensors: By the name of the port: hardware integers, shape (events, ...).
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for port in ports:
        path = folder / f"{port.name}{_SUFFIX}"
        rows = tensors[port.name].reshape(-1, port.elements)
        path.write_text("".join(f"{_line(row, port)}\n" for row in rows.tolist()), encoding="ascii")
        written.append(path)
    return tuple(written)


def read_vectors(folder: Path, port: RtlPort, shape: tuple[int, ...]) -> Integers:
    """Return the hardware integers of a port.

    Args:
        folder: Where :func:`write_vectors` wrote them.
        port: Which.
        shape: Of its tensor.

    Returns:
        Shape (events, *shape).

    Raises:
        InvalidDataError: If the file is missing, or no file of this port.
    """
    path = folder / f"{port.name}{_SUFFIX}"
    try:
        lines = path.read_text(encoding="ascii").split()
        words = [int(line, 16) for line in lines]
    except (OSError, ValueError) as error:
        msg = f"{path} is no file of vectors: {error}; promote the design anew"
        raise InvalidDataError(msg) from error
    beats = int(np.prod(shape)) // port.elements
    if any(len(line) != _digits(port) for line in lines) or len(lines) % beats:
        msg = (
            f"{path}: {len(lines)} lines, expected {beats} an event, each of {_digits(port)} "
            "digits; promote the design anew"
        )
        raise InvalidDataError(msg)
    rows = [_elements(word, port) for word in words]
    return np.array(rows, np.int64).reshape(-1, *shape)


def _line(row: list[int], port: RtlPort) -> str:
    mask = (1 << port.width) - 1
    word = sum((value & mask) << (place * port.width) for place, value in enumerate(row))
    return f"{word:0{_digits(port)}x}"


def _elements(word: int, port: RtlPort) -> list[int]:
    mask = (1 << port.width) - 1
    values = [(word >> (place * port.width)) & mask for place in range(port.elements)]
    sign = 1 << (port.width - 1)
    return [
        value - (1 << port.width) if port.signed and value & sign else value for value in values
    ]


def _digits(port: RtlPort) -> int:
    return -(-port.bits // _HEX_BITS)
