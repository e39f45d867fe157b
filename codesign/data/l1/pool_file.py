"""Pools of collisions as files."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codesign.data.files import written_whole
from codesign.data.l1.pool import Pool, Stratum
from codesign.data.l1.towers import NUM_TOWERS, Deposits, Muons, Seen
from codesign.data.npz import read_arrays
from codesign.errors import InvalidDataError

_FORMAT: Final = "codesign l1 pool 2"
_UNSTRATIFIED: Final = "codesign l1 pool 1"
_SOURCES = ("ecal", "hcal")

_INELASTIC_MB = 78.05
"""Inelastic cross section at 13 TeV of Pythia 8.317 (``sigmaGen``), for pools of one stratum."""

_Arrays = dict[str, NDArray[Any]]


def write_pool(pool: Pool, path: Path) -> None:
    """Write a pool as one compressed ``.npz`` file, whole or not at all."""
    strata = pool.strata
    edges = [np.nan if one.pt_hat_gev is None else one.pt_hat_gev for one in strata]
    arrays: _Arrays = {
        "format": np.array(_FORMAT),
        "seed": np.array(pool.seed),
        "names": np.array([one.name for one in strata]),
        "pt_hat_gev": np.array(edges),
        "cross_sections_mb": np.array([one.cross_section_mb for one in strata]),
        "errors_mb": np.array([one.error_mb for one in strata]),
        "made": np.array([one.made for one in strata]),
    }
    for number, stratum in enumerate(strata):
        arrays |= _as_arrays(stratum.quiet, f"{number}_quiet")
        arrays |= _as_arrays(stratum.loud, f"{number}_loud")
    with written_whole(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **arrays)


def read_pool(path: Path) -> Pool:
    """Read the pool that `write_pool` wrote, also the one of a single stratum of older versions.

    Raises:
        InvalidDataError: If the file is missing, damaged or no pool.
    """
    arrays = read_arrays(path)
    kind = str(arrays.get("format", ""))
    if kind not in (_FORMAT, _UNSTRATIFIED):
        found = f"; its format is {kind!r}" if kind else ""
        msg = (
            f"{path} is no pool of collisions{found}; make one with `codesign data make l1 --pool`"
        )
        raise InvalidDataError(msg)
    try:
        strata = _strata(arrays) if kind == _FORMAT else (_single(arrays),)
        return Pool(strata=strata, seed=int(arrays["seed"]))
    except (IndexError, KeyError, TypeError, ValueError) as error:
        msg = f"{path} is a damaged pool of collisions ({error}); make it again"
        raise InvalidDataError(msg) from error


def _strata(arrays: _Arrays) -> tuple[Stratum, ...]:
    columns = ("names", "pt_hat_gev", "cross_sections_mb", "errors_mb", "made")
    rows = zip(*(arrays[name].tolist() for name in columns), strict=True)
    strata = tuple(
        Stratum(
            name=name,
            pt_hat_gev=None if np.isnan(edge) else edge,
            cross_section_mb=cross_section,
            error_mb=error,
            made=made,
            quiet=_as_seen(arrays, f"{number}_quiet"),
            loud=_as_seen(arrays, f"{number}_loud"),
        )
        for number, (name, edge, cross_section, error, made) in enumerate(rows)
    )
    if not all(one.made > 0 and 0 < one.cross_section_mb < np.inf for one in strata) or not strata:
        msg = "a stratum without collisions or cross section"
        raise ValueError(msg)
    return strata


def _single(arrays: _Arrays) -> Stratum:
    """Return the one stratum of a pool of inelastic collisions as Pythia makes them."""
    return Stratum(
        name="inelastic",
        pt_hat_gev=0.0,
        cross_section_mb=_INELASTIC_MB,
        error_mb=0.0,
        made=int(arrays["made"]),
        quiet=_as_seen(arrays, "soft"),
        loud=_as_seen(arrays, "hard"),
    )


def _as_arrays(seen: Seen, prefix: str) -> _Arrays:
    arrays: _Arrays = {
        f"{prefix}_muons_offsets": seen.muons.offsets,
        f"{prefix}_muons_momenta": seen.muons.momenta,
    }
    for source, deposits in zip(_SOURCES, (seen.ecal, seen.hcal), strict=True):
        arrays[f"{prefix}_{source}_offsets"] = deposits.offsets
        arrays[f"{prefix}_{source}_tower"] = deposits.tower
        arrays[f"{prefix}_{source}_et_gev"] = deposits.et_gev
    return arrays


def _as_seen(arrays: _Arrays, prefix: str) -> Seen:
    """Return some collisions, checked for what would index past the end."""
    ecal, hcal = (
        Deposits(
            offsets=_offsets(
                arrays[f"{prefix}_{source}_offsets"], arrays[f"{prefix}_{source}_tower"]
            ),
            tower=arrays[f"{prefix}_{source}_tower"],
            et_gev=arrays[f"{prefix}_{source}_et_gev"],
        )
        for source in _SOURCES
    )
    momenta = arrays[f"{prefix}_muons_momenta"]
    muons = Muons(offsets=_offsets(arrays[f"{prefix}_muons_offsets"], momenta), momenta=momenta)
    for deposits in (ecal, hcal):
        if len(deposits.tower) and int(deposits.tower.max()) >= NUM_TOWERS:
            msg = f"{prefix}: tower {int(deposits.tower.max())} of {NUM_TOWERS}"
            raise ValueError(msg)
    return Seen(ecal=ecal, hcal=hcal, muons=muons)


def _offsets(offsets: NDArray[Any], entries: NDArray[Any]) -> NDArray[np.int64]:
    if (np.diff(offsets) < 0).any() or offsets[0] != 0 or offsets[-1] != len(entries):
        msg = "offsets do not fit their entries"
        raise ValueError(msg)
    return offsets.astype(np.int64)
