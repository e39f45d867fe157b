"""What the calorimeter is made of: layers of cells of different size behind upstream material.

Lengths across a shower are in cells of the middle layer, depths in radiation lengths X0. The shape
is that of the barrel of a sampling calorimeter with an accordion: a presampler, fine strips in eta,
a deep middle layer and a thin back layer.

Source: the images of 56 x 11 x 4 are those of DeepCalo, as the calorimeter talk has them; the
granularity (strips an eighth of a middle cell in eta and four in phi, back cells two in eta)
follows the barrel of ATLAS, JINST 3 (2008) S08003. All other numbers are those of this toy.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from codesign.errors import InvalidDesignError

CELL_RM = 0.8
"""Width of a middle cell in Moliere radii, of this toy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaloLayer:
    """One layer.

    Attributes:
        name: What it is called.
        front_x0: Where it begins, behind the front of the calorimeter.
        back_x0: Where it ends.
        eta_group: Pixels of the image that one cell covers in eta.
        phi_group: Likewise in phi.
        noise_gev: Standard deviation of the electronic noise of a cell.
        pile_up_gev: That of pile-up at 60 collisions a crossing; it grows with their root.
    """

    name: str
    front_x0: float
    back_x0: float
    eta_group: int
    phi_group: int
    noise_gev: float
    pile_up_gev: float


@dataclass(frozen=True, kw_only=True)
class CaloGeometry:
    """An image of pixels over layers of cells.

    Attributes:
        name: What it is called.
        eta_pixels: Of the image.
        phi_pixels: Of the image.
        pixels_per_cell: Pixels of the image in eta in one cell of the middle layer; in phi it is 1.
        layers: From the front to the back.
    """

    name: str
    eta_pixels: int
    phi_pixels: int
    pixels_per_cell: int
    layers: tuple[CaloLayer, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of an image: eta, phi, layers."""
        return self.eta_pixels, self.phi_pixels, len(self.layers)

    @cached_property
    def cell_of(self) -> NDArray[np.int64]:
        """The number of the cell below each pixel, counted over all layers; shape of an image."""
        found, first = [], 0
        for layer in self.layers:
            rows = _grouped(self.eta_pixels, layer.eta_group)
            columns = _grouped(self.phi_pixels, layer.phi_group)
            cells = first + rows[:, None] * (columns[-1] + 1) + columns
            first = int(cells[-1, -1]) + 1
            found.append(cells)
        return np.stack(found, axis=-1)

    @cached_property
    def pixels_of(self) -> NDArray[np.int64]:
        """How many pixels each cell covers, shape (cells,)."""
        return np.bincount(self.cell_of.ravel())

    @cached_property
    def layer_of(self) -> NDArray[np.int64]:
        """The layer of each cell, shape (cells,)."""
        layers = np.broadcast_to(np.arange(len(self.layers)), self.shape)
        found = np.empty(self.num_cells, dtype=np.int64)
        found[self.cell_of.ravel()] = layers.ravel()
        return found

    @property
    def num_cells(self) -> int:
        """Cells of all layers."""
        return int(self.cell_of.max()) + 1

    @cached_property
    def core(self) -> NDArray[np.bool_]:
        """Which pixels belong to the cluster, shape (eta, phi): 3 x 7 middle cells, of this toy."""
        eta = np.abs(np.arange(self.eta_pixels) + 0.5 - self.eta_pixels / 2)
        phi = np.abs(np.arange(self.phi_pixels) + 0.5 - self.phi_pixels / 2)
        core: NDArray[np.bool_] = (eta < 1.5 * self.pixels_per_cell)[:, None] & (phi < 3.5)
        return core


def _grouped(pixels: int, group: int) -> NDArray[np.int64]:
    """Return the group of each pixel, the groups about the middle of the image."""
    shift = (-pixels % group) // 2
    return (np.arange(pixels, dtype=np.int64) + shift) // group


def _layers(*, fine: int, strip_noise: float) -> tuple[CaloLayer, ...]:
    """Return the four layers; ``fine`` pixels make a middle cell."""
    rows = (
        ("presampler", 0.0, 0.5, fine, 4, 0.040, 0.02),
        ("strips", 0.5, 4.8, 1, 4, strip_noise, 0.02),
        ("middle", 4.8, 20.8, fine, 1, 0.030, 0.06),
        ("back", 20.8, 24.8, 2 * fine, 1, 0.030, 0.03),
    )
    fields = (
        *("name", "front_x0", "back_x0", "eta_group", "phi_group"),
        *("noise_gev", "pile_up_gev"),
    )
    return tuple(CaloLayer(**dict(zip(fields, row, strict=True))) for row in rows)  # type: ignore[arg-type] # each field has its own type


FULL = CaloGeometry(
    name="full",
    eta_pixels=56,
    phi_pixels=11,
    pixels_per_cell=8,
    layers=_layers(fine=8, strip_noise=0.015),
)
"""56 x 11 x 4 pixels: 7 x 11 cells of the middle layer."""
REDUCED = CaloGeometry(
    name="reduced",
    eta_pixels=14,
    phi_pixels=11,
    pixels_per_cell=2,
    layers=_layers(fine=2, strip_noise=0.030),
)
"""14 x 11 x 4 pixels over the same window: four strips are read out as one."""
GEOMETRIES = {geometry.name: geometry for geometry in (REDUCED, FULL)}


def find_geometry(name: str) -> CaloGeometry:
    """Return a geometry by its name.

    Raises:
        InvalidDesignError: If there is none of this name.
    """
    if name not in GEOMETRIES:
        msg = f"unknown geometry {name!r}; known are {', '.join(GEOMETRIES)}"
        raise InvalidDesignError(msg)
    return GEOMETRIES[name]
