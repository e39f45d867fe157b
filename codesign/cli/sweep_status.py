"""``codesign sweep status``: how a sweep stands, also while it runs."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from codesign.cli.options import BUILD, Build, Json
from codesign.cli.sweep_options import SweepFile


def status(sweep: SweepFile, *, build: Build = BUILD, json: Json = False) -> None:
    """Show how many trials stand where, how fast it goes, what failed, and the Pareto front.

    \b
    Example:
      codesign sweep status sweeps/jet_bits_reuse.toml
    """
    from codesign.cli.sweep_options import places_of
    from codesign.cli.sweep_show import show_status
    from codesign.sweep.results.status import status_of
    from codesign.sweep.store.store import Store

    places = places_of(sweep, build)
    with Store(places.store, readonly=True) as store:
        show_status(status_of(places.folder, store), json=json)
