"""What the calorimeter measures of showers: cells with sampling fluctuations, noise and pile-up.

Source: the sampling term of 10 % / sqrt(E) is that of ATLAS, JINST 3 (2008) S08003. Noise,
pile-up and times are those of a toy: see :mod:`codesign.data.calo.geometry`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.data.calo.geometry import CELL_RM, CaloGeometry
from codesign.data.calo.showers import Reals, Spots

SAMPLING = 0.10
"""Relative resolution at 1 GeV, in the root of GeV."""
_PILE_UP = 60.0
_PILE_UP_SHAPE = 0.3
_SIGNIFICANT = 3.0
_CONSTANT_NS, _NOISE_NS = 0.25, 10.0
"""Of a large energy, and of one as large as the noise."""
_LATE_NS = 25.0
"""A collision of a neighbouring crossing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """The cells of events, each array of shape (events, cells).

    Attributes:
        energy_gev: Measured; noise makes it negative at times.
        time_ns: Of the cell, 0 where its energy is below three standard deviations of its noise.
    """

    energy_gev: Reals
    time_ns: Reals


def deposit(
    spots: Spots,
    geometry: CaloGeometry,
    *,
    start_x0: Reals,
    position: Reals,
) -> Reals:
    """Return the energy that reaches each cell, shape (events, cells), in GeV.

    What is lost before the front, behind the back and beside the image is not in it.

    Args:
        spots: Of one shower an event.
        geometry: The calorimeter.
        start_x0: Where each shower starts: below 0 in the material in front, shape (events,).
        position: Where each meets the image, in cells of the middle layer from the center of the
            image, shape (events, 2): eta and phi.
    """
    depth = spots.depth_x0 + start_x0[spots.shower]
    edges = [layer.front_x0 for layer in geometry.layers] + [geometry.layers[-1].back_x0]
    layer = np.searchsorted(edges, depth, side="right") - 1
    radius = spots.radius_rm / CELL_RM
    eta = position[spots.shower, 0] + radius * np.cos(spots.angle)
    phi = position[spots.shower, 1] + radius * np.sin(spots.angle)
    row = np.floor(eta * geometry.pixels_per_cell + geometry.eta_pixels / 2).astype(np.int64)
    column = np.floor(phi + geometry.phi_pixels / 2).astype(np.int64)
    inside = (layer >= 0) & (layer < len(geometry.layers))
    inside &= (row >= 0) & (row < geometry.eta_pixels)
    inside &= (column >= 0) & (column < geometry.phi_pixels)
    cell = geometry.cell_of[row[inside], column[inside], layer[inside]]
    events = len(start_x0)
    found: Reals = np.bincount(
        spots.shower[inside] * geometry.num_cells + cell,
        weights=spots.energy_gev[inside],
        minlength=events * geometry.num_cells,
    ).astype(np.float64)
    return found.reshape(events, geometry.num_cells)


def read_out(
    deposited: Reals,
    geometry: CaloGeometry,
    *,
    pile_up: Reals,
    generator: np.random.Generator,
) -> Cells:
    """Return what is measured of deposited energy.

    Sampling makes of an energy E one of mean E and variance ``SAMPLING^2 E``. Pile-up is skewed, as
    that of rare collisions, and of mean 0, as behind a bipolar shaper.

    Args:
        deposited: Shape (events, cells), GeV.
        geometry: The calorimeter.
        pile_up: Mean collisions a crossing of each event, shape (events,).
        generator: Where randomness comes from.
    """
    sampled = sample(deposited, generator)
    layers = geometry.layers
    noise = np.array([layer.noise_gev for layer in layers])[geometry.layer_of]
    shape = sampled.shape
    spread = np.array([layer.pile_up_gev for layer in layers])[geometry.layer_of]
    spread = spread * np.sqrt(pile_up / _PILE_UP)[:, None]
    others = generator.gamma(_PILE_UP_SHAPE, size=shape) - _PILE_UP_SHAPE
    others *= spread / np.sqrt(_PILE_UP_SHAPE)
    energy = sampled + others + generator.normal(size=shape) * noise
    return Cells(
        energy_gev=energy,
        time_ns=_times(energy, sampled, others, noise, generator),
    )


def sample(deposited: Reals, generator: np.random.Generator) -> Reals:
    """Return energies with sampling fluctuations; what is 0 stays 0."""
    mean = deposited / SAMPLING**2
    drawn: Reals = generator.gamma(np.where(mean > 0, mean, 1.0)) * SAMPLING**2
    return np.where(mean > 0, drawn, 0.0)


def _times(
    energy: Reals, sampled: Reals, others: Reals, noise: Reals, generator: np.random.Generator
) -> Reals:
    """Return times: 0 for the shower, late or early for the share of pile-up, blurred by noise."""
    share = np.abs(others) / (np.abs(others) + sampled + 1e-9)
    late = generator.uniform(-_LATE_NS, _LATE_NS, size=energy.shape)
    blur = np.hypot(_CONSTANT_NS, _NOISE_NS * noise / np.maximum(energy, noise))
    measured = share * late + blur * generator.normal(size=energy.shape)
    shown = np.clip(measured, -_LATE_NS, _LATE_NS)
    return np.where(energy > _SIGNIFICANT * noise, shown, 0.0)


def as_image(
    cells: NDArray[np.floating], geometry: CaloGeometry, *, shared: bool
) -> NDArray[np.floating]:
    """Return cells as images, shape (events, eta, phi, layers).

    Args:
        cells: Shape (events, cells).
        geometry: The calorimeter.
        shared: Whether the pixels of a cell share its value, so that sums stay sums; else each has
            it.
    """
    values = cells / geometry.pixels_of if shared else cells
    image: NDArray[np.floating] = values[:, geometry.cell_of]
    return image
