"""How groups of equal primitives compute their outputs, 64 lanes a machine word.

A net is a row of words, one bit a lane. Each gate below evaluates many cells of one kind at once:
its inputs are rows picked by number, its outputs are rows next to each other.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Numbers = NDArray[np.intp]

EVERY = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


class Gate(Protocol):
    """Cells of one kind that can be computed at the same time."""

    def evaluate(self, nets: Words) -> None:
        """Compute the rows of the outputs from those of the inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Look-up tables of one size.

    Attributes:
        inputs: Nets, shape (size, cells).
        first: The net of the first output.
        entries: All ones or zeros, shape (2**size, cells, 1), the entry of inputs 0 first.
    """

    inputs: Numbers
    first: int
    entries: Words

    def evaluate(self, nets: Words) -> None:
        """Choose among the entries, input by input."""
        left: list[Words] = list(self.entries)
        for pins in self.inputs:
            rows = nets[pins]
            left = [
                chosen(rows, low, high) for low, high in zip(left[::2], left[1::2], strict=True)
            ]
        cells = self.inputs.shape[1]
        nets[self.first : self.first + cells] = left[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carries:
    """Carry chains' cells of four or eight bits.

    Attributes:
        enter: The two nets of which one carries in, shape (2, cells).
        propagate: Nets, shape (bits, cells).
        generate: Nets, shape (bits, cells).
        first: The net of the first output; sums of bit 0 of all cells first, then their carries,
            then those of bit 1.
    """

    enter: Numbers
    propagate: Numbers
    generate: Numbers
    first: int

    def evaluate(self, nets: Words) -> None:
        """Let the carry ripple."""
        carry = nets[self.enter[0]] | nets[self.enter[1]]
        cells, row = self.enter.shape[1], self.first
        for select, data in zip(self.propagate, self.generate, strict=True):
            passes = nets[select]
            nets[row : row + cells] = passes ^ carry
            carry = chosen(passes, nets[data], carry)
            nets[row + cells : row + 2 * cells] = carry
            row += 2 * cells


def chosen(select: Words, low: Words, high: Words) -> Words:
    """Return ``high`` where ``select`` is 1, ``low`` elsewhere."""
    return low ^ (select & (low ^ high))


def masks(bits: NDArray[np.bool_]) -> Words:
    """Return words of all ones for true and of zeros for false."""
    return np.where(bits, EVERY, np.uint64(0))


def pack(bits: NDArray[np.bool_]) -> Words:
    """Return lanes as words: shape (rows, lanes) becomes (rows, words), 64 lanes a word.

    Lanes that fill up the last word are 0.
    """
    rows, lanes = bits.shape
    padded = np.zeros((rows, -(-lanes // 64) * 64), dtype=bool)
    padded[:, :lanes] = bits
    packed = np.packbits(padded, axis=1, bitorder="little")
    return packed.view("<u8").astype(np.uint64, copy=False)


def unpack(words: Words, lanes: int) -> NDArray[np.bool_]:
    """Return words as lanes: the inverse of :func:`pack`."""
    plain = np.ascontiguousarray(words).astype("<u8", copy=False).view(np.uint8)
    return np.unpackbits(plain, axis=1, count=lanes, bitorder="little").astype(bool)
