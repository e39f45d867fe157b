"""The module of an adder graph in VHDL."""

from collections.abc import Iterator

from codesign.firmware.rtl.module import Bus
from codesign.firmware.rtl.netlist import (
    Bits,
    Field,
    LookUpTable,
    Netlist,
    Operator,
    Piece,
    Wire,
    Zeros,
    field_width,
)
from codesign.firmware.rtl.vhdl.entity import LIBRARIES, Port, entity

_WORDS = {
    Operator.ADD: "+",
    Operator.SUBTRACT: "-",
    Operator.AND: "and",
    Operator.OR: "or",
    Operator.XOR: "xor",
}
_UNARY = {
    Operator.COPY: "{}",
    Operator.NEGATE: "not {} + 1",
    Operator.NOT: "not {}",
    Operator.ANY: '"0" when {} = 0 else "1"',
    Operator.ALL: '"1" when (not {}) = 0 else "0"',
}


def vhdl_graph(
    name: str, netlist: Netlist, inputs: tuple[Bus, ...], output: Bus, header: str
) -> str:
    """Return the source of a module with the ports of :mod:`codesign.firmware.rtl.module`."""
    latency = len(netlist.registers)
    ports = [
        Port("clk", "in"),
        Port("rst", "in"),
        Port("in_valid", "in"),
        *(Port(bus.name, "in", bus.bits) for bus in inputs),
        Port("out_valid", "out"),
        Port(output.name, "out", output.bits),
    ]
    declared = [line for table in netlist.tables for line in _table(table)]
    declared += [_signal(f"n_{bus.name}", bus.bits) for bus in inputs]
    declared += [_signal(wire.name, wire.width) for wires in netlist.stages for wire in wires]
    declared += [_signal(each.name, each.width) for stage in netlist.registers for each in stage]
    if latency:
        declared.append(_signal("valid", latency))
    body = [f"  n_{bus.name} <= unsigned({bus.name});" for bus in inputs]
    body += [*_valid(latency), ""]
    for stage, wires in enumerate(netlist.stages):
        body += [f"  -- stage {stage}", *map(_wire, wires)]
        if stage < latency and netlist.registers[stage]:
            copies = [f"{each.name} <= {each.source};" for each in netlist.registers[stage]]
            body += clocked(copies)
        body.append("")
    at = 0
    for field in netlist.outputs:
        width = field_width(field)
        body.append(
            f"  {output.name}({at + width - 1} downto {at}) <= std_logic_vector({_field(field)});"
        )
        at += width
    return "\n".join([header, LIBRARIES, *entity(name, ports, declared, body), ""])


def clocked(statements: list[str]) -> Iterator[str]:
    """Yield a process that runs statements at each clock edge."""
    yield "  process (clk) begin"
    yield "    if rising_edge(clk) then"
    yield from (f"      {statement}" for statement in statements)
    yield "    end if;"
    yield "  end process;"


def valid_steps(latency: int) -> list[str]:
    """Return the statements that shift a valid along, cleared by a reset."""
    shifted = "in_valid" if latency == 1 else f"valid({latency - 2} downto 0) & in_valid"
    target = "valid(0)" if latency == 1 else "valid"
    zero = "'0'" if latency == 1 else "(others => '0')"
    return [f"if rst = '1' then {target} <= {zero}; else {target} <= {shifted}; end if;"]


def _valid(latency: int) -> Iterator[str]:
    if not latency:
        yield "  out_valid <= in_valid;"
        return
    yield from clocked(valid_steps(latency))
    yield f"  out_valid <= valid({latency - 1});"


def _signal(name: str, width: int) -> str:
    return f"  signal {name} : unsigned({width - 1} downto 0);"


def _table(table: LookUpTable) -> Iterator[str]:
    last = len(table.entries) - 1
    yield f"  type {table.name}_t is array (0 to {last}) of unsigned({table.width - 1} downto 0);"
    yield f"  constant {table.name} : {table.name}_t := ("
    for index, entry in enumerate(table.entries):
        yield f"    {_literal(entry, table.width)}{',' if index < last else ');'}"


def _wire(wire: Wire) -> str:
    value = _expression(wire)
    if not wire.low:
        return f"  {wire.name} <= {value};"
    cut = field_width(wire.low)
    return (
        f"  {wire.name}({wire.width - 1} downto {cut}) <= {value};\n"
        f"  {wire.name}({cut - 1} downto 0) <= {_field(wire.low)};"
    )


def _expression(wire: Wire) -> str:
    fields = [_field(field) for field in wire.operands]
    operator = wire.operator
    match operator:
        case Operator.CONSTANT:
            return _literal(wire.number or 0, wire.width)
        case Operator.ADD if wire.number is not None:
            width = wire.width - field_width(wire.low)
            return f"{fields[0]} + unsigned'({_literal(wire.number, width)})"
        case Operator.CHOOSE:
            return f"{fields[1]} when {fields[0]} = 1 else {fields[2]}"
        case Operator.CLEAR:
            zero = _literal(0, wire.width)
            return f"{zero} when {fields[0]} = 1 else {fields[1]}"
        case Operator.MULTIPLY:
            product = " * ".join(f"signed({field})" for field in fields)
            return f"resize(unsigned({product}), {wire.width})"
        case Operator.LOOK_UP if wire.table is not None:
            return f"{wire.table.name}(to_integer({fields[0]}))"
        case _ if operator in _WORDS:
            return f"{fields[0]} {_WORDS[operator]} {fields[1]}"
        case _:
            return _UNARY[operator].format(fields[0])


def _literal(number: int, width: int) -> str:
    return f'"{number:0{width}b}"'


def _field(field: Field) -> str:
    if len(field) == 1:
        return _piece(field[0])
    return f"unsigned'({' & '.join(map(_piece, field))})"


def _piece(piece: Piece) -> str:
    match piece:
        case Zeros(count=count):
            return f"unsigned'({_literal(0, count)})"
        case Bits(wire=wire, high=high, low=low):
            prefix = "n_" if wire.startswith("x_") else ""
            return f"{prefix}{wire}({high} downto {low})"
        case _:
            bit = f"{piece.wire}({piece.bit})"
            return f"unsigned'({piece.count - 1} downto 0 => {bit})"
