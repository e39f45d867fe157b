"""``codesign lower``: the quantized network of a design."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import Annotated

import typer

from codesign.cli.options import BUILD, Build, Json, Recipe


def lower(
    recipe: Recipe,
    *,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show each pass and what it would save.")
    ] = False,
    optimize: Annotated[
        bool, typer.Option("--optimize", help="Apply the passes; outputs stay bit for bit.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write the network there.")
    ] = None,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Print the quantized network that becomes firmware.

    That is every layer with its precision and exact accumulator. The model is trained first where
    that is not done yet. The last line printed is the network's digest, which certificate and
    firmware carry too.

    \b
    Example:
      codesign lower hls_projects/jet_tagger.toml
      codesign lower hls_projects/jet_tagger.toml --explain
    """
    from codesign.cli.design import format_table, saving_table
    from codesign.cli.output import show, show_json
    from codesign.cli.work import working
    from codesign.design.codec import encode
    from codesign.design.digest import digest
    from codesign.lowering import passes, save_network
    from codesign.metrics import summarize_layers
    from codesign.pipeline import Run, read_recipe
    from codesign.reporting import cost_table, to_rich

    candidate = read_recipe(recipe)
    with working(build / f"{candidate.name}.log") as progress:
        run = Run(candidate, root=build, progress=progress)
        _ = run.linted
        network = run.network
    savings = passes.explain(network) if explain else ()
    if optimize:
        network = passes.optimize(network)
    if output is not None:
        save_network(network, output)
    if json:
        plain = {"digest": digest(network), "network": encode(network)}
        show_json({**plain, "savings": encode(savings)} if explain else plain)
        return
    layers = summarize_layers(network, candidate.hardware)
    for tensor in network.inputs:
        typer.echo(f"input {tensor.name}: {' x '.join(map(str, tensor.shape))} {tensor.precision}")
    tables = [format_table(layers), cost_table(layers)]
    if explain:
        tables.append(saving_table((each.applied, each.layer, each.what) for each in savings))
    show(*map(to_rich, tables))
    typer.echo(digest(network))
