"""The scripts for Vitis HLS and Vivado HLS; settings as hls4ml gives them to the same tools.

Paths begin in the plan's folder, three levels below the project.
"""

from codesign.synthesis.vendor.plan import PlannedCommand, PlannedFile, PlannedStep, Stage
from codesign.synthesis.vendor.source import Source
from codesign.synthesis.vendor.tcl import number, word

PROJECT = "../../.."
VERILOG = ("hls/solution1/syn/verilog", "work/hls/syn/verilog")
"""Where the generated RTL is: of a Tcl script, of a configuration file."""

_FLAGS = "-std=c++0x"
_CONFIGURATION = "hls_config.cfg"
_VIVADO_HLS = ("2018.2", "2020.2")
_VITIS_HLS = ("2022.2", "2024.2")
_VITIS_RUN = ("2024.2", "")
# The versions: hls4ml 1.3 is made for Vivado HLS 2018.2 to 2020.1, the last one, and for Vitis HLS
# from 2022.2 (its documentation, "Status"); from 2024.2 on Vitis HLS is started by vitis-run, a
# script, and by v++, a configuration file (UG1399).


def hls_files(source: Source, stages: tuple[Stage, ...], *, vitis: bool) -> tuple[PlannedFile, ...]:
    """Return the scripts of the stages that an HLS tool does."""
    texts = {
        Stage.CSYNTH: _csynth,
        Stage.COSIM: _cosim,
        Stage.EXPORT: _export,
    }
    scripts = tuple(
        PlannedFile(path=f"{stage}.tcl", text=texts[stage](source))
        for stage in stages
        if stage in texts
    )
    if not vitis:
        return scripts
    return (*scripts, PlannedFile(path=_CONFIGURATION, text=_configuration(source)))


def hls_step(source: Source, stage: Stage, *, vitis: bool, alone: bool) -> PlannedStep:
    """Return a step of an HLS tool.

    Args:
        source: The project.
        stage: C synthesis, co-simulation or export.
        vitis: Whether for Vitis HLS or for Vivado HLS.
        alone: Whether no other HLS step needs the tool's own project afterward; only then can the
            configuration file take the place of the script.
    """
    top = source.top
    reports, products, leaves = {
        Stage.CSYNTH: (f"syn/report/{top}_csynth.xml", "syn/verilog", ("hls", "work")),
        Stage.COSIM: (f"sim/report/{top}_cosim.rpt", "", ("hls/solution1/sim",)),
        Stage.EXPORT: ("", "impl/ip/component.xml", ("hls/solution1/impl",)),
    }[stage]

    def command(
        program: str, arguments: tuple[str, ...], versions: tuple[str, str], *, inside: str
    ) -> PlannedCommand:
        return PlannedCommand(
            program=program,
            arguments=arguments,
            version_option="--version" if program in ("vitis-run", "v++") else "-version",
            since=versions[0],
            before=versions[1],
            reports=(f"{inside}/{reports}",) if reports else (),
            products=(f"{inside}/{products}",) if products else (),
        )

    script, solution = f"{stage}.tcl", "hls/solution1"
    if not vitis:
        old = command("vivado_hls", ("-f", script), _VIVADO_HLS, inside=solution)
        return PlannedStep(stage=stage, files=(script,), commands=(old,), leaves=leaves)
    commands: tuple[PlannedCommand, ...] = (
        command("vitis_hls", ("-f", script), _VITIS_HLS, inside=solution),
        command("vitis-run", ("--mode", "hls", "--tcl", script), _VITIS_RUN, inside=solution),
    )
    if alone:
        arguments = ("-c", "--mode", "hls", "--config", _CONFIGURATION, "--work_dir", "work")
        commands = (*commands, command("v++", arguments, _VITIS_RUN, inside="work/hls"))
    files = (script, _CONFIGURATION) if stage is Stage.CSYNTH else (script,)
    return PlannedStep(stage=stage, files=files, commands=commands, leaves=leaves)


def _csynth(source: Source) -> str:
    top, clock = source.top, source.hardware.clock
    bench = _add_bench(source, _FLAGS) if source.has_test_bench else ()
    return _lines(
        f"# C synthesis of {top}: run it in the folder it lies in.",
        "open_project -reset hls",
        f"set_top {word(top)}",
        f"add_files {word(f'{PROJECT}/firmware/{top}.cpp')} -cflags {word(_FLAGS)}",
        *bench,
        "open_solution -reset solution1",
        "catch {config_array_partition -maximum_size 4096}",
        "config_compile -name_max_length 80",
        f"set_part {word(source.hardware.part.part)}",
        "config_schedule -enable_dsp_full_reg=false",
        f"create_clock -period {number(clock.period_ns)} -name default",
        f"set_clock_uncertainty {number(clock.uncertainty_percent)}% default",
        "csynth_design",
        "exit",
    )


def _cosim(source: Source) -> str:
    return _lines(
        f"# C/RTL co-simulation of {source.top}: after csynth.tcl.",
        "open_project hls",
        *_add_bench(source, f"{_FLAGS} -DRTL_SIM"),
        "open_solution solution1",
        "cosim_design -rtl verilog",
        "exit",
    )


def _export(source: Source) -> str:
    return _lines(
        f"# {source.top} as an IP block: after csynth.tcl.",
        "open_project hls",
        "open_solution solution1",
        "export_design -format ip_catalog -version 1.0.0",
        "exit",
    )


def _add_bench(source: Source, flags: str) -> tuple[str, ...]:
    bench = f"{PROJECT}/{source.project.top}_test.cpp"
    return (
        f"add_files -tb {word(bench)} -cflags {word(flags)}",
        f"add_files -tb {PROJECT}/firmware/weights",
    )


def _configuration(source: Source) -> str:
    """Return the settings of the script as ``v++ --mode hls`` reads them (UG1399, appendix A)."""
    top, clock = source.top, source.hardware.clock
    return _lines(
        f"part={source.hardware.part.part}",
        "",
        "[hls]",
        "flow_target=vivado",
        f"syn.file={PROJECT}/firmware/{top}.cpp",
        f"syn.cflags={_FLAGS}",
        f"syn.top={top}",
        f"clock={number(clock.period_ns)}ns",
        f"clock_uncertainty={number(clock.uncertainty_percent)}%",
        "syn.compile.name_max_length=80",
        "syn.schedule.enable_dsp_full_reg=0",
    )


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"
