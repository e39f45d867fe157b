"""A CMS-like detector in a few lines: tracks, calorimeter cells, resolutions, no magnetic field.

Charged hadrons below 220 GeV and charged leptons are tracks. Photons are summed in ECAL cells;
everything else that is seen, in HCAL cells. Neutrinos are not seen.

Source: Coleman et al., arXiv:1709.08705, appendix, and the program they used
(nhanvtran/trackObservables@0ac4c97, processing/anaSubstructure.cpp), with the cells and the track
limit in the name of the public benchmark, ``r1_h022_e0175_t220_nonu``: HCAL 0.022, ECAL 0.0175,
tracks to 220 GeV, no neutrinos.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.data.particles import Particles, together

MAX_TRACK_PT_GEV = 220.0
"""Above it a charged hadron is left to the calorimeter."""

MAX_CELL_ETA = 3.0
"""The calorimeters end here."""

MIN_CELL_ENERGY_GEV = 0.01
"""Cells below it are dropped: far below any threshold of a real calorimeter."""

_CHARGED_HADRONS = (211, 321, 2212, 3112, 3222, 3312)
_CHARGED_LEPTONS = (11, 13, 15)
_NEUTRINOS = (12, 14, 16)
_PHOTONS = (22, 111)
_TRACK_SLOPE, _TRACK_FLOOR = 0.00025, 0.015
_SMALLEST_RESPONSE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Calorimeter:
    """Cells of equal size in eta and phi, and their energy resolution.

    The relative resolution at energy E in GeV is the sum in quadrature of
    ``stochastic / sqrt(E)``, ``noise / E`` and ``constant``.

    Attributes:
        cell: Width of a cell in eta and, in radians, in phi.
        stochastic: In the square root of GeV.
        noise: In GeV.
        constant: Dimensionless.
    """

    cell: float
    stochastic: float
    noise: float
    constant: float

    def resolution(self, energy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the relative resolution at energies in GeV."""
        stochastic = self.stochastic / np.sqrt(energy)
        terms = stochastic**2 + (self.noise / energy) ** 2 + self.constant**2
        return np.sqrt(terms)


ECAL = Calorimeter(
    cell=0.0175, stochastic=0.027 * float(np.sqrt(1.6)), noise=0.15 * 1.6, constant=0.005
)
"""Photons; 1.6 accounts for the charged energy subtracted from the cells."""

HCAL = Calorimeter(cell=0.022, stochastic=1.2 * float(np.sqrt(7.0)), noise=0.0, constant=0.05)
"""Neutral hadrons; 7 accounts for the charged energy subtracted from the cells."""


def detect(particles: Particles, generator: np.random.Generator) -> Particles:
    """Return what the detector sees of final-state particles.

    Args:
        particles: The stable particles of any number of collisions.
        generator: The source of the smearing.

    Returns:
        Tracks and cells, ordered by collision, all with finite four-momenta.
    """
    seen = particles.finite()
    seen = seen.where(~np.isin(np.abs(seen.pdg_id), _NEUTRINOS))
    code = np.abs(seen.pdg_id)
    tracked = np.isin(code, _CHARGED_LEPTONS) | (
        np.isin(code, _CHARGED_HADRONS) & (seen.pt <= MAX_TRACK_PT_GEV)
    )
    photons = np.isin(code, _PHOTONS)
    inside = np.abs(seen.eta) < MAX_CELL_ETA
    parts = [
        smear_tracks(seen.where(tracked), generator),
        smear_cells(fill_cells(seen.where(photons & inside), ECAL), ECAL, generator),
        smear_cells(fill_cells(seen.where(~tracked & ~photons & inside), HCAL), HCAL, generator),
    ]
    return together(parts).finite()


def smear_tracks(tracks: Particles, generator: np.random.Generator) -> Particles:
    """Return tracks with their momenta scaled by a Gaussian response, angles untouched."""
    width = np.hypot(_TRACK_SLOPE * tracks.pt, _TRACK_FLOOR)
    return _scaled(tracks, generator.normal(1.0, width))


def fill_cells(particles: Particles, calorimeter: Calorimeter) -> Particles:
    """Return massless cells at their centers, each with the energy that falls into it.

    Args:
        particles: Particles of |eta| below `MAX_CELL_ETA`.
        calorimeter: The size of its cells is taken.
    """
    num_eta = int(2 * MAX_CELL_ETA / calorimeter.cell)
    num_phi = int(2 * np.pi / calorimeter.cell)
    row = ((particles.eta + MAX_CELL_ETA) / (2 * MAX_CELL_ETA) * num_eta).astype(np.int64)
    column = (particles.phi / (2 * np.pi) * num_phi).astype(np.int64)
    row, column = np.minimum(row, num_eta - 1), np.minimum(column, num_phi - 1)
    key = (particles.event * num_eta + row) * num_phi + column
    cells, owner = np.unique(key, return_inverse=True)
    energy = np.bincount(owner, weights=particles.energy, minlength=len(cells))
    eta = ((cells // num_phi) % num_eta + 0.5) * (2 * MAX_CELL_ETA / num_eta) - MAX_CELL_ETA
    phi = (cells % num_phi + 0.5) * (2 * np.pi / num_phi)
    pt = energy / np.cosh(eta)
    momenta = np.stack([pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta), energy], axis=1)
    return Particles(
        event=cells // (num_eta * num_phi), pdg_id=np.zeros_like(cells), momenta=momenta
    )


def smear_cells(
    cells: Particles, calorimeter: Calorimeter, generator: np.random.Generator
) -> Particles:
    """Return the cells above the threshold, energies scaled by a Gaussian response."""
    kept = cells.where(cells.energy > MIN_CELL_ENERGY_GEV)
    return _scaled(kept, generator.normal(1.0, calorimeter.resolution(kept.energy)))


def _scaled(particles: Particles, response: NDArray[np.float64]) -> Particles:
    """Return particles with four-momenta times a response, which stays above zero."""
    factor = np.maximum(response, _SMALLEST_RESPONSE)[:, None]
    return Particles(
        event=particles.event, pdg_id=particles.pdg_id, momenta=particles.momenta * factor
    )
