"""Cells as the simulator sees them: what is computed at once, and what is remembered.

Sources: AMD UG974 (UltraScale libraries guide) and UG953 (7-series) for pins and parameters.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from codesign.errors import ReportError
from codesign.synthesis.netlist.flatten import ONE, ZERO
from codesign.synthesis.netlist.numbers import RESULT_BITS
from codesign.synthesis.netlist.primitives import lut_size
from codesign.synthesis.netlist.read import Cell

UNCONNECTED = -1
"""In place of a net: an output that nobody reads, an input that is 0."""

_MUX = 0b11001010
"""A multiplexer as a table of inputs I0, I1 and S."""
_DSP_A_BITS = {"DSP48E1": 25, "DSP48E2": 27}
"""Of the multiplier's first operand; the port is 30 bits wide."""
_DSP_B_BITS = 18
_MULTIPLY = {"DSP48E1": (7, 0b0000101), "DSP48E2": (9, 0b000000101)}
"""Width of OPMODE, and its value for P = A * B."""


@dataclass(slots=True)
class Node:
    """Something that is computed when all that it reads is known.

    Attributes:
        kind: What is grouped together: kind of gate, size.
        reads: Nets.
        writes: Nets.
        value: The table, or the register whose state is shown.
        name: Of the cell.
    """

    kind: tuple[str, int]
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    value: int = 0
    name: str = ""


@dataclass(slots=True)
class FlipFlop:
    """A flip-flop: its nets, and what set or reset makes of it; ``initial`` is None for open."""

    data: int
    enable: int
    clear: int
    output: int
    cleared: bool
    initial: bool | None


@dataclass(slots=True)
class Shift:
    """A shift register: its nets, and its places at power-up, None for open."""

    data: int
    enable: int
    initial: tuple[bool | None, ...]


@dataclass(slots=True)
class Nodes:
    """The cells of a netlist, sorted by what the simulator does with them.

    Attributes:
        computed: Gates.
        flip_flops: With their outputs.
        shifts: Shift registers; what they show is among the gates.
        clocks: Every net that a register is clocked by.
    """

    computed: list[Node] = field(default_factory=list)
    flip_flops: list[FlipFlop] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    clocks: set[int] = field(default_factory=set)


def sort_cells(cells: Iterable[Cell]) -> Nodes:
    """Return what the simulator has to do for each cell.

    Raises:
        ReportError: If it does not know a cell, or not what it is set to do.
    """
    nodes = Nodes()
    for cell in cells:
        add = _ADD.get(cell.kind)
        if add is not None:
            add(nodes, cell)
        elif lut_size(cell.kind):
            _table(nodes, cell)
        else:
            msg = f"the netlist simulator does not know {cell.kind} (cell {cell.name})"
            raise ReportError(msg)
    return nodes


def _table(nodes: Nodes, cell: Cell) -> None:
    size = lut_size(cell.kind) or 0
    if "O" not in cell.pins:
        _refuse(cell, f"pins {', '.join(cell.pins)}: that of another family")
    reads = tuple(_pin(cell, f"I{index}") for index in range(size))
    _add_table(nodes, cell, reads, int(cell.parameters["INIT"], 2))


def _inverter(nodes: Nodes, cell: Cell) -> None:
    _add_table(nodes, cell, (_pin(cell, "I"),), 0b01)


def _wide_mux(nodes: Nodes, cell: Cell) -> None:
    _add_table(nodes, cell, tuple(_pin(cell, port) for port in ("I0", "I1", "S")), _MUX)


def _add_table(nodes: Nodes, cell: Cell, reads: tuple[int, ...], entries: int) -> None:
    nodes.computed.append(
        Node(("table", len(reads)), reads, (_output(cell, "O"),), entries, cell.name)
    )


def _carry(nodes: Nodes, cell: Cell) -> None:
    if cell.parameters.get("CARRY_TYPE", "SINGLE_CY8") != "SINGLE_CY8":
        _refuse(cell, "CARRY_TYPE")
    select, data = cell.pins["S"], cell.pins["DI"]
    bits = len(select)
    enter = (_pin(cell, "CI"), _pin(cell, "CYINIT" if "CYINIT" in cell.pins else "CI_TOP"))
    sums, carries = _bus(cell, "O", bits), _bus(cell, "CO", bits)
    reads = (*enter, *map(_number, select), *map(_number, data))
    writes = tuple(net for pair in zip(sums, carries, strict=True) for net in pair)
    nodes.computed.append(Node(("carry", bits), reads, writes, 0, cell.name))


def _flip_flop(nodes: Nodes, cell: Cell) -> None:
    _refuse_inverted(cell)
    is_set = cell.kind == "FDSE"
    nodes.clocks.add(_pin(cell, "C"))
    nodes.flip_flops.append(
        FlipFlop(
            data=_pin(cell, "D"),
            enable=_pin(cell, "CE", ONE),
            clear=_pin(cell, "S" if is_set else "R"),
            output=_output(cell, "Q"),
            cleared=is_set,
            initial=_bit(cell.parameters.get("INIT", "x")[-1]),
        )
    )


def _shift_register(nodes: Nodes, cell: Cell) -> None:
    _refuse_inverted(cell)
    depth = 32 if cell.kind == "SRLC32E" else 16
    address = _bus(cell, "A", 5) if depth == 32 else tuple(_pin(cell, f"A{n}") for n in range(4))
    text = cell.parameters.get("INIT", "x").rjust(depth, cell.parameters.get("INIT", "x")[0])
    nodes.clocks.add(_pin(cell, "CLK"))
    nodes.shifts.append(
        Shift(
            data=_pin(cell, "D"),
            enable=_pin(cell, "CE", ONE),
            initial=tuple(_bit(letter) for letter in reversed(text[-depth:])),
        )
    )
    last = "Q31" if depth == 32 else "Q15"
    nodes.computed.append(
        Node(
            ("tap", depth),
            address,
            (_output(cell, "Q"), _output(cell, last)),
            len(nodes.shifts) - 1,
            cell.name,
        )
    )


def _dsp(nodes: Nodes, cell: Cell) -> None:
    for name, value in cell.parameters.items():
        if name.endswith("REG") and int(value, 2):
            _refuse(cell, f"{name} = {int(value, 2)}")
    bits, multiply = _MULTIPLY[cell.kind]
    modes = {"OPMODE": (bits, multiply), "ALUMODE": (4, 0), "INMODE": (5, 0), "CARRYIN": (1, 0)}
    for port, (width, wanted) in modes.items():
        found = _bus(cell, port, width)
        if any(max(net, ZERO) != (wanted >> index & 1) for index, net in enumerate(found)):
            _refuse(cell, f"{port} other than {wanted:b}")
    a, b = _DSP_A_BITS[cell.kind], _DSP_B_BITS
    reads = (*_bus(cell, "A", 30)[:a], *_bus(cell, "B", b))
    nodes.computed.append(Node(("product", a), reads, _bus(cell, "P", RESULT_BITS), 0, cell.name))


def _constant(nodes: Nodes, cell: Cell) -> None:
    port, value = ("G", 0) if cell.kind == "GND" else ("P", 1)
    nodes.computed.append(Node(("table", 0), (), (_output(cell, port),), value, cell.name))


_ADD: dict[str, Callable[[Nodes, Cell], None]] = {
    "INV": _inverter,
    "MUXF7": _wide_mux,
    "MUXF8": _wide_mux,
    "MUXF9": _wide_mux,
    "CARRY4": _carry,
    "CARRY8": _carry,
    "FDRE": _flip_flop,
    "FDSE": _flip_flop,
    "SRL16E": _shift_register,
    "SRLC16E": _shift_register,
    "SRLC32E": _shift_register,
    "DSP48E1": _dsp,
    "DSP48E2": _dsp,
    "GND": _constant,
    "VCC": _constant,
}


def _pin(cell: Cell, port: str, default: int = ZERO) -> int:
    bits = cell.pins.get(port)
    return default if not bits else _number(bits[0])


def _output(cell: Cell, port: str) -> int:
    return _pin(cell, port, UNCONNECTED)


def _bus(cell: Cell, port: str, width: int) -> tuple[int, ...]:
    """Return the nets of a port, as wide as asked for."""
    bits: Sequence[int | str] = cell.pins.get(port, ())
    return (*map(_number, bits[:width]), *(UNCONNECTED,) * (width - len(bits)))


def _number(bit: int | str) -> int:
    if isinstance(bit, str):
        msg = f"net {bit!r} was not numbered"
        raise ReportError(msg)
    return bit


def _bit(letter: str) -> bool | None:
    return None if letter in "xz" else letter == "1"


def _refuse_inverted(cell: Cell) -> None:
    for name, value in cell.parameters.items():
        if name.startswith("IS_") and name.endswith("_INVERTED") and "1" in value:
            _refuse(cell, name)


def _refuse(cell: Cell, what: str) -> None:
    msg = f"the netlist simulator does not know {cell.kind} with {what} (cell {cell.name})"
    raise ReportError(msg)
