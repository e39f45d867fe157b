"""The scripts for Vivado: logic synthesis out of context, then place and route.

Out of context no I/O buffer is put in and no pin is chosen: the block is built as it will sit
inside of a trigger's firmware. Paths from and to its ports have no constraint; those between its
registers have the clock's.
"""

from pathlib import PurePosixPath

from codesign.design.rtl import RtlDesign
from codesign.synthesis.vendor.hls_script import PROJECT, VERILOG
from codesign.synthesis.vendor.plan import (
    REPORTS,
    PlannedCommand,
    PlannedFile,
    PlannedStep,
    Stage,
)
from codesign.synthesis.vendor.source import Source
from codesign.synthesis.vendor.tcl import file_list, number, word

_CLOCK_FILE = "clock.xdc"
_SINCE = "2018.2"
_READERS = {".v": "read_verilog", ".sv": "read_verilog -sv", ".vhd": "read_vhdl -vhdl2008"}
_REPORTS = (
    ("utilization.rpt", "report_utilization"),
    ("utilization_hierarchical.rpt", "report_utilization -hierarchical"),
    ("timing_summary.rpt", "report_timing_summary -delay_type min_max -max_paths 10"),
    ("power.rpt", "report_power"),
)


def vivado_files(source: Source, stages: tuple[Stage, ...]) -> tuple[PlannedFile, ...]:
    """Return the scripts of the stages that Vivado does, and the clock constraint."""
    texts = {Stage.SYNTH: _synth, Stage.PLACE: _place}
    scripts = tuple(
        PlannedFile(path=f"{stage}.tcl", text=texts[stage](source))
        for stage in stages
        if stage in texts
    )
    return (*scripts, PlannedFile(path=_CLOCK_FILE, text=_constraint(source))) if scripts else ()


def vivado_step(stage: Stage) -> PlannedStep:
    """Return a step of Vivado: logic synthesis, or place and route."""
    checkpoint = f"{stage}.dcp"
    options = ("-mode", "batch", "-nojournal", "-nolog", "-notrace")
    command = PlannedCommand(
        program="vivado",
        arguments=(*options, "-source", f"{stage}.tcl"),
        version_option="-version",
        since=_SINCE,
        reports=tuple(f"{_folder(stage)}/{name}" for name, _ in _REPORTS),
        products=(checkpoint,),
    )
    return PlannedStep(
        stage=stage,
        files=(f"{stage}.tcl", _CLOCK_FILE),
        commands=(command,),
        leaves=(_folder(stage), checkpoint),
    )


def _synth(source: Source) -> str:
    top, part = word(source.top), word(source.hardware.part.part)
    return _lines(
        f"# Logic synthesis of {source.top}, out of context: run it in the folder it lies in.",
        f"create_project -in_memory -part {part}",
        *(_read_verilog_of_hls() if source.rtl is None else _read_rtl(source.rtl)),
        f"read_xdc -mode out_of_context {_CLOCK_FILE}",
        f"synth_design -top {top} -part {part} -mode out_of_context",
        *_report(Stage.SYNTH),
        "exit",
    )


def _place(source: Source) -> str:
    return _lines(
        f"# Place and route of {source.top}: after synth.tcl.",
        f"open_checkpoint {Stage.SYNTH}.dcp",
        "opt_design",
        "place_design",
        "phys_opt_design",
        "route_design",
        *_report(Stage.PLACE),
        "exit",
    )


def _read_verilog_of_hls() -> tuple[str, ...]:
    folders = " ".join(VERILOG)
    read = "if {[file isdirectory $folder]} {add_files $folder}"
    return (f"foreach folder {{{folders}}} {{{read}}}",)


def _read_rtl(rtl: RtlDesign) -> tuple[str, ...]:
    return tuple(
        f"{_READERS.get(PurePosixPath(path).suffix, 'add_files')} {file_list(path, below=PROJECT)}"
        for path in rtl.sources
    )


def _report(stage: Stage) -> tuple[str, ...]:
    folder = _folder(stage)
    return (
        f"file mkdir {folder}",
        *(f"{command} -file {folder}/{name}" for name, command in _REPORTS),
        f"write_checkpoint -force {stage}.dcp",
    )


def _constraint(source: Source) -> str:
    port = "ap_clk" if source.rtl is None else "clk"
    period = number(source.hardware.clock.period_ns)
    return f"create_clock -name {port} -period {period} [get_ports {port}]\n"


def _folder(stage: Stage) -> str:
    return f"{REPORTS}/{stage}"


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"
