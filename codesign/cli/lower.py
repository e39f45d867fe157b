"""``codesign lower``: the quantized network of a design."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

import typer

from codesign.cli.options import BUILD, Build, Json, Recipe


def lower(recipe: Recipe, *, build: Build = BUILD, json: Json = False) -> None:
    """Print the quantized network that becomes firmware.

    That is every layer with its precision and exact accumulator. The model is trained first where
    that is not done yet. The last line printed is the network's digest, which certificate and
    firmware carry too.

    \b
    Example:
      codesign lower hls_projects/jet_tagger.toml
    """
    from codesign.cli.design import format_table
    from codesign.cli.output import show, show_json
    from codesign.cli.work import working
    from codesign.design.codec import encode
    from codesign.design.digest import digest
    from codesign.metrics import summarize_layers
    from codesign.pipeline import Run, read_recipe
    from codesign.reporting import cost_table, to_rich

    candidate = read_recipe(recipe)
    with working(build / f"{candidate.name}.log") as progress:
        run = Run(candidate, root=build, progress=progress)
        _ = run.linted
        network = run.network
    if json:
        show_json({"digest": digest(network), "network": encode(network)})
        return
    layers = summarize_layers(network, candidate.hardware)
    for tensor in network.inputs:
        typer.echo(f"input {tensor.name}: {' x '.join(map(str, tensor.shape))} {tensor.precision}")
    show(*map(to_rich, (format_table(layers), cost_table(layers))))
    typer.echo(digest(network))
