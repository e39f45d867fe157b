"""``codesign compare``: firmware against the CPUs and GPUs of this host."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codesign.cli.options import BUILD, Build, Json, Recipe

if TYPE_CHECKING:
    from codesign.pipeline.compare import Compared

_BATCHES = "1,5,64,1024"


def compare(
    recipe: Recipe,
    *,
    runtime: Annotated[
        list[str] | None,
        typer.Option("--runtime", metavar="NAME", help="One runtime; several times for several."),
    ] = None,
    batches: Annotated[
        str, typer.Option("--batches", metavar="N,N,...", help="Events a call.")
    ] = _BATCHES,
    calls: Annotated[int, typer.Option(metavar="N", help="Timed calls a cell, at most.")] = 10_000,
    seconds: Annotated[
        float, typer.Option(metavar="S", help="Of timed calls a cell, at most.")
    ] = 5.0,
    report: Annotated[
        list[Path] | None,
        typer.Option("--report", metavar="PATH", help="Of a vendor's tools, for this design."),
    ] = None,
    triton: Annotated[
        str, typer.Option("--triton", metavar="HOST:PORT", help="A Triton server that you run.")
    ] = "",
    triton_model: Annotated[
        str, typer.Option("--triton-model", metavar="NAME", help="As the server calls it.")
    ] = "",
    triton_timeout: Annotated[
        float, typer.Option("--triton-timeout", metavar="S", help="Of one request.")
    ] = 2.0,
    tdp: Annotated[
        float | None,
        typer.Option("--tdp", metavar="W", help="Power of the CPU, where none can be measured."),
    ] = None,
    published: Annotated[
        str, typer.Option("--published", metavar="NAME", help="A published table to show.")
    ] = "",
    beside: Annotated[
        list[Path] | None,
        typer.Option(
            "--beside",
            metavar="RECIPE",
            help="Whose estimate, before training, stands beside published firmware.",
        ),
    ] = None,
    accept_noise: Annotated[
        bool, typer.Option("--accept-noise", help="Draw ratios on a noisy host too.")
    ] = False,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Measure CPU and GPU runtimes on a design and hold its firmware against them.

    Every runtime that is installed runs the float twin of the network, its outputs held against
    Keras first, in a process of its own. FPGA rows are those of codesign estimate, of codesign
    synth where it ran, and of reports that you name. The model is trained first where that is not
    done yet.

    \b
    Example:
      codesign compare hls_projects/jet_tagger.toml
      codesign compare hls_projects/jet_tagger.toml --runtime litert --runtime onnxruntime
    """
    from dataclasses import replace

    from codesign.baselines.measure import Options
    from codesign.baselines.runtime import TritonServer
    from codesign.cli.work import working
    from codesign.design.protocol import Protocol
    from codesign.pipeline import read_recipe
    from codesign.pipeline.compare import CompareOptions, compare_design

    protocol = Protocol(batches=_numbers(batches), calls=calls, cell_s=seconds)
    if accept_noise:
        protocol = replace(protocol, settle_s=0.0)
    server = None
    if triton:
        server = TritonServer(url=triton, model=_named(triton_model), timeout_s=triton_timeout)
    options = CompareOptions(
        measure=Options(runtimes=tuple(runtime or ()), protocol=protocol, server=server, tdp_w=tdp),
        reports=tuple(report or ()),
        published=published,
        accept_noise=accept_noise,
        beside=tuple(read_recipe(path) for path in beside or ()),
    )
    candidate = read_recipe(recipe)
    with working(build / f"{candidate.name}.log") as progress:
        found = compare_design(candidate, root=build, options=options, progress=progress)
    _show(found, json=json)


def _show(found: "Compared", *, json: bool) -> None:
    from codesign.cli.output import show, show_json, show_paths
    from codesign.design.codec import encode
    from codesign.reporting import compare_tables as tables
    from codesign.reporting import to_rich
    from codesign.reporting.compare_page import comparison_verdict
    from codesign.reporting.compare_protocol_tables import missing_table
    from codesign.reporting.compare_published_tables import (
        published_hardware_table,
        published_table,
    )

    comparison = found.comparison
    if json:
        show_json({"comparison": encode(comparison), "page": str(found.report)})
        return
    baselines, published = comparison.baselines, comparison.published
    made = [
        tables.comparison_table(comparison),
        tables.speedup_table(comparison),
        tables.crossings_table(comparison),
        missing_table(baselines),
    ]
    if published is not None:
        made.append(published_table(published))
    hardware = comparison.published_hardware
    if hardware is not None:
        made.append(published_hardware_table(hardware, comparison.estimated))
    show(*(to_rich(table) for table in made if table.rows))
    said = comparison_verdict(comparison)
    typer.echo(f"{said.word}: {said.text}")
    for line in (*said.details, *comparison.left_out):
        typer.echo(f"  {line}")
    show_paths((("numbers", found.record), ("page", found.report)))


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(",") if part)
    except ValueError as error:
        msg = f"--batches {text} is not a list of whole numbers; write {_BATCHES}"
        raise typer.BadParameter(msg) from error


def _named(model: str) -> str:
    if not model:
        msg = "--triton needs --triton-model, the name that the server has for the model"
        raise typer.BadParameter(msg)
    return model
