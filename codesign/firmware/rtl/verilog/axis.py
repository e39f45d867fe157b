"""AXI-stream around a design, in Verilog."""

from codesign.firmware.rtl.project import Project, stream_bits, stream_places


def verilog_axis(project: Project, header: str) -> str:
    """Return the source of the wrapper.

    Results wait in a memory until they are taken. An event goes in only while the memory has a
    place for its result (a credit), so that nothing is lost however long the reader waits.
    """
    wide_in, wide_out = stream_bits(project.inputs), stream_bits(project.outputs)
    bits = sum(port.bits for port in project.outputs)
    address = project.address_bits
    places = 1 << address
    ports = [
        *(
            f"    .{port.name}(s_axis_tdata[{at + port.bits - 1}:{at}]),"
            for port, at in stream_places(project.inputs)
        ),
        *(
            f"    .{port.name}(result[{at + port.bits - 1}:{at}]),"
            for port, at in stream_places(project.outputs)
        ),
    ]
    padding = f"{{{wide_out - bits}'d0, memory[read]}}" if wide_out > bits else "memory[read]"
    connections = "\n".join(ports)
    return f"""{header}
// AXI-stream: an event a beat; results wait in a memory of {places} places until they are taken.
module {project.wrapper} (
  input  wire aclk,
  input  wire aresetn,
  input  wire s_axis_tvalid,
  output wire s_axis_tready,
  input  wire [{wide_in - 1}:0] s_axis_tdata,
  input  wire s_axis_tlast,
  output wire m_axis_tvalid,
  input  wire m_axis_tready,
  output wire [{wide_out - 1}:0] m_axis_tdata,
  output wire m_axis_tlast
);
  wire rst = ~aresetn;
  wire ready;
  wire done;
  wire [{bits - 1}:0] result;
  reg [{bits - 1}:0] memory [0:{places - 1}];
  reg last [0:{places - 1}];
  reg [{address - 1}:0] enter;   // the place of the next event
  reg [{address - 1}:0] write;   // of the next result
  reg [{address - 1}:0] read;    // of the next result to be taken
  reg [{address}:0] owed;    // events that went in and were not taken yet
  reg [{address}:0] stored;  // results in the memory

  wire credit = owed != {address + 1}'d{places};
  wire accept = s_axis_tvalid & credit & ready;
  wire take = m_axis_tvalid & m_axis_tready;
  assign s_axis_tready = ready & credit;
  assign m_axis_tvalid = stored != {address + 1}'d0;
  assign m_axis_tdata = {padding};
  assign m_axis_tlast = last[read];

  always @(posedge aclk) begin
    if (accept) last[enter] <= s_axis_tlast;
    if (done) memory[write] <= result;
    if (rst) begin
      enter <= {address}'d0;
      write <= {address}'d0;
      read <= {address}'d0;
      owed <= {address + 1}'d0;
      stored <= {address + 1}'d0;
    end else begin
      if (accept) enter <= enter + {address}'d1;
      if (done) write <= write + {address}'d1;
      if (take) read <= read + {address}'d1;
      if (accept & ~take) owed <= owed + {address + 1}'d1;
      if (take & ~accept) owed <= owed - {address + 1}'d1;
      if (done & ~take) stored <= stored + {address + 1}'d1;
      if (take & ~done) stored <= stored - {address + 1}'d1;
    end
  end

  {project.top} u_{project.top} (
    .clk(aclk),
    .rst(rst),
    .in_valid(s_axis_tvalid & credit),
    .in_ready(ready),
{connections}
    .out_valid(done),
    .version()
  );
endmodule
"""
