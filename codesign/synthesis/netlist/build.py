"""From groups of cells to gates and registers on rows of words."""

from collections.abc import Sequence

import numpy as np

from codesign.synthesis.netlist.arrange import Arrangement, Group
from codesign.synthesis.netlist.gates import Carries, Gate, Numbers, Tables, Words, masks
from codesign.synthesis.netlist.nodes import FlipFlop, Shift
from codesign.synthesis.netlist.numbers import Products
from codesign.synthesis.netlist.registers import FlipFlops, ShiftRegisters, Taps


def build_gate(
    group: Group, shifts: Sequence[Shift], arranged: Arrangement
) -> tuple[Gate, ShiftRegisters | None]:
    """Return the gate of a group, and the shift registers whose state it shows, if it does."""
    pins = _pins(group, arranged)
    match group.kind:
        case "table", int(size):
            return Tables(inputs=pins, first=group.first, entries=_entries(group, size)), None
        case "carry", int(bits):
            return Carries(
                enter=pins[:2],
                propagate=pins[2 : 2 + bits],
                generate=pins[2 + bits :],
                first=group.first,
            ), None
        case "product", int(bits):
            return Products(a=pins[:bits], b=pins[bits:], first=group.first), None
        case _:
            state = _shift_registers([shifts[node.value] for node in group.nodes], arranged)
            return Taps(registers=state, address=pins, first=group.first), state


def build_flip_flops(cells: Sequence[FlipFlop], first: int, arranged: Arrangement) -> FlipFlops:
    """Return flip-flops whose outputs begin at a row."""
    columns = zip(*((cell.data, cell.enable, cell.clear) for cell in cells), strict=True)
    return FlipFlops(
        pins=np.stack([arranged.all(column) for column in columns]),
        cleared=_column([cell.cleared for cell in cells]),
        initial=_column([bool(cell.initial) for cell in cells]),
        is_open=_column([cell.initial is None for cell in cells]),
        first=first,
    )


def _shift_registers(cells: Sequence[Shift], arranged: Arrangement) -> ShiftRegisters:
    places = list(zip(*(cell.initial for cell in cells), strict=True))
    return ShiftRegisters(
        data=arranged.all([cell.data for cell in cells]),
        enable=arranged.all([cell.enable for cell in cells]),
        initial=np.stack([_column([bool(bit) for bit in place]) for place in places]),
        is_open=np.stack([_column([bit is None for bit in place]) for place in places]),
        state=np.zeros((len(places), len(cells), 0), dtype=np.uint64),
    )


def _pins(group: Group, arranged: Arrangement) -> Numbers:
    """Return the rows that a group reads, shape (pins, cells)."""
    reads = list(zip(*(node.reads for node in group.nodes), strict=True))
    if not reads:
        return np.zeros((0, len(group.nodes)), dtype=np.intp)
    return np.stack([arranged.all(pin) for pin in reads])


def _entries(group: Group, size: int) -> Words:
    values = [node.value for node in group.nodes]
    return np.stack([_column([bool(v >> index & 1) for v in values]) for index in range(2**size)])


def _column(bits: Sequence[bool]) -> Words:
    return masks(np.array(bits, dtype=bool))[:, np.newaxis]
