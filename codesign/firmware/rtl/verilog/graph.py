"""The module of an adder graph in Verilog."""

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

_INFIX = {
    Operator.ADD: "+",
    Operator.SUBTRACT: "-",
    Operator.AND: "&",
    Operator.OR: "|",
    Operator.XOR: "^",
}
_PREFIX = {
    Operator.COPY: "",
    Operator.NEGATE: "-",
    Operator.NOT: "~",
    Operator.ANY: "|",
    Operator.ALL: "&",
}


def verilog_graph(
    name: str, netlist: Netlist, inputs: tuple[Bus, ...], output: Bus, header: str
) -> str:
    """Return the source of a module with the ports of :mod:`codesign.firmware.rtl.module`."""
    latency = len(netlist.registers)
    lines = [header, f"module {name} ("]
    ports = [
        "input  wire clk",
        "input  wire rst",
        "input  wire in_valid",
        *(f"input  wire [{bus.bits - 1}:0] {bus.name}" for bus in inputs),
        "output wire out_valid",
        f"output wire [{output.bits - 1}:0] {output.name}",
    ]
    lines += [",\n".join(f"  {port}" for port in ports), ");", *_valid(latency), ""]
    for table in netlist.tables:
        lines += [*_table(table), ""]
    for stage, wires in enumerate(netlist.stages):
        lines += [f"  // stage {stage}", *map(_wire, wires)]
        if stage < latency and netlist.registers[stage]:
            registers = netlist.registers[stage]
            lines += [f"  reg [{each.width - 1}:0] {each.name};" for each in registers]
            lines += ["  always @(posedge clk) begin"]
            lines += [f"    {each.name} <= {each.source};" for each in registers]
            lines += ["  end"]
        lines.append("")
    elements = reversed([_field(field) for field in netlist.outputs])
    lines += [
        f"  assign {output.name} = {{",
        ",\n".join(f"    {each}" for each in elements),
        "  };",
    ]
    return "\n".join([*lines, "endmodule", ""])


def _valid(latency: int) -> Iterator[str]:
    if not latency:
        yield "  assign out_valid = in_valid;"
        return
    shifted = "in_valid" if latency == 1 else f"{{valid[{latency - 2}:0], in_valid}}"
    yield f"  reg [{latency - 1}:0] valid;"
    yield f"  always @(posedge clk) valid <= rst ? {latency}'b0 : {shifted};"
    yield f"  assign out_valid = valid[{latency - 1}];"


def _table(table: LookUpTable) -> Iterator[str]:
    address, width = table.address_bits, table.width
    yield f"  function [{width - 1}:0] {table.name};"
    yield f"    input [{address - 1}:0] at;"
    yield "    case (at)"
    for index, entry in enumerate(table.entries):
        yield f"      {address}'d{index}: {table.name} = {width}'d{entry};"
    yield f"      default: {table.name} = {width}'d0;"
    yield "    endcase"
    yield "  endfunction"


def _wire(wire: Wire) -> str:
    value = _expression(wire)
    if wire.operator is Operator.MULTIPLY:
        return _product(wire)
    if wire.low:
        top = wire.width - 1
        cut = field_width(wire.low)
        return (
            f"  wire [{top}:0] {wire.name};\n"
            f"  assign {wire.name}[{top}:{cut}] = {value};\n"
            f"  assign {wire.name}[{cut - 1}:0] = {_field(wire.low)};"
        )
    return f"  wire [{wire.width - 1}:0] {wire.name} = {value};"


def _product(wire: Wire) -> str:
    first, second = (f"$signed({_field(field)})" for field in wire.operands)
    return f"  wire signed [{wire.width - 1}:0] {wire.name} = {first} * {second};"


def _expression(wire: Wire) -> str:
    fields = [_field(field) for field in wire.operands]
    operator = wire.operator
    match operator:
        case Operator.CONSTANT:
            return f"{wire.width}'d{wire.number}"
        case Operator.ADD if wire.number is not None:
            return f"{fields[0]} + {wire.width - field_width(wire.low)}'d{wire.number}"
        case Operator.ADD | Operator.SUBTRACT | Operator.AND | Operator.OR | Operator.XOR:
            return f"{fields[0]} {_INFIX[operator]} {fields[1]}"
        case Operator.CHOOSE:
            return f"{fields[0]} ? {fields[1]} : {fields[2]}"
        case Operator.CLEAR:
            return f"{fields[0]} ? {wire.width}'d0 : {fields[1]}"
        case Operator.LOOK_UP if wire.table is not None:
            return f"{wire.table.name}({fields[0]})"
        case Operator.MULTIPLY:
            return ""
        case _:
            return f"{_PREFIX[operator]}{fields[0]}"


def _field(field: Field) -> str:
    if len(field) == 1:
        return _piece(field[0])
    return f"{{{', '.join(map(_piece, field))}}}"


def _piece(piece: Piece) -> str:
    match piece:
        case Zeros(count=count):
            return f"{count}'d0"
        case Bits(wire=wire, high=high, low=low):
            return f"{wire}[{high}]" if high == low else f"{wire}[{high}:{low}]"
        case _:
            bit = f"{piece.wire}[{piece.bit}]"
            return bit if piece.count == 1 else f"{{{piece.count}{{{bit}}}}}"
