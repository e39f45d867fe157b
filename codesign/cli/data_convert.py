"""``codesign data convert``: a file of events in another format."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codesign.cli.options import Json
from codesign.cli.root_options import Features, Label, LabelNames, Tree, Units, Weight

if TYPE_CHECKING:
    from codesign.data.root_baskets import BadBasket


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
    objects: Annotated[
        str | None,
        typer.Option(
            "--objects",
            metavar="FORMAT",
            help="Level-1 objects from l1nano, nanoaod, delphes or adc2021 files.",
        ),
    ] = None,
    label_name: Annotated[
        str, typer.Option("--class", metavar="NAME", help="With --objects: the events' class.")
    ] = "zero_bias",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave out events in damaged ROOT baskets.")
    ] = False,
    json: Json = False,
) -> None:
    """Read events and write them as .npz or .root; the events stay the same to the last bit.

    With --objects, GeV, eta and radians become the hardware integers of a Level-1 trigger, and it
    is said how many were rounded and saturated; --label-names gives the classes if there are more.

    \b
    Example:
      codesign data convert jets jets.root
      codesign data convert ntuple.root events.npz --tree events --features pt,eta,phi
      codesign data convert nano.root zero_bias.root --objects l1nano --class zero_bias
    """
    from dataclasses import replace

    from codesign.cli.events import check_output, read_events, show_written, write_events
    from codesign.cli.object_conversion import loss
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
    if objects is not None:
        names = label_name if label_names == "event" else label_names
        _convert_objects(
            Path(source), output, objects, (label_name, names), skip_bad=skip_bad, json=json
        )
        return
    bad: list[BadBasket] = []
    with working() as progress:
        events = read_events(
            source, layout, on_bad=bad.append if skip_bad else None, progress=progress
        )
        lost = loss(bad)
        events = replace(events, provenance=(*events.provenance, *lost))
        write_events(events, output, progress=progress)
    if not json:
        for key, text in lost:
            typer.echo(f"{key}: {text}")
    show_written(events, output, json=json)


def _convert_objects(
    source: Path,
    output: Path,
    format_name: str,
    names: tuple[str, str],
    *,
    skip_bad: bool,
    json: bool,
) -> None:
    from codesign.cli.object_conversion import ObjectConversion
    from codesign.cli.work import working
    from codesign.data.l1 import ObjectReading

    label, classes = names
    label_names = tuple(name.strip() for name in classes.split(","))
    reading = ObjectReading(label=label, label_names=label_names)
    conversion = ObjectConversion(source, format_name, reading, skip_bad=skip_bad)
    with working() as progress:
        conversion.write(output, progress=progress)
    conversion.show(output, json=json)
