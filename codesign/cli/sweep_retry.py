"""``codesign sweep retry``: let failed trials try again."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from typing import Annotated

import typer

from codesign.cli.options import BUILD, Build, Json
from codesign.cli.sweep_options import SweepFile


def retry(
    sweep: SweepFile,
    *,
    state: Annotated[str, typer.Option("--state", help="failed, infeasible or pruned.")] = "failed",
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Let trials that failed wait again, with no attempts counted; then resume.

    \b
    Example:
      codesign sweep retry sweeps/jet_bits_reuse.toml
    """
    from codesign.cli.output import show_json
    from codesign.cli.sweep_options import places_of
    from codesign.sweep.outcome import State
    from codesign.sweep.store.lock import locked
    from codesign.sweep.store.schema import check_exists
    from codesign.sweep.store.store import Store

    if state not in (State.FAILED, State.INFEASIBLE, State.PRUNED):
        msg = f"--state {state}: choose failed, infeasible or pruned"
        raise typer.BadParameter(msg)
    places = places_of(sweep, build)
    check_exists(places.store)
    with locked(places.folder), Store(places.store) as store:
        count = store.retry([State(state)])
    if json:
        show_json({"retried": count})
    else:
        typer.echo(f"{count} trials wait again; go on with: codesign sweep resume {sweep}")
