"""A delay line in VHDL."""

from codesign.firmware.rtl.module import Bus
from codesign.firmware.rtl.vhdl.entity import LIBRARIES, Port, entity
from codesign.firmware.rtl.vhdl.graph import clocked, valid_steps


def vhdl_delay(name: str, bus: Bus, cycles: int, header: str) -> str:
    """Return the source of a module that delays a bus by one cycle or more."""
    ports = [
        Port("clk", "in"),
        Port("rst", "in"),
        Port("in_valid", "in"),
        Port(bus.name, "in", bus.bits),
        Port("out_valid", "out"),
        Port("y", "out", bus.bits),
    ]
    last = cycles - 1
    declared = [f"  signal valid : std_logic_vector({last} downto 0);"]
    declared += [
        f"  signal data_{stage} : std_logic_vector({bus.bits - 1} downto 0);"
        for stage in range(cycles)
    ]
    steps = [
        f"data_{stage} <= {f'data_{stage - 1}' if stage else bus.name};" for stage in range(cycles)
    ]
    body = [
        *clocked([*valid_steps(cycles), *steps]),
        f"  out_valid <= valid({last});",
        f"  y <= data_{last};",
    ]
    return "\n".join([header, LIBRARIES, *entity(name, ports, declared, body), ""])
