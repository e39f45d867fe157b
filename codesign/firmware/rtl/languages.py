"""What writes the sources in each language."""

from collections.abc import Callable
from dataclasses import dataclass

from codesign.design.hardware import RtlLanguage
from codesign.firmware.rtl.module import Bus
from codesign.firmware.rtl.netlist import Netlist
from codesign.firmware.rtl.project import Project
from codesign.firmware.rtl.verilog import verilog_axis, verilog_delay, verilog_graph, verilog_top
from codesign.firmware.rtl.vhdl import vhdl_axis, vhdl_delay, vhdl_graph, vhdl_top


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language of the sources.

    Attributes:
        suffix: Of its files.
        comment: What begins a comment.
        graph: Writes the module of an adder graph: name, netlist, inputs, output, header.
        delay: Writes a delay line: name, its bus, cycles, header.
        top: Writes the top module: project, header.
        axis: Writes the wrapper that speaks AXI-stream: project, header.
    """

    suffix: str
    comment: str
    graph: Callable[[str, Netlist, tuple[Bus, ...], Bus, str], str]
    delay: Callable[[str, Bus, int, str], str]
    top: Callable[[Project, str], str]
    axis: Callable[[Project, str], str]


LANGUAGES = {
    RtlLanguage.VERILOG: Language(
        suffix=".v",
        comment="//",
        graph=verilog_graph,
        delay=verilog_delay,
        top=verilog_top,
        axis=verilog_axis,
    ),
    RtlLanguage.VHDL: Language(
        suffix=".vhd",
        comment="--",
        graph=vhdl_graph,
        delay=vhdl_delay,
        top=vhdl_top,
        axis=vhdl_axis,
    ),
}
