"""``codesign sweep run``: try every design of a sweep."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from typing import Annotated

import typer

from codesign.cli.options import BUILD, Build, Json
from codesign.cli.sweep_options import Check, Cluster, Scheduler, SweepFile, Synthesis, Workers


def run(
    sweep: SweepFile,
    *,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say how many designs, how long, and which.")
    ] = False,
    verify: Check = "front",
    verify_synthesis: Synthesis = False,
    workers: Workers = None,
    scheduler: Scheduler = "",
    cluster: Cluster = None,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Try the designs of a sweep: screen, train, emulate, estimate; certify the Pareto front.

    Designs that differ in hardware only share their training, and so do sweeps. What is finished
    is kept: a run that was interrupted or killed goes on with the same command. Ctrl-C once
    finishes the trials under way, twice ends them.

    The last line printed is the folder of the sweep. Exit status 1 if a design has failed.

    \b
    Example:
      codesign sweep run sweeps/jet_bits_reuse.toml --plan
      codesign sweep run sweeps/jet_bits_reuse.toml
    """
    from codesign.cli.sweep_options import lending
    from codesign.cli.sweep_show import go_on, show_plan
    from codesign.cli.work import working
    from codesign.sweep.launch import open_sweep
    from codesign.sweep.plan import plan_of

    lent = lending(workers, scheduler, cluster)
    with working(build / f"{sweep.stem}.log") as progress:
        opened = open_sweep(sweep, build, progress=progress)
    if plan:
        show_plan(plan_of(opened, build), json=json)
    else:
        go_on(opened, build, lent, verify=verify, synthesis=verify_synthesis, json=json)
