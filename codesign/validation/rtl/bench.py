"""The module around the design that every simulator drives: one bus in, one bus out.

It takes the names of the design's ports away from the simulators: a harness of fixed names drives
any design, whatever its tensors are called. Each port starts at a multiple of 32 bits of the bus.
Probes look at tensors inside of the design, delayed so that all of an event come out at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from codesign.design.rtl import RtlDesign, RtlPort
from codesign.validation.rtl.buses import WORD, words_of

BENCH = "codesign_bench"

_VERILOG = """\
module {bench} (
    input wire clk,
    input wire rst,
    input wire in_valid,
    input wire [{input_top}:0] data,
    output wire in_ready,
    output wire out_valid,
    output wire [{output_top}:0] result
);
{wiring}
    {top} design_under_test (
        .clk(clk),
        .rst(rst),
        .in_valid(in_valid),
        .in_ready(in_ready),
        .out_valid(out_valid),
{ports}
    );
endmodule
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A bus inside of the design.

    Attributes:
        signal: Its name as seen from the design's top module.
        port: What it carries.
        delay_cycles: Until the results of the same event.
    """

    signal: str
    port: RtlPort
    delay_cycles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A design and what is looked at inside of it.

    Attributes:
        design: The design.
        probes: Buses that come out beside its outputs.
    """

    design: RtlDesign
    probes: tuple[Probe, ...] = ()

    @property
    def outputs(self) -> tuple[RtlPort, ...]:
        """The ports whose words are in a result, in order."""
        return (*self.design.outputs, *(probe.port for probe in self.probes))

    @property
    def input_words(self) -> int:
        """The words of the bus that goes in."""
        return sum(words_of(port.bits) for port in self.design.inputs)

    @property
    def output_words(self) -> int:
        """The words of the bus that comes out."""
        return sum(words_of(port.bits) for port in self.outputs)


def bench_source(bench: Bench) -> str:
    """Return the Verilog text of the module."""
    design = bench.design
    wiring, connections = [], []
    for port, start in places(design.inputs):
        connections.append(f"        .{port.name}(data[{start + port.bits - 1}:{start}])")
    for index, (port, start) in enumerate(places(bench.outputs)):
        stop = start + port.bits
        bits = f"result[{stop - 1}:{start}]"
        if index < len(design.outputs):
            connections.append(f"        .{port.name}({bits})")
        else:
            wiring += _probe(bench.probes[index - len(design.outputs)], index, bits)
        unused = words_of(port.bits) * WORD - port.bits
        if unused:
            wiring.append(f"    assign result[{stop + unused - 1}:{stop}] = {unused}'d0;")
    return _VERILOG.format(
        bench=BENCH,
        top=design.top,
        input_top=bench.input_words * WORD - 1,
        output_top=bench.output_words * WORD - 1,
        wiring="\n".join(wiring),
        ports=",\n".join(connections),
    )


def places(ports: Sequence[RtlPort]) -> list[tuple[RtlPort, int]]:
    """Return each port with the bit of the bus where it starts."""
    placed = []
    start = 0
    for port in ports:
        placed.append((port, start))
        start += words_of(port.bits) * WORD
    return placed


def _probe(probe: Probe, index: int, bits: str) -> list[str]:
    """Return what brings a bus out, delayed."""
    signal, last = f"design_under_test.{probe.signal}", probe.delay_cycles - 1
    if last < 0:
        return [f"    assign {bits} = {signal};"]
    name = f"probe_{index}"
    return [
        f"    reg [{probe.port.bits - 1}:0] {name} [0:{last}];",
        f"    integer step_{index};",
        "    always @(posedge clk) begin",
        f"        {name}[0] <= {signal};",
        f"        for (step_{index} = 1; step_{index} <= {last}; step_{index} = step_{index} + 1)",
        f"            {name}[step_{index}] <= {name}[step_{index} - 1];",
        "    end",
        f"    assign {bits} = {name}[{last}];",
    ]
