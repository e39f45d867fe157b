"""Make a plan from a project, and write it where it can be carried out: here or elsewhere."""

from collections.abc import Sequence
from pathlib import Path

from codesign.data.files import written_whole
from codesign.design.codec import to_json
from codesign.design.hardware import Backend, HardwareConfig
from codesign.design.project import FirmwareProject
from codesign.errors import InvalidDesignError, ToolFailedError
from codesign.synthesis.vendor.hls_script import hls_files, hls_step
from codesign.synthesis.vendor.lock import locked
from codesign.synthesis.vendor.plan import PlannedStep, Stage, SynthesisPlan, VendorTool
from codesign.synthesis.vendor.readme import readme
from codesign.synthesis.vendor.source import Source, read_source
from codesign.synthesis.vendor.vivado_script import vivado_files, vivado_step

PLAN_FILE = "plan.json"
README = "README.md"
_SCRIPTS = (".tcl", ".cfg", ".xdc")

_BACKENDS = {
    VendorTool.VITIS: Backend.VITIS,
    VendorTool.VIVADO_HLS: Backend.VIVADO,
    VendorTool.VIVADO: Backend.RTL,
}
_STAGES = {
    VendorTool.VITIS: tuple(Stage),
    VendorTool.VIVADO_HLS: tuple(Stage),
    VendorTool.VIVADO: (Stage.SYNTH, Stage.PLACE),
}
_NEEDS = {
    Stage.COSIM: Stage.CSYNTH,
    Stage.EXPORT: Stage.CSYNTH,
    Stage.PLACE: Stage.SYNTH,
}
_HLS = (Stage.CSYNTH, Stage.COSIM, Stage.EXPORT)
_VARIABLES = {
    VendorTool.VITIS: "XILINX_HLS or XILINX_VITIS",
    VendorTool.VIVADO_HLS: "XILINX_HLS or XILINX_VIVADO",
    VendorTool.VIVADO: "XILINX_VIVADO",
}


def plan(
    project: FirmwareProject,
    hardware: HardwareConfig,
    *,
    tool: VendorTool,
    stages: Sequence[Stage] = (),
) -> SynthesisPlan:
    """Return what a vendor's tool is to be asked. Nothing is written and no tool is looked for.

    Args:
        project: A generated project, unchanged since.
        hardware: What it was generated for.
        tool: Whose flow.
        stages: What is to be done; the first one that makes a report where left out.

    Raises:
        InvalidDesignError: If the project is not made for the tool or the hardware, a stage does
            not fit or lacks the one before it, or a name cannot stand in a script.
        ValidationError: If a file of the project was changed since generation.
    """
    wanted = tuple(stages) or (_STAGES[tool][0],)
    _check_stages(tool, wanted)
    if project.backend is not _BACKENDS[tool]:
        fitting = next(name for name, backend in _BACKENDS.items() if backend is project.backend)
        msg = f"{project.path} is made by back end {project.backend}: use --tool {fitting}"
        raise InvalidDesignError(msg)
    source = read_source(project, hardware)
    vitis = tool is VendorTool.VITIS
    return SynthesisPlan(
        project=project.path,
        project_digest=project.digest,
        tool=tool,
        top=source.top,
        part=hardware.part.part,
        period_ns=hardware.clock.period_ns,
        files=(*hls_files(source, wanted, vitis=vitis), *vivado_files(source, wanted)),
        steps=tuple(_step(source, stage, wanted, vitis=vitis) for stage in wanted),
        environment=_environment(tool, wanted),
    )


def write_plan(plan: SynthesisPlan) -> Path:
    """Write the plan's scripts, its record and a README with the commands; return the folder.

    Raises:
        ToolFailedError: If the folder cannot be written, or a run is at work in it.
    """
    with locked(plan.folder):
        write_files(plan)
    return plan.folder


def write_files(plan: SynthesisPlan) -> None:
    """Write what :func:`write_plan` writes; who calls it holds the folder.

    Raises:
        ToolFailedError: If the folder cannot be written.
    """
    folder = plan.folder
    texts = [(file.path, file.text) for file in plan.files]
    texts += [(README, readme(plan)), (PLAN_FILE, to_json(plan))]
    try:
        for name, text in texts:
            with written_whole(folder / name) as path:
                path.write_text(text, encoding="utf-8")
        for path in folder.iterdir():
            if path.suffix in _SCRIPTS and path.name not in dict(texts):
                path.unlink()
    except OSError as error:
        msg = f"cannot write the plan into {folder}: {error.strerror}; make room or name another"
        raise ToolFailedError(msg) from error


def _step(source: Source, stage: Stage, stages: tuple[Stage, ...], *, vitis: bool) -> PlannedStep:
    if stage not in _HLS:
        return vivado_step(stage)
    alone = not {Stage.COSIM, Stage.EXPORT} & set(stages)
    return hls_step(source, stage, vitis=vitis, alone=alone)


def _check_stages(tool: VendorTool, stages: tuple[Stage, ...]) -> None:
    possible = _STAGES[tool]
    for number, stage in enumerate(stages):
        if stage not in possible:
            msg = f"{tool} has no stage {stage}; it has {', '.join(possible)}"
            raise InvalidDesignError(msg)
        needed = _NEEDS.get(stage, possible[0] if stage is not possible[0] else None)
        if needed is not None and needed not in stages[:number]:
            msg = f"stage {stage} needs {needed} before it; ask for {needed}, {stage}"
            raise InvalidDesignError(msg)
    if list(stages) != [stage for stage in possible if stage in stages]:
        msg = f"stages {', '.join(stages)}: each once, in the order {', '.join(possible)}"
        raise InvalidDesignError(msg)


def _environment(tool: VendorTool, stages: tuple[Stage, ...]) -> tuple[str, ...]:
    setup = (
        "source the settings64.sh of the installation, or set "
        f"{_VARIABLES[tool]} to its folder, or put the programs on PATH"
    )
    needs_license = Stage.SYNTH in stages or tool is VendorTool.VITIS
    lic = "a license for the part (XILINXD_LICENSE_FILE), which must be among those installed"
    return (setup, lic) if needs_license else (setup,)
