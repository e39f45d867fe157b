"""Small RTL projects written by hand, right and wrong in one known way each."""

from dataclasses import replace

import numpy as np

from codesign.design.codec import to_json
from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.digest import digest
from codesign.design.hardware import Backend, RtlLanguage
from codesign.design.layers import Activation, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.project import FirmwareProject
from codesign.design.rtl import RTL_FILE, RtlDesign, RtlModule, RtlPort
from codesign.firmware import files_digest

INPUT = Precision.from_text("fixed<6,3>")
SUM = Precision.from_text("fixed<14,8>")
WEIGHTS = np.array([[3, -7], [-16, 5], [15, 11]])
BIAS = np.array([20, -31])

_TOP = """\
module {top} (
    input wire clk, input wire rst, input wire in_valid, output wire in_ready,
    input wire [17:0] x, output wire out_valid, output wire [27:0] y
);
    wire signed [5:0] x0 = x[5:0], x1 = x[11:6], x2 = x[17:12];
    wire signed [13:0] y0 = {y0};
    wire signed [13:0] y1 = {y1};
    reg [{last}:0] valid;
    reg [27:0] stage [0:{last}];
    reg [7:0] phase;
    integer i;
    assign in_ready = {ready};
    wire taken = in_valid && in_ready;
    always @(posedge clk) begin
        valid[0] <= taken;
        stage[0] <= {{y1, y0}};
        for (i = 1; i <= {last}; i = i + 1) begin
            valid[i] <= valid[i - 1];
            stage[i] <= stage[i - 1];
        end
        phase <= (taken || phase != 0) ? (phase == {interval} - 1 ? 0 : phase + 1) : 0;
        if (rst) begin
            {on_reset}
        end
    end
    assign out_valid = {out_valid};
    assign y = {out};
endmodule
"""


def dense_network(*, name="linear"):
    """Return y = W x + b, 3 to 2, in the formats of the hand-written designs."""
    layer = Dense(
        name="y",
        inputs=("x",),
        shape=(2,),
        precision=SUM,
        kernel=Constant(values=WEIGHTS, precision=Precision.from_text("fixed<5,2>")),
        bias=Constant(values=BIAS, precision=Precision.from_text("fixed<8,2>")),
        accumulator=SUM,
    )
    source = NetworkInput(name="x", shape=(3,), precision=INPUT)
    return QuantizedNetwork(name=name, inputs=(source,), layers=(layer,), outputs=("y",))


def top_source(*, top="linear", latency=3, interval=1, **faults):
    """Return the Verilog of the network; ``faults`` replace parts of it."""
    sums = [
        " + ".join([f"({int(w)}) * x{i}" for i, w in enumerate(column)] + [f"({int(bias)})"])
        for column, bias in zip(WEIGHTS.T, BIAS, strict=True)
    ]
    parts = {
        "top": top,
        "last": latency - 1,
        "interval": interval,
        "y0": sums[0],
        "y1": sums[1],
        "ready": "phase == 0",
        "on_reset": "valid <= 0; phase <= 0;",
        "out_valid": f"valid[{latency - 1}]",
        "out": f"stage[{latency - 1}]",
    }
    return _TOP.format(**(parts | faults))


def port(name, precision, elements, beats=1):
    return RtlPort(
        name=name,
        width=precision.width,
        signed=precision.signed,
        elements=elements,
        beats=beats,
    )


def design_of(network, *, latency=3, interval=1, sources=("rtl/top.v",)):
    """Return the record of a design whose every tensor is one beat."""
    ports = {
        node.name: port(node.name, node.precision, int(np.prod(node.shape)))
        for node in (*network.inputs, *network.layers)
    }
    module = RtlModule(
        name="core",
        layers=tuple(layer.name for layer in network.layers),
        kind="adder_graph",
        latency_cycles=latency,
        initiation_interval=interval,
    )
    return RtlDesign(
        top=network.name,
        language=RtlLanguage.VERILOG,
        sources=sources,
        inputs=tuple(ports[node.name] for node in network.inputs),
        outputs=tuple(ports[name] for name in network.outputs),
        modules=(module,),
        period_ns=5.0,
        latency_cycles=latency,
        initiation_interval=interval,
    )


def write_project(folder, network, design, text):
    """Write a project of one source and return its record."""
    path = folder / design.sources[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    (folder / RTL_FILE).write_text(to_json(design), encoding="utf-8")
    return FirmwareProject(
        path=str(folder),
        backend=Backend.RTL,
        top=design.top,
        network_digest=digest(network),
        digest=files_digest(folder),
        tool_versions=(("codesign", "0"),),
    )


def linear_project(folder, *, latency=3, interval=1, scheduled=None, **faults):
    """Return the network and its project; ``scheduled`` replaces fields of the schedule."""
    network = dense_network()
    design = replace(design_of(network, latency=latency, interval=interval), **(scheduled or {}))
    text = top_source(latency=latency, interval=interval, **faults)
    return network, write_project(folder, network, design, text)


def linear_events(count, *, seed=0):
    """Return hardware integers over the whole range of the input, its ends among them."""
    rng = np.random.default_rng(seed)
    events = rng.integers(INPUT.min_hw, INPUT.max_hw, (count, 3), endpoint=True)
    events[0], events[-1] = INPUT.min_hw, INPUT.max_hw
    return events


_STREAM = """\
module passing (
    input wire clk, input wire rst, input wire in_valid, output wire in_ready,
    input wire [17:0] x, output wire out_valid, output wire [17:0] y
);
    reg [2:0] valid;
    reg [17:0] stage [0:2];
    reg busy;
    assign in_ready = ~busy;
    always @(posedge clk) begin
        valid <= {{valid[1:0], in_valid & in_ready}};
        stage[0] <= x;
        stage[1] <= stage[0];
        stage[2] <= stage[1];
        busy <= in_valid & in_ready;
        if (rst) begin
            {on_reset}
        end
    end
    assign out_valid = valid[2];
    assign y = stage[{last}];
endmodule
"""


def stream_project(folder, *, last=2, on_reset="valid <= 0; busy <= 0;", scheduled=None):
    """Return a network of 4 pixels of 3 channels that pass unchanged, and its streamed project."""
    source = NetworkInput(name="x", shape=(2, 2, 3), precision=INPUT)
    layer = Activation(
        name="y", inputs=("x",), shape=(2, 2, 3), precision=INPUT, function=Function.LINEAR
    )
    network = QuantizedNetwork(name="passing", inputs=(source,), layers=(layer,), outputs=("y",))
    design = replace(
        design_of(network, latency=3, interval=8),
        inputs=(port("x", INPUT, 3, beats=4),),
        outputs=(port("y", INPUT, 3, beats=4),),
        **(scheduled or {}),
    )
    text = _STREAM.format(last=last, on_reset=on_reset)
    return network, write_project(folder, network, design, text)


_CHAIN = """\
module half{number} (
    input wire clk, input wire rst, input wire in_valid,
    input wire [17:0] x, output wire out_valid, output wire [17:0] y
);
    reg valid;
    reg [17:0] data;
    always @(posedge clk) begin
        valid <= in_valid & ~rst;
        data <= x;
    end
    assign out_valid = valid;
    assign y = data{fault};
endmodule
"""
_CHAIN_TOP = """\
module chain (
    input wire clk, input wire rst, input wire in_valid, output wire in_ready,
    input wire [17:0] x, output wire out_valid, output wire [17:0] c
);
    wire [17:0] a, b;
    wire va, vb;
    assign in_ready = 1'b1;
    half0 u_half0 (.clk(clk), .rst(rst), .in_valid(in_valid), .x(x), .out_valid(va), .y(a));
    half1 u_half1 (.clk(clk), .rst(rst), .in_valid(va), .x(a), .out_valid(vb), .y(b));
    half2 u_half2 (.clk(clk), .rst(rst), .in_valid(vb), .x(b), .out_valid(out_valid), .y(c));
endmodule
"""


def chain_project(folder, *, wrong=None):
    """Return three layers that pass their input, a module each; one of them may be wrong."""
    shape, layers, before = (3,), [], "x"
    for name in "abc":
        layers.append(
            Activation(
                name=name, inputs=(before,), shape=shape, precision=INPUT, function=Function.LINEAR
            )
        )
        before = name
    source = NetworkInput(name="x", shape=shape, precision=INPUT)
    network = QuantizedNetwork(name="chain", inputs=(source,), layers=tuple(layers), outputs=("c",))
    modules = tuple(
        RtlModule(
            name=f"half{number}",
            layers=(layer.name,),
            kind="adder_graph",
            first_cycle=number,
            latency_cycles=1,
            initiation_interval=1,
        )
        for number, layer in enumerate(layers)
    )
    design = replace(design_of(network, latency=3), modules=modules)
    texts = [
        _CHAIN.format(number=number, fault=" ^ 18'd64" if number == wrong else "")
        for number in range(3)
    ]
    return network, write_project(folder, network, design, "".join([*texts, _CHAIN_TOP]))
