"""Plain VHDL-93 with numeric_std: nothing of a vendor."""

from codesign.firmware.rtl.vhdl.axis import vhdl_axis
from codesign.firmware.rtl.vhdl.delay import vhdl_delay
from codesign.firmware.rtl.vhdl.graph import vhdl_graph
from codesign.firmware.rtl.vhdl.top import vhdl_top

__all__ = ["vhdl_axis", "vhdl_delay", "vhdl_graph", "vhdl_top"]
