"""The making of a pool of collisions: in parts that survive an interruption."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codesign.data.in_order import in_order
from codesign.data.l1.pool import Pool, joined_pools, read_pool, write_pool
from codesign.data.l1.process import pile_up_collisions
from codesign.data.l1.towers import Seen, see, together
from codesign.data.optional import optional_module
from codesign.data.pythia import MAX_SEED
from codesign.design.progress import Progress, silent
from codesign.errors import InvalidDesignError

PART_COLLISIONS: Final = 20_000
"""Collisions that are made with one seed: what an interruption loses at most, a process."""

_BATCH_COLLISIONS = 2_000
_HARD_TOWER_GEV, _HARD_SUM_GEV = 6.0, 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Collisions that are made together."""

    seed: int
    number: int
    collisions: int

    @property
    def file(self) -> str:
        """The name of the file in which they are kept."""
        return f"seed-{self.seed}-part-{self.number}-of-{self.collisions}.npz"


def make_pool(
    *,
    collisions: int,
    seed: int,
    processes: int = 1,
    parts: Path | None = None,
    progress: Progress = silent,
) -> Pool:
    """Make inelastic collisions and return what a trigger sees of them.

    Args:
        collisions: How many, at least 1.
        seed: The same seed gives the same pool, for any number of processes.
        processes: How many work at it; with more than one, a script that calls this needs the
            usual ``if __name__ == "__main__":``.
        parts: A folder, made where it is not there, in which finished parts are kept and found
            again after an interruption; None keeps nothing.
        progress: Told the number of collisions made.

    Raises:
        InvalidDesignError: If there is no collision to make, no process, or the seed is negative.
        ToolNotFoundError: If Pythia 8 is not installed (extra ``gen``).
        ToolFailedError: If Pythia fails.
    """
    if collisions < 1 or seed < 0 or processes < 1:
        msg = (
            f"a pool of {collisions} collisions with seed {seed} by {processes} processes; "
            "expected at least 1 collision, a seed >= 0 and at least 1 process"
        )
        raise InvalidDesignError(msg)
    wanted = [
        _Part(seed=seed, number=number, collisions=min(PART_COLLISIONS, collisions - start))
        for number, start in enumerate(range(0, collisions, PART_COLLISIONS))
    ]

    def told() -> Iterator[Pool]:
        done = 0
        for pool in _parts(wanted, processes, parts):
            done += pool.made
            progress(done, collisions, "collisions")
            yield pool

    return joined_pools(told(), seed=seed)


def _parts(wanted: Sequence[_Part], processes: int, folder: Path | None) -> Iterator[Pool]:
    """Yield the parts in order: from the folder, or made and put into it."""
    if folder is None:
        yield from _made(wanted, processes)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for is_kept, some in groupby(wanted, key=lambda part: (folder / part.file).is_file()):
        parts = list(some)
        if is_kept:
            yield from (read_pool(folder / part.file) for part in parts)
            continue
        for part, pool in zip(parts, _made(parts, processes), strict=True):
            write_pool(pool, folder / part.file)
            yield pool


def _made(parts: Sequence[_Part], processes: int) -> Iterator[Pool]:
    optional_module("pythia8mc", extra="gen")
    yield from in_order(_make, parts, processes=processes)


def _make(part: _Part) -> Pool:
    state = np.random.SeedSequence(part.seed, spawn_key=(part.number,)).generate_state(2)
    pythia = pile_up_collisions(seed=int(state[0]) % MAX_SEED + 1)
    generator = np.random.default_rng(int(state[1]))
    softs, hards, done, wanted = [], [], 0, part.collisions
    while wanted > 0:
        particles, made = pythia.next(min(wanted, _BATCH_COLLISIONS))
        seen = see(particles, generator, num_events=made)
        is_hard = _is_hard(seen)
        softs.append(seen.take(np.flatnonzero(~is_hard)))
        hards.append(seen.take(np.flatnonzero(is_hard)))
        wanted -= made
        done += made
    return Pool(soft=together(softs), hard=together(hards), made=done, seed=part.seed)


def _is_hard(seen: Seen) -> NDArray[np.bool_]:
    """Return for each collision whether it has much energy or a muon."""
    total, largest = np.zeros(len(seen)), np.zeros(len(seen))
    for deposits in (seen.ecal, seen.hcal):
        event = np.repeat(np.arange(len(seen)), np.diff(deposits.offsets))
        np.add.at(total, event, deposits.et_gev)
        np.maximum.at(largest, event, deposits.et_gev)
    has_muon = np.diff(seen.muons.offsets) > 0
    return has_muon | (largest > _HARD_TOWER_GEV) | (total > _HARD_SUM_GEV)
