"""Small projects on disk for the vendor's tools: RTL by hand, HLS by hand."""

import json
from pathlib import Path

from codesign.design.codec import encode, to_json
from codesign.design.hardware import Backend, Clock, HardwareConfig, RtlLanguage
from codesign.design.project import FirmwareProject
from codesign.design.rtl import RTL_FILE, RtlDesign, RtlPort
from codesign.firmware import files_digest

VERILOG = "module counter(input wire clk, output reg q); always @(posedge clk) q <= ~q; endmodule\n"


def hardware(backend=Backend.RTL, *, device="vu9p", period_ns=5.0):
    """Return what the projects are generated for."""
    return HardwareConfig(device=device, clock=Clock(period_ns=period_ns), backend=backend)


def rtl_project(folder: Path, *, sources=("src/counter.v",), top="counter", asked=None):
    """Write an RTL project and return it."""
    asked = asked or hardware()
    for name in sources:
        _write(folder / name, VERILOG)
    port = RtlPort(name="x", width=6, signed=True, elements=4)
    design = RtlDesign(
        top=top,
        language=RtlLanguage.VERILOG,
        sources=tuple(sources),
        inputs=(port,),
        outputs=(port,),
        modules=(),
        period_ns=asked.clock.period_ns,
        latency_cycles=3,
        initiation_interval=1,
    )
    _write(folder / RTL_FILE, to_json(design))
    return _finish(folder, top, asked)


def hls_project(folder: Path, *, top="tagger", asked=None):
    """Write the files that a vendor's tool reads of a project of hls4ml, and return it."""
    _write(folder / "firmware" / f"{top}.cpp", f"void {top}(int x[1], int y[1]) {{ y[0] = x[0]; }}")
    _write(folder / "firmware" / "weights" / "w2.h", "// none\n")
    _write(folder / f"{top}_test.cpp", "int main() { return 0; }\n")
    return _finish(folder, top, asked or hardware(Backend.VITIS))


def _finish(folder, top, asked):
    manifest = {"backend": asked.backend.value, "top": top, "hardware": encode(asked)}
    _write(folder / "codesign.json", json.dumps(manifest))
    return FirmwareProject(
        path=str(folder),
        backend=asked.backend,
        top=top,
        network_digest="0" * 64,
        digest=files_digest(folder),
        tool_versions=(("codesign", "0.1.0"),),
    )


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
