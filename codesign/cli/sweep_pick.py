"""``codesign sweep pick``: the recipe of a design."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import Annotated

import typer

from codesign.cli.options import BUILD, Build, Json
from codesign.cli.sweep_options import SweepFile


def pick(
    sweep: SweepFile,
    *,
    at: Annotated[
        list[str] | None, typer.Option("--at", help="A limit: 'lut<20000'. More than one may be.")
    ] = None,
    best: Annotated[
        str, typer.Option("--best", help="By what: 'max accuracy'; the sweep's first by default.")
    ] = "",
    trial: Annotated[
        str, typer.Option("--trial", help="This one: its number or the beginning of its id.")
    ] = "",
    name: Annotated[str, typer.Option("--name", help="Of the design.")] = "",
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="Where recipes are.")] = Path(
        "hls_projects"
    ),
    force: Annotated[bool, typer.Option("--force", help="Replace a recipe of this name.")] = False,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Choose the best design within limits and write its recipe; codesign run builds it.

    What the sweep has trained is used again. The last line printed is the path of the recipe.

    \b
    Example:
      codesign sweep pick sweeps/jet_bits_reuse.toml --at "lut<20000" --name jet_small
    """
    from codesign.cli.sweep_options import places_of
    from codesign.cli.sweep_show import show_picked
    from codesign.sweep.goals import Constraint, Objective
    from codesign.sweep.results.pick import choose, write_recipe
    from codesign.sweep.store.store import Store

    limits = [Constraint.from_text(text) for text in at or ()]
    objective = Objective.from_text(best) if best else None
    with Store(places_of(sweep, build).store, readonly=True) as store:
        found = choose(store, at=limits, best=objective, trial=trial)
        path = write_recipe(found, into, name=name, sweep=store.meta("name"), overwrite=force)
    show_picked(found, path, json=json)
