"""Plain Verilog-2001: no parameters, no attributes, nothing of a vendor."""

from codesign.firmware.rtl.verilog.axis import verilog_axis
from codesign.firmware.rtl.verilog.delay import verilog_delay
from codesign.firmware.rtl.verilog.graph import verilog_graph
from codesign.firmware.rtl.verilog.top import verilog_top

__all__ = ["verilog_axis", "verilog_delay", "verilog_graph", "verilog_top"]
