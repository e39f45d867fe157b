"""Synthesis by a vendor's tool: its plan written, shown, and carried out where it is installed."""

from pathlib import Path

import typer

from codesign.cli.output import plain_table, show, show_json
from codesign.cli.report_tables import report_tables
from codesign.cli.work import working
from codesign.design.candidate import Candidate
from codesign.design.codec import decode, encode
from codesign.design.hardware import HardwareConfig
from codesign.firmware import generate
from codesign.pipeline.designs import trained_design
from codesign.pipeline.synthesis import rtl_hardware
from codesign.reporting import to_rich
from codesign.synthesis.vendor import (
    Stage,
    SynthesisPlan,
    VendorResult,
    VendorTool,
    execute,
    plan,
    write_plan,
)


def vendor_synth(
    candidate: Candidate,
    *,
    tool: str,
    stages: str,
    only_plan: bool,
    timeout: float,
    build: Path,
    json: bool,
) -> None:
    """Plan a synthesis, and carry it out unless only the plan is wanted.

    Raises:
        InvalidDesignError: If there is no such tool or stage, or it does not take the back end.
        ToolNotFoundError: If the tool is not installed; the plan is written all the same.
        ToolFailedError: If it fails.
    """
    wanted = decode(VendorTool, tool, place="--tool")
    steps = tuple(
        decode(Stage, name.strip(), place="--stages") for name in stages.split(",") if name.strip()
    )
    with working(build / f"{candidate.name}.log") as progress:
        design = trained_design(candidate, root=build, progress=progress)
        hardware, folder = _firmware(candidate, wanted)
        project = generate(design.network, hardware, build / candidate.name / folder)
        planned = plan(project, hardware, tool=wanted, stages=steps)
        place = write_plan(planned)
        if not only_plan:
            typer.echo(f"plan: {place}", err=True)
            result = execute(planned, timeout_s=timeout, progress=progress)
    if only_plan:
        _show_plan(planned, place, json=json)
    else:
        _show_result(result, json=json)


def _firmware(candidate: Candidate, tool: VendorTool) -> tuple[HardwareConfig, str]:
    """Return what firmware a tool takes, and its folder."""
    if tool is VendorTool.VIVADO:
        return rtl_hardware(candidate.hardware), "rtl"
    return candidate.hardware, "firmware"


def _show_plan(planned: SynthesisPlan, place: Path, *, json: bool) -> None:
    if json:
        show_json(encode(planned))
        return
    rows = [
        (
            step.stage.value,
            " ".join((command.program, *command.arguments)),
            command.versions,
            ", ".join(command.reports) or "-",
        )
        for step in planned.steps
        for command in step.commands
    ]
    header = ("stage", "command", "versions", "reports")
    show(plain_table("What the tool is asked", header, rows, note=f"digest {planned.digest}"))
    typer.echo(str(place))


def _show_result(result: VendorResult, *, json: bool) -> None:
    if json:
        show_json(encode(result))
        return
    for step in result.steps:
        again = ", as before" if step.reused else f" in {step.seconds:.0f} s"
        typer.echo(f"{step.stage}: {step.tool} {step.version}{again}")
        if step.reports is not None:
            show(*map(to_rich, report_tables(step.reports)))
