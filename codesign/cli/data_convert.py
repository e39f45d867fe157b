"""``codesign data convert``: a file of events in another format."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import Annotated

import typer

from codesign.cli.options import Json
from codesign.cli.root_options import Features, Label, LabelNames, Tree, Units, Weight


def convert(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A file of events, or the sample 'jets'.")
    ],
    output: Annotated[Path, typer.Argument(metavar="FILE", help="A .npz or .root file.")],
    *,
    tree: Tree = None,
    features: Features = "",
    units: Units = "",
    label: Label = None,
    label_names: LabelNames = "event",
    weight: Weight = None,
    json: Json = False,
) -> None:
    """Read events and write them as .npz or .root; the events stay the same to the last bit.

    \b
    Example:
      codesign data convert jets jets.root
      codesign data convert ntuple.root events.npz --tree events --features pt,eta,phi
    """
    from codesign.cli.events import check_output, read_events, show_written, write_events
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
    check_output(output)
    with working() as progress:
        events = read_events(source, layout, progress=progress)
        write_events(events, output, progress=progress)
    show_written(events, output, json=json)
