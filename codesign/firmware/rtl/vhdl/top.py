"""The top module in VHDL: ports by the protocol of :mod:`codesign.design.rtl`."""

from codesign.firmware.rtl.project import VERSION_BITS, Placed, Project, Wires
from codesign.firmware.rtl.vhdl.entity import LIBRARIES, Port, entity
from codesign.firmware.rtl.vhdl.graph import clocked


def vhdl_top(project: Project, header: str) -> str:
    """Return the source of the top module."""
    wires = project.wires()
    ports = [
        Port("clk", "in"),
        Port("rst", "in"),
        Port("in_valid", "in"),
        Port("in_ready", "out"),
        *(Port(port.name, "in", port.bits) for port in project.inputs),
        Port("out_valid", "out"),
        *(Port(port.name, "out", port.bits) for port in project.outputs),
        Port("version", "out", VERSION_BITS),
    ]
    ready = f"{wires.accepted}_ready"
    declared = [f"  signal {wires.accepted}, {ready} : std_logic;"]
    for placed in project.placed:
        bits = placed.module.output.bits
        data, valid = wires.data[placed.signal], wires.valid[placed.signal]
        declared.append(f"  signal {data} : std_logic_vector({bits - 1} downto 0);")
        declared.append(f"  signal {valid} : std_logic;")
    body = [
        f'  version <= x"{project.version:08x}";',
        f"  in_ready <= {ready};",
        f"  {wires.accepted} <= in_valid and {ready};",
    ]
    if project.pace == 1:
        body.append(f"  {ready} <= not rst;")
    else:
        declared.append(f"  signal {wires.cycles_left} : natural;")
        body += _counted(project, wires, ready)
    for placed in project.placed:
        body += _instance(placed, wires)
    for signal, port in zip(project.signals, project.outputs, strict=True):
        body.append(f"  {port.name} <= {wires.data[signal]};")
    body.append(f"  out_valid <= {wires.valid[project.signals[0]]};")
    return "\n".join([header, LIBRARIES, *entity(project.top, ports, declared, body), ""])


def _counted(project: Project, wires: Wires, ready: str) -> list[str]:
    left = wires.cycles_left
    return [
        f"  {ready} <= '1' when {left} = 0 and rst = '0' else '0';",
        *clocked(
            [
                f"if rst = '1' then {left} <= 0;",
                f"elsif {wires.accepted} = '1' then {left} <= {project.pace - 1};",
                f"elsif {left} /= 0 then {left} <= {left} - 1;",
                "end if;",
            ]
        ),
    ]


def _instance(placed: Placed, wires: Wires) -> list[str]:
    module = placed.module
    connections = [
        "clk => clk",
        "rst => rst",
        f"in_valid => {wires.valid[placed.sources[0]]}",
        *(
            f"{bus.name} => {wires.data[source]}"
            for bus, source in zip(module.inputs, placed.sources, strict=True)
        ),
        f"out_valid => {wires.valid[placed.signal]}",
        f"{module.output.name} => {wires.data[placed.signal]}",
    ]
    end = placed.first_cycle + module.latency_cycles
    return [
        f"  -- cycle {placed.first_cycle} to {end}",
        f"  u_{module.name} : entity work.{module.name} port map (",
        ",\n".join(f"    {connection}" for connection in connections),
        "  );",
    ]
