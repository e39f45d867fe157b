"""The particles of many collisions, side by side in flat arrays."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Particles:
    """Particles, tracks or calorimeter cells.

    Attributes:
        event: Shape (particles,), int64, the collision each belongs to, from 0.
        pdg_id: Shape (particles,), int64, the PDG code; 0 for a calorimeter cell.
        momenta: Shape (particles, 4), float64, px, py, pz and energy in GeV.
    """

    event: NDArray[np.int64]
    pdg_id: NDArray[np.int64]
    momenta: NDArray[np.float64]

    def where(self, mask: NDArray[np.bool_]) -> Self:
        """Return the particles where ``mask`` of shape (particles,) is true."""
        return type(self)(
            event=self.event[mask], pdg_id=self.pdg_id[mask], momenta=self.momenta[mask]
        )

    def finite(self) -> Self:
        """Return the particles whose four-momentum is finite, the only ones FastJet survives."""
        return self.where(np.asarray(np.isfinite(self.momenta).all(axis=1)))

    @property
    def pt(self) -> NDArray[np.float64]:
        """Transverse momentum in GeV, shape (particles,)."""
        return np.hypot(self.momenta[:, 0], self.momenta[:, 1])

    @property
    def eta(self) -> NDArray[np.float64]:
        """Pseudorapidity, shape (particles,)."""
        return np.asarray(np.arcsinh(self.momenta[:, 2] / np.maximum(self.pt, 1e-12)))

    @property
    def phi(self) -> NDArray[np.float64]:
        """Azimuth in [0, 2 pi), shape (particles,)."""
        return np.asarray(np.arctan2(self.momenta[:, 1], self.momenta[:, 0]) % (2 * np.pi))

    @property
    def energy(self) -> NDArray[np.float64]:
        """Energy in GeV, shape (particles,)."""
        return self.momenta[:, 3]


def together(parts: list[Particles]) -> Particles:
    """Return all particles of several arrays, ordered by collision."""
    event = np.concatenate([part.event for part in parts])
    order = np.argsort(event, kind="stable")
    return Particles(
        event=event[order],
        pdg_id=np.concatenate([part.pdg_id for part in parts])[order],
        momenta=np.concatenate([part.momenta for part in parts])[order],
    )
