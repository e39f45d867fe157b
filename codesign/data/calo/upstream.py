"""What happens in front of the calorimeter: where showers start, and the tracks that are found.

Sources: photons convert with a mean free path of 9/7 X0 and electrons lose energy by bremsstrahlung
as Bethe and Heitler found (Review of Particle Physics, passage of particles through matter: the
negative logarithm of what is left after x radiation lengths is a gamma distribution of shape
x / ln 2); momenta are measured to 1 % + 0.05 % p / GeV in quadrature (ATLAS, JINST 3 (2008)
S08003). The amount of material is that of a toy.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.data.calo.showers import Reals

CONVERSION_X0 = 9 / 7
TRACKS = 2
TRACK_FEATURES = ("momentum", "eta", "phi", "found")
"""Momentum as a share of the cluster's energy; where the track meets the image, in middle cells
from its center; 1 where there is one. All 0 where there is none."""
_TRACKER = 0.3
"""Share of the material that is in the tracker."""
_MOMENTUM = (0.01, 0.0005)
_PLACE_CELLS = 0.03


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Particles:
    """Electrons and photons on their way to the calorimeter, each array of shape (events, ...).

    Attributes:
        energy_gev: True.
        is_photon: Whether each is one.
        position: Where it is headed, in middle cells from the center of the image, (events, 2).
        material_x0: In front of the calorimeter.
        start_x0: Where its shower starts, behind the origin.
    """

    energy_gev: Reals
    is_photon: NDArray[np.bool_]
    position: Reals
    material_x0: Reals
    start_x0: Reals


def material(eta: Reals, generator: np.random.Generator) -> Reals:
    """Draw the material that particles of a pseudorapidity cross, in X0, shape (events,)."""
    return (1.5 + 1.2 * eta**2) * generator.uniform(0.9, 1.1, size=len(eta))


def draw_starts(
    is_photon: NDArray[np.bool_], generator: np.random.Generator
) -> NDArray[np.float64]:
    """Draw where showers start: that of an electron at once, that of a photon when it converts."""
    converts = generator.exponential(CONVERSION_X0, size=len(is_photon))
    return np.where(is_photon, converts, 0.0)


def draw_tracks(particles: Particles, generator: np.random.Generator) -> Reals:
    """Draw the true momenta and measured places of tracks, shape (events, 2, 4).

    An electron has one track. A photon that converts in the tracker has two, which share its
    energy; another has none. The first column is the measured momentum in GeV.
    """
    events = len(particles.energy_gev)
    inside = particles.start_x0 < _TRACKER * particles.material_x0
    share = generator.uniform(size=events)
    momenta = np.where(
        particles.is_photon[:, None],
        inside[:, None] * np.stack([np.maximum(share, 1 - share), np.minimum(share, 1 - share)], 1),
        np.array([1.0, 0.0]),
    )
    momenta *= particles.energy_gev[:, None]
    crossed = _TRACKER * particles.material_x0[:, None] / np.log(2)
    momenta *= np.exp(-0.5 * generator.gamma(np.broadcast_to(crossed, momenta.shape)))
    relative = np.hypot(_MOMENTUM[0], _MOMENTUM[1] * momenta)
    measured = momenta / np.maximum(1 + relative * generator.normal(size=momenta.shape), 0.1)
    found = momenta > 0.5
    place = particles.position[:, None] + _PLACE_CELLS * generator.normal(size=(events, TRACKS, 2))
    tracks = np.concatenate([measured[..., None], place, np.ones((events, TRACKS, 1))], axis=-1)
    kept: Reals = np.where(found[..., None], tracks, 0.0)
    return kept
