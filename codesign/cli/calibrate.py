"""``codesign calibrate``: a profile of the estimator from tables of reports."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from codesign.cli.options import Json


class _Tool(StrEnum):
    """The values of :class:`codesign.design.hardware.Backend`, without loading it for --help."""

    VITIS = "vitis"
    VIVADO = "vivado"


class _Parts(StrEnum):
    """The values of :class:`codesign.design.device.Family`, without loading it for --help."""

    ULTRASCALE_PLUS = "ultrascale+"
    ULTRASCALE = "ultrascale"
    SERIES_7 = "7-series"


def calibrate(
    tables: Annotated[
        list[Path], typer.Argument(metavar="TABLES...", help="Files, or folders of them.")
    ],
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
            help="A synthesized project of your own (codesign run), or rows as facts.csv.",
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
      codesign estimate hls_projects/jet_tagger.toml --profile vivado.json
    """
    from codesign.cli.estimate_tables import profile_table
    from codesign.cli.output import show, show_json
    from codesign.data.files import written_whole
    from codesign.design.codec import encode, to_json
    from codesign.design.device import Family
    from codesign.design.hardware import Backend
    from codesign.estimate import calibrate as fit
    from codesign.estimate import read_table
    from codesign.estimate.tables import TABLES
    from codesign.pipeline.own_reports import read_own_project
    from codesign.reporting import to_rich

    projects = [place for place in add or () if (place / "firmware").is_dir()]
    others = [place for place in add or () if place not in projects]
    files = [file for place in (*tables, *others) for file in _files(place, tuple(TABLES))]
    facts = [fact for file in files for fact in read_table(file.name, file.read_text("utf-8"))]
    facts += [fact for place in projects for fact in read_own_project(place)]
    files += projects
    profile = fit(
        facts, name=output.stem, backend=Backend(backend), family=Family(family), seed=seed
    )
    with written_whole(output) as path:
        path.write_text(to_json(profile), encoding="utf-8")
    if json:
        places = {"profile": str(output)}
        show_json({"layers": len(facts), "profile": encode(profile), "files": places})
        return
    typer.echo(f"{len(facts)} layers of {', '.join(file.name for file in files)}")
    show(to_rich(profile_table(profile)))
    typer.echo(str(output))


def _files(place: Path, known: tuple[str, ...]) -> list[Path]:
    """Return a file, or the tables of a folder."""
    if not place.is_dir():
        return [place]
    return sorted(file for file in place.iterdir() if file.name in known or _is_own(file))


def _is_own(file: Path) -> bool:
    return file.name.endswith("facts.csv")
