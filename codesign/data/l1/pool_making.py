"""The making of a pool of collisions: in parts that survive an interruption."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codesign.data.in_order import in_order
from codesign.data.l1.pool import Pool, Stratum, joined_strata
from codesign.data.l1.pool_file import read_pool, write_pool
from codesign.data.l1.process import STRATA, pile_up_collisions
from codesign.data.l1.towers import Seen, see, together
from codesign.data.optional import optional_module
from codesign.data.pythia import MAX_SEED
from codesign.design.progress import Progress, silent
from codesign.errors import InvalidDesignError

PART_COLLISIONS: Final = 20_000
"""Collisions that are made with one seed: what an interruption loses at most, a process."""

_BATCH_COLLISIONS = 2_000
_LOUD_TOWER_GEV, _LOUD_SUM_GEV = 6.0, 150.0
_LEAST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Collisions that are made together: of which of `STRATA`, and which of its parts."""

    seed: int
    stratum: int
    number: int
    collisions: int

    @property
    def file(self) -> str:
        """The name of the file in which they are kept."""
        return (
            f"seed-{self.seed}-stratum-{self.stratum}-part-{self.number}-of-{self.collisions}.npz"
        )


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
        collisions: How many, at least 100; `STRATA` shares them out.
        seed: The same seed gives the same pool, for any number of processes.
        processes: How many work at it; with more than one, a script that calls this needs the
            usual ``if __name__ == "__main__":``.
        parts: A folder, made where it is not there, in which finished parts are kept and found
            again after an interruption; None keeps nothing.
        progress: Told the number of collisions made.

    Raises:
        InvalidDesignError: If there are too few collisions, no process, or the seed is negative.
        ToolNotFoundError: If Pythia 8 is not installed (extra ``gen``).
        ToolFailedError: If Pythia fails.
    """
    if collisions < _LEAST or seed < 0 or processes < 1:
        msg = (
            f"a pool of {collisions} collisions with seed {seed} by {processes} processes; "
            f"expected at least {_LEAST} collisions, a seed >= 0 and at least 1 process"
        )
        raise InvalidDesignError(msg)
    wanted = _wanted(collisions, seed)
    total = sum(part.collisions for part in wanted)

    def told() -> Iterator[Stratum]:
        done = 0
        for part in _parts(wanted, processes, parts):
            done += part.made
            progress(done, total, "collisions")
            yield part

    return Pool(strata=joined_strata(told()), seed=seed)


def _wanted(collisions: int, seed: int) -> list[_Part]:
    return [
        _Part(
            seed=seed,
            stratum=stratum,
            number=number,
            collisions=min(PART_COLLISIONS, count - start),
        )
        for stratum, process in enumerate(STRATA)
        for count in (round(collisions * process.per_mille / 1000),)
        for number, start in enumerate(range(0, count, PART_COLLISIONS))
    ]


def _parts(wanted: Sequence[_Part], processes: int, folder: Path | None) -> Iterator[Stratum]:
    """Yield the parts in order: from the folder, or made and put into it."""
    if folder is None:
        yield from _made(wanted, processes)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for is_kept, some in groupby(wanted, key=lambda part: (folder / part.file).is_file()):
        parts = list(some)
        if is_kept:
            yield from (read_pool(folder / part.file).strata[0] for part in parts)
            continue
        for part, stratum in zip(parts, _made(parts, processes), strict=True):
            write_pool(Pool(strata=(stratum,), seed=part.seed), folder / part.file)
            yield stratum


def _made(parts: Sequence[_Part], processes: int) -> Iterator[Stratum]:
    optional_module("pythia8mc", extra="gen")
    yield from in_order(_make, parts, processes=processes)


def _make(part: _Part) -> Stratum:
    process = STRATA[part.stratum]
    sequence = np.random.SeedSequence(part.seed, spawn_key=(part.stratum, part.number))
    state = sequence.generate_state(2)
    pythia = pile_up_collisions(process, seed=int(state[0]) % MAX_SEED + 1)
    generator = np.random.default_rng(int(state[1]))
    quiet, loud, done = [], [], 0
    while done < part.collisions:
        particles, made = pythia.next(min(part.collisions - done, _BATCH_COLLISIONS))
        seen = see(particles, generator, num_events=made)
        is_loud = _is_loud(seen)
        quiet.append(seen.take(np.flatnonzero(~is_loud)))
        loud.append(seen.take(np.flatnonzero(is_loud)))
        done += made
    cross_section, error = pythia.cross_section_mb
    return Stratum(
        name=process.name,
        pt_hat_gev=process.pt_hat_gev,
        cross_section_mb=cross_section,
        error_mb=error,
        made=done,
        quiet=together(quiet),
        loud=together(loud),
    )


def _is_loud(seen: Seen) -> NDArray[np.bool_]:
    """Return for each collision whether it has much energy or a muon."""
    total, largest = np.zeros(len(seen)), np.zeros(len(seen))
    for deposits in (seen.ecal, seen.hcal):
        event = np.repeat(np.arange(len(seen)), np.diff(deposits.offsets))
        np.add.at(total, event, deposits.et_gev)
        np.maximum.at(largest, event, deposits.et_gev)
    has_muon = np.diff(seen.muons.offsets) > 0
    return has_muon | (largest > _LOUD_TOWER_GEV) | (total > _LOUD_SUM_GEV)
