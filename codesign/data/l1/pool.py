"""A pool of inelastic collisions, made once, from which pile-up is drawn.

Tails of a trigger come from the few collisions with much energy or a muon. A pool keeps all of
those, and of the others the first `MAX_SOFT`: a crossing draws from either kind in the right
proportion, so a pool of many collisions stays small and loses nothing where it matters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codesign.data.files import written_whole
from codesign.data.l1.towers import NUM_TOWERS, Deposits, Muons, Seen, together
from codesign.data.npz import read_arrays
from codesign.errors import InvalidDataError

MAX_SOFT: Final = 50_000
"""Collisions without much energy that a pool keeps."""

_FEW = 10
_FORMAT = "codesign l1 pool 1"
_KINDS = ("soft", "hard")
_SOURCES = ("ecal", "hcal")


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


def joined_pools(parts: Iterable[Pool], *, seed: int) -> Pool:
    """Return the collisions of several pools, of the soft ones the first `MAX_SOFT`."""
    soft: list[Seen] = []
    hard: list[Seen] = []
    made = 0
    for part in parts:
        room = MAX_SOFT - sum(map(len, soft))
        soft.append(part.soft.take(np.arange(min(room, len(part.soft)))))
        hard.append(part.hard)
        made += part.made
    return Pool(soft=together(soft), hard=together(hard), made=made, seed=seed)


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
