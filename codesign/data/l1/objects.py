"""Trigger objects from towers: jets, e/gamma, muons and missing energy of many crossings at once.

Jets are the sum of 9 x 9 towers around a local maximum, less the pile-up, which is the median of
such sums in the ring of equal eta. An e/gamma is a local maximum of the ECAL, 3 x 3 towers, with
little HCAL energy and little around it. Muons come as they are. Missing energy sums towers above
1 GeV. This follows the stage-2 calorimeter trigger of CMS in outline (CMS, arXiv:2006.10165,
section 3), not in detail: its calibrations are not there.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codesign.data.l1.layout import EGAMMA, FEATURE_NAMES, JET, MET, MUON, ObjectKind
from codesign.data.l1.scales import to_hardware
from codesign.data.l1.slots import leading
from codesign.data.l1.towers import ETA_CENTERS, NUM_ETA, NUM_PHI, NUM_TOWERS, PHI_CENTERS

Maps = NDArray[np.float32]

_JET_SIZE, _EGAMMA_SIZE, _ISOLATION_SIZE = 9, 3, 7
_JET_SEED_GEV, _JET_MIN_GEV = 4.0, 8.0
_EGAMMA_SEED_GEV, _EGAMMA_MIN_GEV = 2.0, 4.0
_EGAMMA_ETA, _HCAL_SHARE, _ISOLATION_SHARE = 2.6, 0.3, 0.8
_MUON_MIN_GEV, _MET_TOWER_GEV = 3.0, 1.0
_COS: Final = np.tile(np.cos(PHI_CENTERS), NUM_ETA).astype(np.float32)
_SIN: Final = np.tile(np.sin(PHI_CENTERS), NUM_ETA).astype(np.float32)
_CENTERS: Final = np.stack([np.repeat(ETA_CENTERS, NUM_PHI), np.tile(PHI_CENTERS, NUM_ETA)], axis=1)


def find_objects(
    ecal: Maps, hcal: Maps, muon_event: NDArray[np.int64], muons: NDArray[np.floating]
) -> NDArray[np.int16]:
    """Return the objects of crossings in hardware integers.

    Args:
        ecal: Shape (crossings, 82, 72), float32, transverse energy in GeV.
        hcal: As ``ecal``.
        muon_event: Shape (muons,), the crossing of each.
        muons: Shape (muons, 3): pT in GeV, eta, phi.

    Returns:
        Shape (crossings, 57), in the order of ``FEATURE_NAMES``. Transverse momenta are cut off
        to whole hardware units, as in firmware.
    """
    total = ecal + hcal
    around = window_sum(total, _JET_SIZE)
    ring = np.median(around, axis=2, keepdims=True)
    hard = muons[:, 0] > _MUON_MIN_GEV
    parts = (
        (MET, *_missing(total)),
        (EGAMMA, *_egammas(ecal, hcal, total, ring)),
        (MUON, muon_event[hard], muons[hard]),
        (JET, *_jets(total, around - ring)),
    )
    events = np.empty((len(total), len(FEATURE_NAMES)), dtype=np.int16)
    for kind, event, momenta in parts:
        columns = slice(kind.first, kind.first + 3 * kind.count)
        events[:, columns] = _as_integers(kind, event, momenta, len(total))
    return events


def window_sum(maps: Maps, size: int) -> Maps:
    """Return the sum in a square window around each tower: eta ends repeat, phi closes."""
    return _windowed(maps, size, np.add)


def window_max(maps: Maps, size: int) -> Maps:
    """Return the largest value in a square window around each tower."""
    return _windowed(maps, size, np.maximum)


def _windowed(maps: Maps, size: int, combine: Callable[..., Maps]) -> Maps:
    half = size // 2
    first, last = maps[:, :1], maps[:, -1:]
    padded = np.concatenate([first] * half + [maps] + [last] * half, axis=1)
    rows = _slide(padded, size, combine)
    padded = np.concatenate([rows[:, :, -half:], rows, rows[:, :, :half]], axis=2)
    return _slide(padded.swapaxes(1, 2), size, combine).swapaxes(1, 2)


def _slide(maps: Maps, size: int, combine: Callable[..., Maps]) -> Maps:
    """Combine ``size`` neighbors along axis 1 from pieces of 1, 2, 4, ... of them."""
    length = maps.shape[1] - size + 1
    result, piece, start, width = None, maps, 0, 1
    while True:
        if size & width:
            part = piece[:, start : start + length]
            result = part if result is None else combine(result, part)
            start += width
        if 2 * width > size:
            break
        piece = combine(piece[:, :-width], piece[:, width:])
        width *= 2
    assert result is not None  # noqa: S101 - size has a bit
    return result


def _jets(total: Maps, momentum: Maps) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    is_seed = (total > _JET_SEED_GEV) & (total == window_max(total, _JET_SIZE))
    return _at(is_seed & (momentum > _JET_MIN_GEV), momentum)


def _egammas(
    ecal: Maps, hcal: Maps, total: Maps, ring: Maps
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    momentum = window_sum(ecal, _EGAMMA_SIZE)
    around = window_sum(total, _ISOLATION_SIZE) - momentum
    pile_up = ring * (_ISOLATION_SIZE / _JET_SIZE) ** 2
    found = (ecal > _EGAMMA_SEED_GEV) & (ecal == window_max(ecal, _EGAMMA_SIZE))
    found &= window_sum(hcal, _EGAMMA_SIZE) < _HCAL_SHARE * momentum
    found &= around < _ISOLATION_SHARE * momentum + pile_up
    found &= (np.abs(ETA_CENTERS) < _EGAMMA_ETA)[:, None]
    return _at(found & (momentum > _EGAMMA_MIN_GEV), momentum)


def _missing(total: Maps) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    towers = np.where(total > _MET_TOWER_GEV, total, 0.0).reshape(len(total), NUM_TOWERS)
    x, y = -(towers * _COS).sum(axis=1), -(towers * _SIN).sum(axis=1)
    momenta = np.stack([np.hypot(x, y), np.zeros(len(x)), np.arctan2(y, x)], axis=1)
    return np.arange(len(total)), momenta


def _at(mask: NDArray[np.bool_], momentum: Maps) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the crossing and (pT, eta, phi) of the towers where ``mask`` is true."""
    event, tower = np.divmod(np.flatnonzero(mask), NUM_TOWERS)
    pt = momentum[mask].astype(np.float64)
    return event, np.concatenate([pt[:, None], _CENTERS[tower]], axis=1)


def _as_integers(
    kind: ObjectKind, event: NDArray[np.int64], momenta: NDArray[np.floating], num_events: int
) -> NDArray[np.int64]:
    objects = leading(event, momenta, num_events=num_events, count=kind.count)
    objects[:, :, 0] = np.floor(objects[:, :, 0] / kind.pt_gev) * kind.pt_gev
    return to_hardware(objects, kind)[0].reshape(num_events, -1)
