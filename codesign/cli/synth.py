"""``codesign synth``: firmware to look-up tables, flip-flops, DSP blocks, cycles."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from typing import TYPE_CHECKING, Annotated

import typer

from codesign.cli.options import BUILD, Build, Json, Recipe

if TYPE_CHECKING:
    from codesign.pipeline.synthesis import Synthesized


def synth(
    recipe: Recipe,
    *,
    tool: Annotated[
        str, typer.Option(help="yosys, or a vendor's: vitis, vivado-hls, vivado.")
    ] = "yosys",
    stages: Annotated[
        str, typer.Option(metavar="STAGE,...", help="Of a vendor's tool: csynth, synth, place ...")
    ] = "",
    flow: Annotated[str, typer.Option(help="Of yosys: auto, lean, default.")] = "auto",
    flat: Annotated[bool, typer.Option("--flat", help="All modules at once, with yosys.")] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Write what a vendor's tool would be asked, no more.")
    ] = False,
    timeout: Annotated[
        float, typer.Option(metavar="S", help="Seconds until the tool is ended.")
    ] = 7200.0,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Generate firmware, simulate it, synthesize it, and show what it takes.

    With yosys, RTL is generated, simulated cycle by cycle, mapped to the family of the part, and
    the netlist itself is held against the emulator: no vendor tool takes part. A vendor's tool gets
    the firmware of the recipe's back end (vivado: RTL) and must be installed; its plan can be run
    elsewhere. The model is trained first where that is not done yet.

    \b
    Example:
      codesign synth hls_projects/jet_tagger.toml
      codesign synth hls_projects/jet_tagger.toml --tool vitis --plan
    """
    from codesign.cli.work import working
    from codesign.pipeline import read_recipe
    from codesign.pipeline.designs import trained_design

    candidate = read_recipe(recipe)
    if tool != "yosys":
        from codesign.cli.synth_vendor import vendor_synth

        vendor_synth(
            candidate, tool=tool, stages=stages, only_plan=plan, timeout=timeout, build=build,
            json=json,
        )  # fmt: skip
        return
    from codesign.design.codec import decode
    from codesign.pipeline.synthesis import synthesize_network
    from codesign.synthesis.options import SynthesisOptions

    options = decode(
        SynthesisOptions,
        {"flow": flow, "hierarchy": "flat" if flat else "modules", "timeout_s": timeout},
        place="codesign synth",
    )
    with working(build / f"{candidate.name}.log") as progress:
        design = trained_design(candidate, root=build, progress=progress)
        found = synthesize_network(
            design.network,
            candidate.hardware,
            design.inputs,
            root=build,
            options=options,
            progress=progress,
        )
    _show(found, json=json)


def _show(found: "Synthesized", *, json: bool) -> None:
    from codesign.cli.output import show, show_json, show_paths
    from codesign.design.codec import encode
    from codesign.design.device import find_device
    from codesign.errors import ValidationError
    from codesign.pipeline.synthesis import verdict
    from codesign.reporting import to_rich
    from codesign.reporting.hardware_tables import (
        evidence_table,
        layers_table,
        rtl_certificate_table,
    )

    said, report = verdict(found), found.synthesis.report
    if json:
        show_json(
            {
                "design": report.design,
                "bit_exact": found.is_bit_exact,
                "reports": [encode(one) for one in found.reports],
                "synthesis": encode(found.synthesis),
                "certificate": encode(found.certificate),
                "netlist": encode(found.gates),
                "page": str(found.report),
            }
        )
    else:
        device = find_device(report.device)
        tables = (layers_table(report), *found.details, rtl_certificate_table(found.certificate))
        show(*map(to_rich, (*tables, evidence_table(found.reports, device))))
        typer.echo(f"{said.word}: {said.text}")
        for line in said.details:
            typer.echo(f"  {line}")
        show_paths((("RTL", found.folder / "rtl"), ("page", found.report)))
    if not found.is_bit_exact:
        msg = f"{report.design}: RTL or netlist differ from the emulator: {'; '.join(said.details)}"
        raise ValidationError(msg)
