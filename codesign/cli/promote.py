"""``codesign promote`` and ``codesign resimulate``: certified designs for a board."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import Annotated

import typer

from codesign.cli.options import BUILD, Build, Json, Recipe

RELEASES = Path("firmware/releases")
"""Where releases lie unless ``--releases`` says otherwise."""


def promote(
    recipe: Recipe,
    *,
    firmware: Annotated[
        str, typer.Option(metavar="DIR", help="The RTL project in the design's folder.")
    ] = "rtl",
    releases: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the release goes, under its name.")
    ] = RELEASES,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Copy a certified RTL design into firmware/releases.

    The release holds the RTL, its network, test vectors, certificates, reports and a README, and is
    simulated before it is put there. A design that is not certified bit by bit, or was changed
    since, is refused. The last line printed is the release's folder.

    \b
    Example:
      codesign promote hls_projects/jet_tagger.toml
    """
    from codesign.cli.output import show_json, show_paths
    from codesign.cli.work import working
    from codesign.design.codec import encode
    from codesign.pipeline import read_recipe
    from codesign.pipeline.designs import one_input
    from codesign.pipeline.prepare import prepare
    from codesign.pipeline.promote import promote as promoted
    from codesign.pipeline.promote import read_certified

    candidate = read_recipe(recipe)
    target = releases / candidate.name
    with working(build / f"{candidate.name}.log") as progress:
        certified = read_certified(build / candidate.name, firmware=firmware)
        inputs = one_input(prepare(candidate, progress=progress).certified, candidate)
        release = promoted(certified, target, inputs=inputs, progress=progress)
    if json:
        show_json({**encode(release), "folder": str(target)})
        return
    typer.echo(
        f"{release.design}: {len(release.files)} files, {release.events} test vectors, latency "
        f"{release.latency_cycles} cycles, interval {release.initiation_interval}"
    )
    show_paths((("release", target),))


def resimulate(
    folder: Annotated[Path, typer.Argument(metavar="RELEASE", help="A folder of a release.")],
    *,
    json: Json = False,
) -> None:
    """Simulate a release again and compare it with its test vectors.

    Exit status 1 if a file was changed, or RTL or emulator answer otherwise than when the design
    was promoted.

    \b
    Example:
      codesign resimulate firmware/releases/jet_tagger
    """
    from codesign.cli.output import show_json
    from codesign.cli.work import working
    from codesign.design.codec import encode
    from codesign.pipeline.release import resimulate as simulated

    with working() as progress:
        found = simulated(folder, progress=progress)
    if json:
        show_json(encode(found))
        return
    release = found.release
    typer.echo(
        f"{release.design}: {release.events} events agree bit by bit, latency "
        f"{found.latency_cycles} cycles, {' '.join(found.simulator)}"
    )
