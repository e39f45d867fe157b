"""A pool of inelastic collisions, made once, from which pile-up is drawn.

Tails of a trigger come from the few collisions with much energy or a muon. A pool keeps all of
those, and of the others the first `MAX_SOFT`: a crossing draws from either kind in the right
proportion, so a pool of many collisions stays small and loses nothing where it matters.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codesign.data.files import written_whole
from codesign.data.in_order import in_order
from codesign.data.l1.process import pile_up_collisions
from codesign.data.l1.towers import NUM_TOWERS, Deposits, Muons, Seen, see, together
from codesign.data.npz import read_arrays
from codesign.data.optional import optional_module
from codesign.data.pythia import MAX_SEED
from codesign.design.progress import Progress, silent
from codesign.errors import InvalidDataError, InvalidDesignError

MAX_SOFT: Final = 50_000
"""Collisions without much energy that a pool keeps."""

_UNIT_COLLISIONS, _BATCH_COLLISIONS = 20_000, 2_000
_HARD_TOWER_GEV, _HARD_SUM_GEV = 6.0, 150.0
_FEW = 10
_FORMAT = "codesign l1 pool 1"
_KINDS = ("soft", "hard")
_SOURCES = ("ecal", "hcal")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """Collisions that are made together."""

    seed: int
    number: int
    collisions: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """Inelastic collisions as towers and muons.

    Attributes:
        soft: Collisions with neither much energy nor a muon; not all that were made.
        hard: All others.
        made: How many collisions were made in all.
        seed: Of the making.
    """

    soft: Seen
    hard: Seen
    made: int
    seed: int

    @property
    def hard_share(self) -> float:
        """The share of hard ones among all collisions."""
        return len(self.hard) / self.made

    @property
    def num_muons(self) -> int:
        """Muons in the pool."""
        return len(self.hard.muons.momenta)

    def smallest_share(self, pile_up: float) -> float:
        """Return the share of crossings below which a rate may rest on under ten collisions.

        Crossings are many, the collisions in them are not: where one collision suffices to be
        accepted, a share f of all crossings rests on ``f * made / pile_up`` collisions.
        """
        return min(1.0, _FEW * pile_up / self.made)


def make_pool(
    *, collisions: int, seed: int, processes: int = 1, progress: Progress = silent
) -> Pool:
    """Make inelastic collisions and return what a trigger sees of them.

    Args:
        collisions: How many, at least 1.
        seed: The same seed gives the same pool, for any number of processes.
        processes: How many work at it; with more than one, a script that calls this needs the
            usual ``if __name__ == "__main__":``.
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
    optional_module("pythia8mc", extra="gen")
    units = [
        _Unit(seed=seed, number=number, collisions=min(_UNIT_COLLISIONS, collisions - start))
        for number, start in enumerate(range(0, collisions, _UNIT_COLLISIONS))
    ]
    soft: list[Seen] = []
    hard: list[Seen] = []
    done = 0
    for batches in in_order(_unit, units, processes=processes):
        for some_soft, some_hard, made in batches:
            room = MAX_SOFT - sum(len(part) for part in soft)
            soft.append(some_soft.take(np.arange(min(room, len(some_soft)))))
            hard.append(some_hard)
            done += made
        progress(done, collisions, "collisions")
    return Pool(soft=together(soft), hard=together(hard), made=done, seed=seed)


def write_pool(pool: Pool, path: Path) -> None:
    """Write a pool as one compressed ``.npz`` file, whole or not at all."""
    arrays: dict[str, NDArray[Any]] = {
        "format": np.array(_FORMAT),
        "made": np.array(pool.made),
        "seed": np.array(pool.seed),
    }
    for kind, seen in zip(_KINDS, (pool.soft, pool.hard), strict=True):
        for source, deposits in zip(_SOURCES, (seen.ecal, seen.hcal), strict=True):
            arrays[f"{kind}_{source}_offsets"] = deposits.offsets
            arrays[f"{kind}_{source}_tower"] = deposits.tower
            arrays[f"{kind}_{source}_et_gev"] = deposits.et_gev
        arrays[f"{kind}_muons_offsets"] = seen.muons.offsets
        arrays[f"{kind}_muons_momenta"] = seen.muons.momenta
    with written_whole(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **arrays)


def read_pool(path: Path) -> Pool:
    """Read the pool that `write_pool` wrote.

    Raises:
        InvalidDataError: If the file is missing, damaged or no pool.
    """
    arrays = read_arrays(path)
    if str(arrays.get("format", "")) != _FORMAT:
        msg = f"{path} is no pool of collisions; make one with `codesign data make l1 --pool`"
        raise InvalidDataError(msg)
    try:
        soft, hard = (_as_seen(arrays, kind) for kind in _KINDS)
        pool = Pool(soft=soft, hard=hard, made=int(arrays["made"]), seed=int(arrays["seed"]))
    except (KeyError, TypeError, ValueError) as error:
        msg = f"{path} is a damaged pool of collisions ({error}); make it again"
        raise InvalidDataError(msg) from error
    return pool


def _unit(job: _Unit) -> list[tuple[Seen, Seen, int]]:
    """Return the soft and the hard collisions of one unit, batch by batch, and how many in all."""
    state = np.random.SeedSequence(job.seed, spawn_key=(job.number,)).generate_state(2)
    pythia = pile_up_collisions(seed=int(state[0]) % MAX_SEED + 1)
    generator = np.random.default_rng(int(state[1]))
    batches, wanted = [], job.collisions
    while wanted > 0:
        particles, made = pythia.next(min(wanted, _BATCH_COLLISIONS))
        seen = see(particles, generator, num_events=made)
        is_hard = _is_hard(seen)
        soft, hard = np.flatnonzero(~is_hard), np.flatnonzero(is_hard)
        batches.append((seen.take(soft), seen.take(hard), made))
        wanted -= made
    return batches


def _is_hard(seen: Seen) -> NDArray[np.bool_]:
    """Return for each collision whether it has much energy or a muon."""
    total, largest = np.zeros(len(seen)), np.zeros(len(seen))
    for deposits in (seen.ecal, seen.hcal):
        event = np.repeat(np.arange(len(seen)), np.diff(deposits.offsets))
        np.add.at(total, event, deposits.et_gev)
        np.maximum.at(largest, event, deposits.et_gev)
    has_muon = np.diff(seen.muons.offsets) > 0
    return has_muon | (largest > _HARD_TOWER_GEV) | (total > _HARD_SUM_GEV)


def _as_seen(arrays: dict[str, NDArray[Any]], kind: str) -> Seen:
    """Return the collisions of one kind, checked for what would index past the end."""
    ecal, hcal = (
        Deposits(
            offsets=_offsets(arrays[f"{kind}_{source}_offsets"], arrays[f"{kind}_{source}_tower"]),
            tower=arrays[f"{kind}_{source}_tower"],
            et_gev=arrays[f"{kind}_{source}_et_gev"],
        )
        for source in _SOURCES
    )
    momenta = arrays[f"{kind}_muons_momenta"]
    muons = Muons(offsets=_offsets(arrays[f"{kind}_muons_offsets"], momenta), momenta=momenta)
    for deposits in (ecal, hcal):
        if len(deposits.tower) and int(deposits.tower.max()) >= NUM_TOWERS:
            msg = f"{kind}: tower {int(deposits.tower.max())} of {NUM_TOWERS}"
            raise ValueError(msg)
    return Seen(ecal=ecal, hcal=hcal, muons=muons)


def _offsets(offsets: NDArray[Any], entries: NDArray[Any]) -> NDArray[np.int64]:
    if (np.diff(offsets) < 0).any() or offsets[0] != 0 or offsets[-1] != len(entries):
        msg = "offsets do not fit their entries"
        raise ValueError(msg)
    return offsets.astype(np.int64)
