"""Options that several verbs of ``codesign sweep`` share, and what they mean."""

# ruff: noqa: PLC0415 - imports happen when the verb runs

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from codesign.sweep.launch import Lending
    from codesign.sweep.store.places import Places

SweepFile = Annotated[
    Path,
    typer.Argument(metavar="SWEEP", help="A sweep as TOML, as in sweeps/; its name or folder."),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", help="Processes here, a core each; 0: this one."),
]
Scheduler = Annotated[
    str, typer.Option("--scheduler", metavar="URL", help="A Dask scheduler: tcp://host:8786.")
]
Cluster = Annotated[
    Path | None,
    typer.Option("--cluster", metavar="FILE", help="A batch system: Slurm, HTCondor, PBS."),
]
Check = Annotated[
    str,
    typer.Option("--verify", metavar="WHAT", help="Certify the front, all, or none by csim."),
]

Synthesis = Annotated[
    bool, typer.Option("--verify-synthesis", help="Synthesize those of back end rtl, too.")
]


def places_of(sweep: Path, build: Path) -> "Places":
    """Return where the sweep of a file, of a name, or in a folder, is kept."""
    from codesign.errors import InvalidDesignError
    from codesign.sweep.store.places import Places
    from codesign.sweep.store.schema import FILE

    if (sweep / FILE).is_file():
        folder = sweep.absolute()
        return Places(root=folder.parents[1], folder=folder)
    if not sweep.is_file():
        return Places.of(sweep.stem, build)
    try:
        name = tomllib.loads(sweep.read_text(encoding="utf-8")).get("name", sweep.stem)
    except (OSError, ValueError) as error:
        msg = f"{sweep}: not a TOML file: {error}"
        raise InvalidDesignError(msg) from error
    return Places.of(str(name), build)


def lending(workers: int | None, scheduler: str, cluster: Path | None) -> "Lending":
    """Return which workers the options ask for.

    Raises:
        typer.BadParameter: If they contradict each other.
    """
    from codesign.sweep.launch import Lending

    asked = [workers is not None, bool(scheduler), cluster is not None]
    if sum(asked) > 1:
        msg = "--workers, --scheduler and --cluster exclude each other"
        raise typer.BadParameter(msg)
    return Lending(workers=workers, scheduler=scheduler, cluster=cluster)
