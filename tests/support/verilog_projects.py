"""RTL projects of hand-written Verilog, so small that their primitives are known."""

from pathlib import Path

from codesign.design.codec import to_json
from codesign.design.hardware import Backend, RtlLanguage
from codesign.design.project import FirmwareProject
from codesign.design.rtl import RTL_FILE, RtlDesign, RtlModule, RtlPort

WIDTH = 8
"""Of the operands."""

ADDER = """module adder (
  input wire clk, input wire rst, input wire in_valid,
  input wire [7:0] a, input wire [7:0] b, output wire out_valid, output reg [8:0] y
);
  reg valid;
  always @(posedge clk) begin
    valid <= in_valid & ~rst;
    y <= {a[7], a} + {b[7], b};
  end
  assign out_valid = valid;
endmodule
"""
PRODUCT = """(* use_dsp = "CHOICE" *)
module mul_once (
  input wire signed [7:0] a, input wire signed [7:0] b, output wire signed [15:0] p
);
  assign p = a * b;
endmodule

module product (
  input wire clk, input wire rst, input wire in_valid,
  input wire [7:0] a, input wire [7:0] b, output wire out_valid, output reg [15:0] y
);
  wire [15:0] p;
  mul_once only (.a(a), .b(b), .p(p));
  reg valid;
  always @(posedge clk) begin
    valid <= in_valid & ~rst;
    y <= p;
  end
  assign out_valid = valid;
endmodule
"""
TOP = """module tiny (
  input wire clk, input wire rst, input wire in_valid, output wire in_ready,
  input wire [7:0] a, input wire [7:0] b, output wire out_valid, output wire [BITS:0] y
);
  assign in_ready = ~rst;
  MODULE u_only (
    .clk(clk), .rst(rst), .in_valid(in_valid & in_ready), .a(a), .b(b),
    .out_valid(out_valid), .y(y)
  );
endmodule
"""


def adder_project(folder: Path, *, cost: float = 8.0, text: str = ADDER) -> FirmwareProject:
    """Write a design that adds two numbers of eight bits."""
    return _write(folder, "adder", text, bits=9, kind="adder_graph", cost=cost)


def product_project(folder: Path, *, use_dsp: str) -> FirmwareProject:
    """Write a design that multiplies two numbers of eight bits."""
    text = PRODUCT.replace("CHOICE", use_dsp)
    return _write(folder, "product", text, bits=16, kind="engine")


def _write(
    folder: Path, module: str, text: str, *, bits: int, kind: str, cost: float = 0.0
) -> FirmwareProject:
    sources = folder / "src"
    sources.mkdir(parents=True)
    top = TOP.replace("BITS", str(bits - 1)).replace("MODULE", module)
    (sources / f"{module}.v").write_text(text, encoding="utf-8")
    (sources / "tiny.v").write_text(top, encoding="utf-8")
    made = RtlModule(
        name=module,
        layers=("sum",),
        kind=kind,
        cost=cost,
        multiplications=int(kind == "engine"),
        latency_cycles=1,
        initiation_interval=1,
    )
    write_design(folder, design(bits=bits, modules=(made,), names=(module, "tiny")))
    return FirmwareProject(
        path=str(folder),
        backend=Backend.RTL,
        top="tiny",
        network_digest="0" * 64,
        digest="0" * 64,
        tool_versions=(),
    )


def design(
    *, bits: int = 9, modules: tuple[RtlModule, ...] = (), names: tuple[str, ...] = ("tiny",)
) -> RtlDesign:
    """Return the record of a design of two operands."""
    ports = tuple(RtlPort(name=name, width=WIDTH, signed=True, elements=1) for name in "ab")
    return RtlDesign(
        top="tiny",
        language=RtlLanguage.VERILOG,
        sources=tuple(f"src/{name}.v" for name in names),
        inputs=ports,
        outputs=(RtlPort(name="y", width=bits, signed=True, elements=1),),
        modules=modules,
        period_ns=5.0,
        latency_cycles=1,
        initiation_interval=1,
    )


def write_design(folder: Path, record: RtlDesign) -> None:
    """Write the record of a design."""
    (folder / RTL_FILE).write_text(to_json(record), encoding="utf-8")
