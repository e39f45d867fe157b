"""``codesign emulate``: what the firmware answers to a file of events."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codesign.cli.options import Json
from codesign.cli.trigger_options import SkipBad, show_loss

if TYPE_CHECKING:
    from codesign.data.root_baskets import BadBasket


def emulate(
    network: Annotated[
        Path,
        typer.Argument(metavar="NETWORK", help="A folder with network.json and network.npz."),
    ],
    source: Annotated[
        str, typer.Argument(metavar="EVENTS", help="A file of events, or the sample 'jets'.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="A .npz or .root file.")
    ],
    *,
    integers: Annotated[
        bool, typer.Option("--integers", help="Write hardware integers, not real numbers.")
    ] = False,
    skip_bad: SkipBad = False,
    json: Json = False,
) -> None:
    """Write what the firmware answers to events, bit for bit; no TensorFlow, hls4ml or compiler.

    ROOT files are read and written in chunks, so a file may be larger than the memory.

    \b
    Example:
      codesign emulate hls_projects/build/jet_tagger/network jets -o scores.root
    """
    from codesign.cli.events import check_output, iterate_events, show_scored, write_chunks
    from codesign.cli.work import working
    from codesign.lowering.network_file import load_network
    from codesign.pipeline.scores import score_chunks

    check_output(output)
    loaded = load_network(network)
    bad: list[BadBasket] = []
    with working() as progress:
        chunks = iterate_events(source, progress=progress, on_bad=bad.append if skip_bad else None)
        count = write_chunks(
            score_chunks(loaded, chunks, integers=integers), output, progress=progress
        )
    show_loss(bad)
    show_scored(loaded.name, count, output, json=json)
