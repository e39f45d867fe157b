"""``codesign sweep resume``: go on with a sweep."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from codesign.cli.options import BUILD, Build, Json
from codesign.cli.sweep_options import Check, Cluster, Scheduler, SweepFile, Synthesis, Workers


def resume(
    sweep: SweepFile,
    *,
    verify: Check = "front",
    verify_synthesis: Synthesis = False,
    workers: Workers = None,
    scheduler: Scheduler = "",
    cluster: Cluster = None,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Go on with a sweep that was begun; as run, but a sweep that was not is an error.

    \b
    Example:
      codesign sweep resume sweeps/jet_bits_reuse.toml
    """
    from codesign.cli.sweep_options import lending, places_of
    from codesign.cli.sweep_show import go_on
    from codesign.cli.work import working
    from codesign.sweep.launch import open_sweep
    from codesign.sweep.store.store import Store

    lent = lending(workers, scheduler, cluster)
    Store(places_of(sweep, build).store, readonly=True).close()
    with working(build / f"{sweep.stem}.log") as progress:
        opened = open_sweep(sweep, build, progress=progress)
    go_on(opened, build, lent, verify=verify, synthesis=verify_synthesis, json=json)
