"""Cells that remember: what they take in at a clock edge, and what they show after it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from codesign.synthesis.netlist.gates import Numbers, Words, chosen


class Register(Protocol):
    """Cells of one kind with a state."""

    def start(self, nets: Words, random: np.random.Generator) -> None:
        """Show the state at power-up; random where the netlist leaves it open."""

    def sample(self, nets: Words) -> None:
        """Take in what is on the inputs; the outputs stay."""

    def show(self, nets: Words) -> None:
        """Show what was taken in."""


class FlipFlops:
    """Flip-flops with clock enable and synchronous set or reset.

    Args:
        pins: Nets of data, of the enable, and of set or reset, which goes before the enable,
            shape (3, cells).
        cleared: What set or reset makes of them: all ones or zeros, shape (cells, 1).
        initial: At power-up: all ones or zeros, shape (cells, 1).
        is_open: Whether the power-up value is left open, shape (cells, 1).
        first: The net of the first output.
    """

    def __init__(
        self, *, pins: Numbers, cleared: Words, initial: Words, is_open: Words, first: int
    ) -> None:
        self._data, self._enable, self._clear = pins
        self._cleared, self._initial, self._is_open = cleared, initial, is_open
        self._rows = slice(first, first + pins.shape[1])
        self._next: Words = np.zeros((0, 0), dtype=np.uint64)
        # constants are rows 0 and 1
        self._is_plain = bool((self._enable == 1).all() and (self._clear == 0).all())

    def start(self, nets: Words, random: np.random.Generator) -> None:
        """Show the value of the netlist, or a random one where it has none."""
        shape = nets[self._rows].shape
        noise = random.integers(0, 2**64, shape, dtype=np.uint64)
        nets[self._rows] = chosen(self._is_open, self._initial, noise)

    def sample(self, nets: Words) -> None:
        """Take in the data, or stay, or be cleared."""
        self._next = nets[self._data]
        if not self._is_plain:
            kept = chosen(nets[self._enable], nets[self._rows], self._next)
            self._next = chosen(nets[self._clear], kept, self._cleared)

    def show(self, nets: Words) -> None:
        """Show what was taken in."""
        nets[self._rows] = self._next


@dataclass(slots=True, kw_only=True)
class ShiftRegisters:
    """Look-up tables used as shift registers; what they show is chosen by :class:`Taps`.

    Attributes:
        data: Nets, shape (cells,).
        enable: Nets, shape (cells,).
        initial: At power-up, the newest first: all ones or zeros, shape (depth, cells, 1).
        is_open: Whether the power-up value is left open, shape (depth, cells, 1).
        state: The newest first, shape (depth, cells, words).
    """

    data: Numbers
    enable: Numbers
    initial: Words
    is_open: Words
    state: Words

    def start(self, nets: Words, random: np.random.Generator) -> None:
        """Set the state."""
        shape = (len(self.initial), len(self.data), nets.shape[1])
        noise = random.integers(0, 2**64, shape, dtype=np.uint64)
        self.state = chosen(self.is_open, self.initial, noise)

    def sample(self, nets: Words) -> None:
        """Move everything by one place where enabled."""
        moved = np.concatenate([nets[self.data][np.newaxis], self.state[:-1]])
        self.state = chosen(nets[self.enable], self.state, moved)

    def show(self, nets: Words) -> None:
        """Leave it to the taps, which are computed with the gates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taps:
    """What shift registers show: the place that an address names.

    Attributes:
        registers: The shift registers.
        address: Nets, the lowest bit first, shape (bits, cells).
        first: The net of the first output: of all cells, then the last places of all cells.
    """

    registers: ShiftRegisters
    address: Numbers
    first: int

    def evaluate(self, nets: Words) -> None:
        """Choose by the address, bit by bit."""
        left = list(self.registers.state)
        cells = self.address.shape[1]
        nets[self.first + cells : self.first + 2 * cells] = left[-1]
        for pins in self.address:
            rows = nets[pins]
            left = [
                chosen(rows, low, high) for low, high in zip(left[::2], left[1::2], strict=True)
            ]
        nets[self.first : self.first + cells] = left[0]
