"""Cells that compute with numbers: DSP blocks and block RAM used as ROM.

Rows of bits become integers a lane and back, which costs more than gates do.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.synthesis.netlist.gates import Numbers, Words, pack, unpack

Integers = NDArray[np.int64]

RESULT_BITS = 48
"""Of a DSP block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Products:
    """DSP blocks without registers that only multiply.

    Attributes:
        a: Nets of the first operand, shape (bits, cells).
        b: Nets of the second operand, shape (bits, cells).
        first: The net of the first output: bit 0 of all cells, then bit 1.
    """

    a: Numbers
    b: Numbers
    first: int

    def evaluate(self, nets: Words) -> None:
        """Multiply."""
        product = signed(nets, self.a) * signed(nets, self.b)
        rows = RESULT_BITS * self.a.shape[1]
        nets[self.first : self.first + rows] = as_rows(product, RESULT_BITS)


def signed(nets: Words, pins: Numbers) -> Integers:
    """Return two's complement numbers, shape (cells, lanes), of nets of shape (bits, cells)."""
    bits = len(pins)
    number = unsigned(nets, pins)
    return (number << (64 - bits)) >> (64 - bits)


def unsigned(nets: Words, pins: Numbers) -> Integers:
    """Return unsigned numbers, shape (cells, lanes), of nets of shape (bits, cells)."""
    bits, cells = pins.shape
    lanes = nets.shape[1] * 64
    size = next(size for size in (8, 16, 32, 64) if size >= bits)
    plain = np.zeros((cells, lanes, size), dtype=bool)
    plain[:, :, :bits] = np.moveaxis(
        unpack(nets[pins.ravel()], lanes).reshape(bits, cells, lanes), 0, 2
    )
    packed = np.packbits(plain.reshape(-1, size), axis=1, bitorder="little")
    return packed.view(f"<u{size // 8}").astype(np.int64).reshape(cells, lanes)


def as_rows(number: Integers, bits: int) -> Words:
    """Return the lowest bits of numbers as rows, bit 0 of all cells first."""
    cells, lanes = number.shape
    plain = number.astype("<i8", copy=False)[..., np.newaxis].view(np.uint8)[..., : -(-bits // 8)]
    spread = np.unpackbits(plain, axis=-1, bitorder="little")[..., :bits]
    rows = np.moveaxis(spread, 2, 0).reshape(bits * cells, lanes)
    return pack(rows.astype(bool))
