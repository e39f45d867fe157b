"""The top module in Verilog: ports by the protocol of :mod:`codesign.design.rtl`."""

from codesign.firmware.rtl.project import VERSION_BITS, Placed, Project, Wires


def verilog_top(project: Project, header: str) -> str:
    """Return the source of the top module."""
    wires = project.wires()
    ports = [
        "input  wire clk",
        "input  wire rst",
        "input  wire in_valid",
        "output wire in_ready",
        *(f"input  wire [{port.bits - 1}:0] {port.name}" for port in project.inputs),
        "output wire out_valid",
        *(f"output wire [{port.bits - 1}:0] {port.name}" for port in project.outputs),
        f"output wire [{VERSION_BITS - 1}:0] version",
    ]
    lines = [
        header,
        f"module {project.top} (",
        ",\n".join(f"  {port}" for port in ports),
        ");",
        f"  assign version = {VERSION_BITS}'h{project.version:08x};",
        *_ready(project, wires),
        "",
    ]
    for placed in project.placed:
        lines += _instance(placed, wires)
    for signal, port in zip(project.signals, project.outputs, strict=True):
        lines.append(f"  assign {port.name} = {wires.data[signal]};")
    lines.append(f"  assign out_valid = {wires.valid[project.signals[0]]};")
    return "\n".join([*lines, "endmodule", ""])


def _ready(project: Project, wires: Wires) -> list[str]:
    left, bits = wires.cycles_left, project.counter_bits
    if project.pace == 1:
        return ["  assign in_ready = ~rst;", f"  wire {wires.accepted} = in_valid & in_ready;"]
    return [
        f"  reg [{bits - 1}:0] {left};",
        f"  assign in_ready = ({left} == {bits}'d0) & ~rst;",
        f"  wire {wires.accepted} = in_valid & in_ready;",
        "  always @(posedge clk) begin",
        f"    if (rst) {left} <= {bits}'d0;",
        f"    else if ({wires.accepted}) {left} <= {bits}'d{project.pace - 1};",
        f"    else if ({left} != {bits}'d0) {left} <= {left} - {bits}'d1;",
        "  end",
    ]


def _instance(placed: Placed, wires: Wires) -> list[str]:
    module = placed.module
    data, valid = wires.data[placed.signal], wires.valid[placed.signal]
    connections = [
        ".clk(clk)",
        ".rst(rst)",
        f".in_valid({wires.valid[placed.sources[0]]})",
        *(
            f".{bus.name}({wires.data[source]})"
            for bus, source in zip(module.inputs, placed.sources, strict=True)
        ),
        f".out_valid({valid})",
        f".{module.output.name}({data})",
    ]
    end = placed.first_cycle + module.latency_cycles
    return [
        f"  // cycle {placed.first_cycle} to {end}",
        f"  wire [{module.output.bits - 1}:0] {data};",
        f"  wire {valid};",
        f"  {module.name} u_{module.name} (",
        ",\n".join(f"    {connection}" for connection in connections),
        "  );",
        "",
    ]
