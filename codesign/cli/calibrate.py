"""``codesign calibrate``: a profile of the estimator from tables of reports."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codesign.cli.options import Json

if TYPE_CHECKING:
    from codesign.estimate.profile import Profile


class _Tool(StrEnum):
    """The values of :class:`codesign.design.hardware.Backend`, without loading it for --help."""

    VITIS = "vitis"
    VIVADO = "vivado"
    RTL = "rtl"


class _Parts(StrEnum):
    """The values of :class:`codesign.design.device.Family`, without loading it for --help."""

    ULTRASCALE_PLUS = "ultrascale+"
    ULTRASCALE = "ultrascale"
    SERIES_7 = "7-series"


def calibrate(
    tables: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[TABLES]...", help="Files, or folders of them; of RTL rows are shipped."
        ),
    ] = None,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the profile goes.")
    ],
    backend: Annotated[
        _Tool, typer.Option("--backend", help="The tool generation it is for.")
    ] = _Tool.VITIS,
    family: Annotated[
        _Parts, typer.Option("--family", help="The parts it is for.")
    ] = _Parts.ULTRASCALE_PLUS,
    add: Annotated[
        list[Path] | None,
        typer.Option(
            "--add",
            metavar="PATH",
            help="A synthesized project of your own (codesign run, codesign synth), or rows.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the held-out groups.")] = 1,
    json: Json = False,
) -> None:
    """Fit the estimator's coefficients to tables of reports and write a profile.

    Every coefficient is judged on layers that were held out of its fit. The same tables and seed
    give the same profile byte for byte. The last line printed is its path.

    \b
    Example:
      codesign calibrate tables/ --backend vivado -o vivado.json
      codesign calibrate tables/ --add hls_projects/build/jet_tagger -o mine.json
      codesign calibrate --backend rtl --add hls_projects/build/jet_tagger -o yosys.json
      codesign estimate hls_projects/jet_tagger.toml --profile vivado.json
    """
    from codesign.cli.estimate_tables import profile_table
    from codesign.cli.output import show, show_json
    from codesign.data.files import written_whole
    from codesign.design.codec import encode, to_json
    from codesign.reporting import to_rich

    if backend is _Tool.RTL:
        found = _of_rtl((*(tables or ()), *(add or ())), output.stem, family, seed)
    else:
        found = _of_layers(tables or (), add or (), output.stem, backend, family, seed)
    profile, rows, names = found
    with written_whole(output) as path:
        path.write_text(to_json(profile), encoding="utf-8")
    if json:
        places = {"profile": str(output)}
        show_json({"layers": rows, "profile": encode(profile), "files": places})
        return
    what = "modules" if backend is _Tool.RTL else "layers"
    typer.echo(f"{rows} {what} of {', '.join(names)}")
    show(to_rich(profile_table(profile)))
    typer.echo(str(output))


def _of_layers(
    tables: Sequence[Path], add: Sequence[Path], name: str, tool: _Tool, parts: _Parts, seed: int
) -> tuple["Profile", int, list[str]]:
    """Return the profile of layers, their number, and where they are from."""
    from codesign.design.device import Family
    from codesign.design.hardware import Backend
    from codesign.estimate import calibrate as fit
    from codesign.estimate import read_table
    from codesign.estimate.tables import TABLES
    from codesign.pipeline.own_reports import read_own_project

    projects = [place for place in add if (place / "firmware").is_dir()]
    others = [place for place in add if place not in projects]
    files = [file for place in (*tables, *others) for file in _files(place, tuple(TABLES))]
    if not files:
        msg = f"a profile of {tool} needs tables; name files or folders of them"
        raise typer.BadParameter(msg)
    facts = [fact for file in files for fact in read_table(file.name, file.read_text("utf-8"))]
    facts += [fact for place in projects for fact in read_own_project(place)]
    profile = fit(facts, name=name, backend=Backend(tool), family=Family(parts), seed=seed)
    return profile, len(facts), [place.name for place in (*files, *projects)]


def _of_rtl(
    places: Sequence[Path], name: str, parts: _Parts, seed: int
) -> tuple["Profile", int, list[str]]:
    """Return the profile of modules of RTL, their number, and where they are from."""
    from codesign.cli.calibrate_rtl import rtl_facts
    from codesign.design.device import Family
    from codesign.estimate import calibrate_rtl

    facts, names = rtl_facts(places)
    profile = calibrate_rtl(facts, name=name, family=Family(parts), seed=seed)
    return profile, len(facts), list(names)


def _files(place: Path, known: tuple[str, ...]) -> list[Path]:
    """Return a file, or the tables of a folder."""
    if not place.is_dir():
        return [place]
    return sorted(file for file in place.iterdir() if file.name in known or _is_own(file))


def _is_own(file: Path) -> bool:
    return file.name.endswith("facts.csv") and not file.name.endswith("rtl_facts.csv")
