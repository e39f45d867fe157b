"""A delay line in Verilog."""

from codesign.firmware.rtl.module import Bus


def verilog_delay(name: str, bus: Bus, cycles: int, header: str) -> str:
    """Return the source of a module that delays a bus by one cycle or more."""
    last = cycles - 1
    registers = "\n".join(f"  reg [{bus.bits - 1}:0] data_{stage};" for stage in range(cycles))
    steps = "\n".join(
        f"    data_{stage} <= {f'data_{stage - 1}' if stage else bus.name};"
        for stage in range(cycles)
    )
    shifted = "in_valid" if cycles == 1 else f"{{valid[{last - 1}:0], in_valid}}"
    return f"""{header}
module {name} (
  input  wire clk,
  input  wire rst,
  input  wire in_valid,
  input  wire [{bus.bits - 1}:0] {bus.name},
  output wire out_valid,
  output wire [{bus.bits - 1}:0] y
);
  reg [{last}:0] valid;
{registers}
  always @(posedge clk) begin
    valid <= rst ? {cycles}'b0 : {shifted};
{steps}
  end
  assign out_valid = valid[{last}];
  assign y = data_{last};
endmodule
"""
