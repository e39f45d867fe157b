"""``codesign sweep export``: the trials as a table."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import Annotated

import typer

from codesign.cli.options import BUILD, Build, Json
from codesign.cli.sweep_options import SweepFile


def export(
    sweep: SweepFile,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .csv, .jsonl or .parquet file.")],
    *,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Write all trials of a sweep, with their figures, errors and evidence, into a table.

    \b
    Example:
      codesign sweep export sweeps/jet_bits_reuse.toml trials.csv
    """
    from codesign.cli.output import show_json
    from codesign.cli.sweep_options import places_of
    from codesign.sweep.results.export import write_table
    from codesign.sweep.store.store import Store

    with Store(places_of(sweep, build).store, readonly=True) as store:
        count = write_table(store, file)
    if json:
        show_json({"trials": count, "file": str(file)})
    else:
        typer.echo(f"{count} trials\n{file}")
