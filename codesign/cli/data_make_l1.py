"""``codesign data make l1``: zero bias at any pile-up, and signals in it."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codesign.cli.options import Json

if TYPE_CHECKING:
    from codesign.design.progress import Progress


def l1(
    *,
    crossings: Annotated[
        int, typer.Option("--events", min=0, help="Zero-bias crossings.")
    ] = 100_000,
    signals: Annotated[
        int, typer.Option("--signal-events", min=0, help="Events of each of the five signals.")
    ] = 0,
    pile_up: Annotated[
        float, typer.Option("--pile-up", help="Mean collisions a crossing; a signal on top.")
    ] = 50.0,
    pool: Annotated[
        Path,
        typer.Option("--pool", metavar="FILE.npz", help="The pool of collisions; made if absent."),
    ] = Path("pool.npz"),
    pool_collisions: Annotated[
        int, typer.Option("--pool-collisions", min=100, help="How many to make if it is absent.")
    ] = 100_000,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="With the same pool: the same events.")
    ] = 1,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="A .root or .npz file.")
    ] = Path("l1.root"),
    processes: Annotated[
        int, typer.Option("--processes", min=1, help="How many work at it; events do not change.")
    ] = 1,
    json: Json = False,
) -> None:
    """Generate Level-1 objects in hardware integers with Pythia 8 (extra gen).

    Missing energy, 4 e/gamma, 4 muons and 10 jets of each crossing. Pile-up is drawn from a pool
    of inelastic collisions, made once; what is finished of it survives an interruption in
    FILE.npz.parts. A .root file is written in chunks, in bounded memory.

    \b
    Example:
      codesign data make l1 --events 1000000 --pool pool.npz -o zero_bias.root
    """
    from codesign.cli.events import check_output, write_chunks
    from codesign.cli.output import show_json
    from codesign.cli.work import working
    from codesign.data.l1.generate import L1Sample, l1_chunks
    from codesign.data.l1.pool_file import read_pool
    from codesign.data.l1.pool_statistics import smallest_share, smallest_unordered_share

    sample = L1Sample(
        pool=pool, crossings=crossings, signal_events=signals, pile_up=pile_up, seed=seed
    )
    check_output(output)
    with working() as progress:
        if not pool.exists():
            _make_pool(pool, pool_collisions, seed, processes, progress)
        chunks = l1_chunks(sample, processes=processes, progress=progress)
        count = write_chunks(chunks, output, progress=progress)
    of = read_pool(pool)
    smallest = smallest_share(of, pile_up)
    unordered = smallest_unordered_share(of, pile_up)
    if json:
        show_json(
            {
                "file": str(output),
                "events": count,
                "pool": {"file": str(pool), "collisions": of.made, "muons": of.num_muons},
                "smallest_share": smallest,
                "smallest_share_of_muons": unordered,
            }
        )
        return
    muons = f"{of.num_muons:,} muons"
    typer.echo(f"{count:,} events from a pool of {of.made:,} collisions with {muons} ({pool})")
    typer.echo(f"a rate below {smallest:.1e} of all crossings may rest on fewer than 10 collisions")
    typer.echo(f"one that muons decide, below {unordered:.1e}")
    typer.echo(str(output))


def _make_pool(
    path: Path, collisions: int, seed: int, processes: int, progress: "Progress"
) -> None:
    from codesign.cli.events import check_output
    from codesign.data.l1.pool_file import write_pool
    from codesign.data.l1.pool_making import make_pool

    check_output(path)
    parts = path.with_name(f"{path.name}.parts")
    made = make_pool(
        collisions=collisions, seed=seed, processes=processes, parts=parts, progress=progress
    )
    write_pool(made, path)
    shutil.rmtree(parts)
