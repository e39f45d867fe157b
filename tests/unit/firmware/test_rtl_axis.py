"""The AXI-stream wrapper: nothing is lost however long the reader waits."""

import re
from pathlib import Path

import pytest
from joined_networks import whole_range
from kind_networks import Maker

from codesign.design.hardware import Backend, Clock, HardwareConfig, LayerHardware
from codesign.design.layers import Activation, Dense, Function
from codesign.emulator import emulate_outputs
from codesign.errors import ToolNotFoundError
from codesign.firmware import generate
from codesign.toolchain import run
from codesign.toolchain.simulators import find_icarus
from codesign.validation.rtl import read_design

pytest.importorskip("alkaid", reason="the RTL back end needs alkaid (extra rtl)")
pytestmark = pytest.mark.rtl

EVENTS = 120
_BENCH = """
module bench;
  reg clk = 0, aresetn = 0, offered = 0, willing = 0;
  reg [{wide_in}-1:0] events [0:{events}-1];
  wire ready, valid, out_last;
  wire [{wide_out}-1:0] data;
  integer sent = 0, taken = 0, cycles = 0, busy = 0, seed = 1;
  net_axis dut (
    .aclk(clk), .aresetn(aresetn), .s_axis_tvalid(offered), .s_axis_tready(ready),
    .s_axis_tdata(offered ? events[sent] : {wide_in}'dx), .s_axis_tlast(sent % 7 == 3),
    .m_axis_tvalid(valid), .m_axis_tready(willing), .m_axis_tdata(data), .m_axis_tlast(out_last)
  );
  always #5 clk = ~clk;
  initial begin
    $readmemh("events.hex", events);
    repeat (3) @(posedge clk);
    #1 aresetn = 1;
  end
  always @(posedge clk) if (aresetn) begin
    cycles <= cycles + 1;
    if (offered && ready) begin sent <= sent + 1; busy <= busy + 1; end
    if (valid && willing) begin
      $display("%h %b", data, out_last);
      taken <= taken + 1;
    end
    if (taken == {events} || cycles == 20000) begin $display("end %0d", cycles); $finish; end
  end
  always @(negedge clk) if (aresetn) begin
    if (!(offered && !ready)) offered = sent < {events} && {offers};
    willing = {takes};
  end
endmodule
"""
_ALWAYS = "1"
_SOMETIMES = "($random(seed) & 3) == 0"
_LATE = "cycles > 200"


def _network():
    made = Maker((3,))
    made.weighted(Dense, "dense", (3, 2), 2)
    made.add(Activation, "relu", "dense", "ufixed<5,2,RND,SAT>", function=Function.RELU)
    return made.network("net")


def _simulated(folder: Path, *, offers: str, takes: str, factor: int) -> tuple[list[str], int]:
    """Return what comes out of the wrapper, line by line, and how many cycles it took."""
    network = _network()
    hardware = HardwareConfig(
        device="vu13p",
        clock=Clock(period_ns=5.0),
        backend=Backend.RTL,
        layers=(LayerHardware(name="dense", reuse_factor=factor),),
    )
    project = generate(network, hardware, folder / "p")
    values = whole_range(network, events=EVENTS)["x"]
    words = [sum((int(n) & 63) << (6 * i) for i, n in enumerate(event)) for event in values]
    (folder / "events.hex").write_text("\n".join(f"{word:x}" for word in words))
    bench = _BENCH.format(events=EVENTS, wide_in=24, wide_out=16, offers=offers, takes=takes)
    (folder / "bench.v").write_text(bench)
    sources = [str(folder / "p" / source) for source in read_design(project).sources]
    try:
        icarus = find_icarus()
    except ToolNotFoundError as error:
        pytest.skip(str(error))
    log = folder / "log"
    compiled = [icarus.compiler, "-g2005", "-o", "bench.vvp", "bench.v", *sources]
    run(compiled, cwd=folder, log=log, timeout_s=60)
    run([icarus.runner, "bench.vvp"], cwd=folder, log=log, timeout_s=60)
    lines = [line for line in log.read_text().splitlines() if re.match("[0-9a-fx]{4} |end", line)]
    *lines, last = lines
    return lines, int(last.split()[1])


@pytest.mark.parametrize("factor", [1, 3])
@pytest.mark.parametrize("takes", [_ALWAYS, _SOMETIMES, _LATE])
@pytest.mark.parametrize("offers", [_ALWAYS, _SOMETIMES])
def test_every_result_comes_once_in_order_with_its_last(
    tmp_path: Path, offers: str, takes: str, factor: int
) -> None:
    lines, cycles = _simulated(tmp_path, offers=offers, takes=takes, factor=factor)

    network = _network()
    expected = emulate_outputs(network, whole_range(network, events=EVENTS))["relu"]
    words = [int(low) | int(high) << 5 for low, high in expected]
    assert lines == [f"{word:04x} {int(at % 7 == 3)}" for at, word in enumerate(words)]
    if offers == takes == _ALWAYS:
        assert cycles < EVENTS * factor + 40
