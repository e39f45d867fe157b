"""``codesign sweep merge``: take over the trials of the same sweep from elsewhere."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import Annotated

import typer

from codesign.cli.options import BUILD, Build, Json
from codesign.cli.sweep_options import SweepFile


def merge(
    sweep: SweepFile,
    stores: Annotated[
        list[Path], typer.Argument(metavar="STORE...", help="sweep.sqlite files from elsewhere.")
    ],
    *,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Take over finished trials of other stores, of this sweep on another machine for example.

    A trial that is finished here stays as it is. Equal candidates on equal data are one trial.

    \b
    Example:
      codesign sweep merge sweeps/jet_bits_reuse.toml elsewhere/sweep.sqlite
    """
    from codesign.cli.output import show_json
    from codesign.cli.sweep_options import places_of
    from codesign.sweep.store.lock import locked
    from codesign.sweep.store.merge import merge as merge_trials
    from codesign.sweep.store.store import Store

    places, new, better = places_of(sweep, build), 0, 0
    with locked(places.folder), Store(places.store) as store:
        for path in stores:
            with Store(path, readonly=True) as other:
                if not store.meta("name"):
                    for key in ("name", "declared", "goals"):
                        store.note(key, other.meta(key))
                added, finished = merge_trials(store, other)
            new, better = new + added, better + finished
    if json:
        show_json({"new": new, "finished": better})
    else:
        typer.echo(f"{new} new trials, {better} that waited here are finished\n{places.folder}")
