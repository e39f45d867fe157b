"""``codesign sweep report``: the page of a sweep."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import Annotated

from typer import Option

from codesign.cli.options import BUILD, Build, Json
from codesign.cli.sweep_options import SweepFile

Figures = Annotated[
    Path | None, Option(metavar="FOLDER", help="Write each figure as an SVG file, too.")
]


def report(
    sweep: SweepFile, *, figures: Figures = None, build: Build = BUILD, json: Json = False
) -> None:
    """Write the page of a sweep: fronts, curves, and how to take each design; also while it runs.

    The last line printed is the path of the page.

    \b
    Example:
      codesign sweep report sweeps/jet_bits_reuse.toml --figures slides
    """
    from codesign.cli.output import show_json, show_paths
    from codesign.cli.sweep_options import places_of
    from codesign.sweep.results.page import write_sweep_figures, write_sweep_report
    from codesign.sweep.store.store import Store

    places = places_of(sweep, build)
    with Store(places.store, readonly=True) as store:
        drawn = write_sweep_figures(places.folder, store, figures) if figures else ()
        path = write_sweep_report(places.folder, store)
    if json:
        show_json({"report": str(path), "figures": [str(figure) for figure in drawn]})
    else:
        show_paths((*((figure.stem, figure) for figure in drawn), ("report", path)))
