"""``codesign data make calo``: electrons and photons in a calorimeter."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import Annotated

import typer

from codesign.cli.options import Json


def calo(
    *,
    events: Annotated[int, typer.Option("--events", help="Electrons and photons.")] = 20_000,
    geometry: Annotated[
        str, typer.Option("--geometry", help="reduced (14x11x4 pixels) or full (56x11x4).")
    ] = "reduced",
    energy: Annotated[
        tuple[float, float], typer.Option("--energy", help="Smallest and largest, in GeV.")
    ] = (5.0, 150.0),
    pile_up: Annotated[
        tuple[float, float],
        typer.Option("--pile-up", help="Fewest and most mean collisions a crossing."),
    ] = (0.0, 80.0),
    seed: Annotated[int, typer.Option("--seed", help="Equal seeds give equal events.")] = 1,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="A .npz or .root file.")
    ] = Path("calo.npz"),
    processes: Annotated[
        int, typer.Option("--processes", help="How many work at it; the events do not change.")
    ] = 1,
    json: Json = False,
) -> None:
    """Generate electron and photon showers in a calorimeter of four layers.

    Images of cell energies and times, scalars, tracks and the true energy, as DeepCalo reads them:
    showers by the parametrisation of Grindhammer and Peters, upstream material, sampling
    fluctuations, noise and pile-up. A .root file is written in chunks, in bounded memory.

    \b
    Example:
      codesign data make calo --events 20000 -o calo.npz
    """
    from codesign.cli.events import check_output, write_chunks
    from codesign.cli.output import show_json
    from codesign.cli.work import working
    from codesign.data.calo import CaloSample, calo_chunks

    sample = CaloSample(
        events=events, seed=seed, geometry=geometry, energy_gev=energy, pile_up=pile_up
    )
    check_output(output)
    with working() as progress:
        chunks = calo_chunks(sample, processes=processes, progress=progress)
        count = write_chunks(chunks, output, progress=progress)
    if json:
        show_json({"file": str(output), "events": count, "geometry": geometry})
        return
    typer.echo(f"{count:,} electrons and photons, {geometry} geometry\n{output}")
