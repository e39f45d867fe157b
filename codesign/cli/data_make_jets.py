"""``codesign data make jets``: simulated jets with their features."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import Annotated

import typer

from codesign.cli.options import Json


def jets(
    *,
    events: Annotated[int, typer.Option("--events", help="How many, over all classes.")] = 20_000,
    seed: Annotated[int, typer.Option("--seed", help="Equal seeds give equal events.")] = 1,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="A .npz or .root file.")
    ] = Path("jets.npz"),
    processes: Annotated[
        int, typer.Option("--processes", help="How many work at it; the events do not change.")
    ] = 1,
    json: Json = False,
) -> None:
    """Generate jets with Pythia 8, a toy detector and FastJet (extra gen).

    The sixteen features of the LHC jet-tagging benchmark, five classes in equal shares.

    \b
    Example:
      codesign data make jets --events 20000 --seed 1 -o jets.npz
    """
    from codesign.cli.events import check_output, show_written, write_events
    from codesign.cli.work import working
    from codesign.data.jets.generate import generate_jets

    check_output(output)
    with working() as progress:
        made = generate_jets(jets=events, seed=seed, processes=processes, progress=progress)
        write_events(made, output, progress=progress)
    show_written(made, output, json=json)
