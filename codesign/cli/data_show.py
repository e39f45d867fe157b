"""``codesign data show``: what a file of events holds."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from typing import Annotated

import typer

from codesign.cli.options import Json
from codesign.cli.root_options import Features, Label, LabelNames, Tree, Units, Weight


def show(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A file of events, or the sample 'jets'.")
    ],
    *,
    tree: Tree = None,
    features: Features = "",
    units: Units = "",
    label: Label = None,
    label_names: LabelNames = "event",
    weight: Weight = None,
    json: Json = False,
) -> None:
    """Show classes, counts and columns of a sample or a file of events.

    Files: .npz and .root that codesign wrote; the public jet tables as .npz, .csv, .arff, .parquet
    and .h5; any flat ROOT tree with --tree and --features.

    \b
    Example:
      codesign data show jets
      codesign data show ntuple.root --tree events --features pt,eta,phi
    """
    from codesign.cli.events import describe, event_tables, read_events
    from codesign.cli.output import show as show_tables
    from codesign.cli.output import show_json
    from codesign.cli.root_options import root_layout
    from codesign.cli.work import working

    layout = root_layout(
        tree=tree,
        features=features,
        units=units,
        label=label,
        label_names=label_names,
        weight=weight,
    )
    with working() as progress:
        events = read_events(source, layout, progress=progress)
    if json:
        show_json(describe(events))
        return
    typer.echo(
        f"{events.sample}: {events.num_events:,} events, {len(events.feature_names)} columns"
    )
    for key, value in events.provenance:
        typer.echo(f"{key}: {value}")
    typer.echo()
    show_tables(*event_tables(events))
    typer.echo(f"digest: {events.digest}")
