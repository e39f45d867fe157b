"""Trigger towers and muons of collisions: what the calorimeters and muon chambers of a trigger see.

The towers are 82 x 72 in eta and phi, 0.0873 wide, to |eta| = 3.58. Electrons and photons deposit
in the ECAL, every other visible particle but muons in the HCAL. No magnetic field, no depth.

Source: tower size of CMS Detector Note DN-2014/029; resolutions of the CMS calorimeters in round
numbers, Sirunyan et al., arXiv:1706.04965: ECAL 12 % / sqrt(E) + 1 %, HCAL 100 % / sqrt(E) + 7 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from codesign.data.particles import Particles

NUM_ETA: Final = 82
NUM_PHI: Final = 72
NUM_TOWERS: Final = NUM_ETA * NUM_PHI
ETA_END: Final = NUM_ETA / 2 * 0.0873
ETA_CENTERS: Final = (np.arange(NUM_ETA) + 0.5) * 2 * ETA_END / NUM_ETA - ETA_END
PHI_CENTERS: Final = (np.arange(NUM_PHI) + 0.5) * 2 * np.pi / NUM_PHI

TURNS: Final = 2 * NUM_PHI
"""Ways to turn a collision about the beam by whole towers, mirrored in eta or not."""

_INVISIBLE = (12, 13, 14, 16)
_ELECTROMAGNETIC = (11, 22)
_MUON = 13
_ECAL, _HCAL = (0.12, 0.01), (1.0, 0.07)
_MIN_DEPOSIT_GEV = 0.25
_SMOOTH_BELOW_GEV = 0.05
_MUON_ETA, _MUON_PT_GEV, _MUON_RESOLUTION = 2.4, 2.5, 0.25
_MIN_RESPONSE = 0.1


def _turned_towers() -> NDArray[np.uint16]:
    """Return where each tower goes by each turn, shape (turns * towers,)."""
    turn, row, column = np.ogrid[:TURNS, :NUM_ETA, :NUM_PHI]
    mirrored, steps = np.divmod(turn, NUM_PHI)
    rows = np.where(mirrored == 1, NUM_ETA - 1 - row, row)
    return (rows * NUM_PHI + (column + steps) % NUM_PHI).astype(np.uint16).ravel()


_TURNED: Final = _turned_towers()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deposits:
    """Energy in towers, collision after collision.

    Attributes:
        offsets: Shape (collisions + 1,), int64: where the deposits of each begin and end.
        tower: Shape (deposits,), uint16, ``eta index * NUM_PHI + phi index``.
        et_gev: Shape (deposits,), float32, transverse energy.
    """

    offsets: NDArray[np.int64]
    tower: NDArray[np.uint16]
    et_gev: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def take(self, chosen: NDArray[np.int64]) -> Self:
        """Return the deposits of some collisions, in the order of ``chosen``, repeats allowed."""
        at, offsets = _gather(self.offsets, chosen)
        return type(self)(offsets=offsets, tower=self.tower[at], et_gev=self.et_gev[at])

    def turned(self, turns: NDArray[np.int64]) -> Self:
        """Return the same collisions, each turned, as of `Seen.turned`."""
        at = np.repeat(turns * NUM_TOWERS, np.diff(self.offsets)) + self.tower
        return replace(self, tower=_TURNED[at])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Muons:
    """Muons, collision after collision.

    Attributes:
        offsets: Shape (collisions + 1,), int64: where the muons of each begin and end.
        momenta: Shape (muons, 3), float32: transverse momentum in GeV, eta, phi in [0, 2 pi).
    """

    offsets: NDArray[np.int64]
    momenta: NDArray[np.float32]

    def take(self, chosen: NDArray[np.int64]) -> Self:
        """Return the muons of some collisions, in the order of ``chosen``, repeats allowed."""
        at, offsets = _gather(self.offsets, chosen)
        return type(self)(offsets=offsets, momenta=self.momenta[at])

    def turned(self, turns: NDArray[np.int64]) -> Self:
        """Return the same collisions, each turned, as of `Seen.turned`."""
        mirrored, steps = np.divmod(np.repeat(turns, np.diff(self.offsets)), NUM_PHI)
        pt, eta, phi = self.momenta.T
        phi = (phi + steps * (2 * np.pi / NUM_PHI)) % (2 * np.pi)
        momenta = np.stack([pt, np.where(mirrored == 1, -eta, eta), phi], axis=1)
        return replace(self, momenta=momenta.astype(np.float32))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What is seen of a number of collisions.

    Attributes:
        ecal: Deposits of electrons and photons.
        hcal: Those of hadrons.
        muons: The muons.
    """

    ecal: Deposits
    hcal: Deposits
    muons: Muons

    def __len__(self) -> int:
        return len(self.ecal)

    def take(self, chosen: NDArray[np.int64]) -> Self:
        """Return some collisions, in the order of ``chosen``, repeats allowed."""
        return type(self)(
            ecal=self.ecal.take(chosen),
            hcal=self.hcal.take(chosen),
            muons=self.muons.take(chosen),
        )

    def turned(self, turns: NDArray[np.int64]) -> Self:
        """Return the same collisions, each turned about the beam, perhaps mirrored in eta.

        Args:
            turns: Shape (collisions,), in [0, `TURNS`): towers in phi, plus 72 where mirrored.
        """
        return type(self)(
            ecal=self.ecal.turned(turns),
            hcal=self.hcal.turned(turns),
            muons=self.muons.turned(turns),
        )


def see(particles: Particles, generator: np.random.Generator, *, num_events: int) -> Seen:
    """Return towers and muons of collisions.

    Args:
        particles: Their final-state particles.
        generator: The source of the smearing.
        num_events: How many collisions; some may have left no particle.
    """
    particles = particles.finite()
    code = np.abs(particles.pdg_id)
    inside = np.abs(particles.eta) < ETA_END
    light = np.isin(code, _ELECTROMAGNETIC)
    heavy = ~light & ~np.isin(code, _INVISIBLE)
    return Seen(
        ecal=_deposits(particles.where(inside & light), _ECAL, generator, num_events),
        hcal=_deposits(particles.where(inside & heavy), _HCAL, generator, num_events),
        muons=_muons(particles.where(code == _MUON), generator, num_events),
    )


def together(parts: Sequence[Seen]) -> Seen:
    """Return the collisions of several parts, one after the other."""
    return Seen(
        ecal=_joined_deposits([part.ecal for part in parts]),
        hcal=_joined_deposits([part.hcal for part in parts]),
        muons=Muons(
            offsets=_joined_offsets([part.muons.offsets for part in parts]),
            momenta=np.concatenate([part.muons.momenta for part in parts]),
        ),
    )


def _deposits(
    particles: Particles,
    resolution: tuple[float, float],
    generator: np.random.Generator,
    num_events: int,
) -> Deposits:
    row = ((particles.eta + ETA_END) / (2 * ETA_END) * NUM_ETA).astype(np.int64)
    column = (particles.phi / (2 * np.pi) * NUM_PHI).astype(np.int64)
    row, column = np.clip(row, 0, NUM_ETA - 1), np.minimum(column, NUM_PHI - 1)
    key = (particles.event * NUM_ETA + row) * NUM_PHI + column
    cells, owner = np.unique(key, return_inverse=True)
    et = np.bincount(owner, weights=particles.pt, minlength=len(cells))
    stochastic, constant = resolution
    width = np.sqrt(stochastic**2 / np.maximum(et, _SMOOTH_BELOW_GEV) + constant**2)
    et = et * np.maximum(0.0, generator.normal(1.0, width))
    kept = et > _MIN_DEPOSIT_GEV
    return Deposits(
        offsets=_offsets(cells[kept] // NUM_TOWERS, num_events),
        tower=(cells[kept] % NUM_TOWERS).astype(np.uint16),
        et_gev=et[kept].astype(np.float32),
    )


def _muons(particles: Particles, generator: np.random.Generator, num_events: int) -> Muons:
    found = particles.where((np.abs(particles.eta) < _MUON_ETA) & (particles.pt > _MUON_PT_GEV))
    response = np.maximum(_MIN_RESPONSE, generator.normal(1.0, _MUON_RESOLUTION, len(found.pt)))
    momenta = np.stack([found.pt * response, found.eta, found.phi], axis=1)
    return Muons(offsets=_offsets(found.event, num_events), momenta=momenta.astype(np.float32))


def _offsets(event: NDArray[np.int64], num_events: int) -> NDArray[np.int64]:
    """Return where each event begins and ends, for events in rising order."""
    return np.searchsorted(event, np.arange(num_events + 1)).astype(np.int64)


def _gather(
    offsets: NDArray[np.int64], chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the entries of ``chosen``, and the offsets they will have."""
    starts = offsets[chosen]
    ends = np.concatenate([[0], np.cumsum(offsets[chosen + 1] - starts)])
    return np.arange(ends[-1]) + np.repeat(starts - ends[:-1], np.diff(ends)), ends


def _joined_deposits(parts: Sequence[Deposits]) -> Deposits:
    return Deposits(
        offsets=_joined_offsets([part.offsets for part in parts]),
        tower=np.concatenate([part.tower for part in parts]),
        et_gev=np.concatenate([part.et_gev for part in parts]),
    )


def _joined_offsets(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return offsets of parts that are put one behind the other."""
    sizes = np.concatenate([np.diff(part) for part in parts])
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
