"""Electromagnetic showers as spots of energy, drawn from published parametrisations.

The profile of each shower fluctuates: its depth is a gamma distribution whose two parameters are
drawn, correlated, for each shower; its radius a core and a tail that depend on depth.

Source: Grindhammer and Peters, arXiv:hep-ex/0001020, formulas and constants for homogeneous media;
Geant4 states the same means, core and number of spots beside its GFlash parameters. PbWO4: its
critical energy from the Review of Particle Physics, its Z the mean of the elements by their mass.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

Reals = NDArray[np.float64]

DEEPEST_X0 = 60.0
"""No spot lies deeper."""
_BINS = 120
_FEWEST_SPOTS = 100
_SMALLEST_ALPHA = 1.1
_FARTHEST_RM = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A homogeneous medium.

    Attributes:
        atomic_number: Effective Z.
        critical_energy_mev: Where electrons lose as much by ionization as by radiation.
    """

    atomic_number: float
    critical_energy_mev: float


PBWO4 = Medium(atomic_number=68.4, critical_energy_mev=9.64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spots:
    """Spots of energy of several showers.

    Attributes:
        shower: The number of the shower, shape (spots,).
        depth_x0: Behind the start of the shower.
        radius_rm: From its axis in Moliere radii.
        angle: About its axis.
        energy_gev: Of the spot; together those of the showers.
    """

    shower: NDArray[np.int64]
    depth_x0: Reals
    radius_rm: Reals
    angle: Reals
    energy_gev: Reals


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profiles:
    """The longitudinal profiles of showers, each array of shape (showers,).

    Attributes:
        alpha: The shape of the gamma distribution of depth.
        beta: Its rate, per X0.
        mean_alpha: The shape without fluctuation.
    """

    alpha: Reals
    beta: Reals
    mean_alpha: Reals

    @property
    def maximum_x0(self) -> Reals:
        """Where the shower is brightest."""
        return (self.alpha - 1) / self.beta


def draw_profiles(
    energy_gev: Reals, generator: np.random.Generator, *, medium: Medium = PBWO4
) -> Profiles:
    """Draw the longitudinal profiles of showers.

    Args:
        energy_gev: Of the showers, shape (showers,), from about 1 GeV on.
        generator: Where randomness comes from.
        medium: What the showers develop in.
    """
    ln_y = np.log(energy_gev * 1e3 / medium.critical_energy_mev)
    mean_ln_t = np.log(np.maximum(ln_y - 0.812, 0.1))
    growth = 0.458 + 2.26 / medium.atomic_number
    mean_ln_alpha = np.log(np.maximum(0.81 + growth * ln_y, 1.01))
    correlation = 0.705 - 0.023 * ln_y
    first, second = generator.normal(size=(2, len(energy_gev)))
    common, opposite = np.sqrt((1 + correlation) / 2), np.sqrt((1 - correlation) / 2)
    ln_t = mean_ln_t + (common * first + opposite * second) / (-1.4 + 1.26 * ln_y)
    ln_alpha = mean_ln_alpha + (common * first - opposite * second) / (-0.58 + 0.86 * ln_y)
    alpha = np.maximum(np.exp(ln_alpha), _SMALLEST_ALPHA)
    beta = (alpha - 1) / np.exp(ln_t)
    return Profiles(alpha=alpha, beta=beta, mean_alpha=np.exp(mean_ln_alpha))


def draw_spots(
    energy_gev: Reals,
    generator: np.random.Generator,
    *,
    most_spots: int,
    medium: Medium = PBWO4,
) -> Spots:
    """Draw the spots of showers.

    The energy of each depth of half a radiation length is that of the profile; its spots share it.

    Args:
        energy_gev: Of the showers, shape (showers,).
        generator: Where randomness comes from.
        most_spots: Of one shower: fewer than the formula gives are faster and blur the radial
            profile.
        medium: What the showers develop in.
    """
    z = medium.atomic_number
    profiles = draw_profiles(energy_gev, generator, medium=medium)
    alpha, beta = profiles.alpha, profiles.beta
    wanted = 93 * np.log(z) * energy_gev**0.876
    shower = np.repeat(
        np.arange(len(energy_gev)), np.clip(wanted, _FEWEST_SPOTS, most_spots).astype(np.int64)
    )
    spot_alpha = np.maximum(alpha * (0.639 + 0.00334 * z), _SMALLEST_ALPHA)
    spot_beta = (spot_alpha - 1) / (profiles.maximum_x0 * (0.698 + 0.00212 * z))
    depth = generator.gamma(spot_alpha[shower]) / spot_beta[shower]
    inside = depth < DEEPEST_X0
    shower, depth = shower[inside], depth[inside]
    tau = depth * (beta / alpha * profiles.mean_alpha / (profiles.mean_alpha - 1))[shower]
    return Spots(
        shower=shower,
        depth_x0=depth,
        radius_rm=_radii(tau, np.log(energy_gev)[shower], z, generator),
        angle=generator.uniform(0, 2 * np.pi, len(depth)),
        energy_gev=_shared(energy_gev, profiles, shower, depth),
    )


def _shared(
    energy_gev: Reals, profiles: Profiles, shower: NDArray[np.int64], depth: Reals
) -> Reals:
    """Return the energy of each spot: that of its depth over the spots that are there."""
    edges = np.linspace(0, DEEPEST_X0, _BINS + 1)
    shares = np.diff(gammainc(profiles.alpha[:, None], profiles.beta[:, None] * edges), axis=1)
    place = shower * _BINS + (depth * (_BINS / DEEPEST_X0)).astype(np.int64)
    count = np.bincount(place, minlength=shares.size)
    taken = np.where(count.reshape(shares.shape) > 0, shares, 0.0)
    energies = energy_gev[:, None] * taken / taken.sum(axis=1, keepdims=True)
    spots: Reals = energies.ravel()[place] / count[place]
    return spots


def _radii(tau: Reals, ln_e: Reals, z: float, generator: np.random.Generator) -> Reals:
    """Draw the radius of each spot: of the core or of the tail, ``2 r R^2 / (r^2 + R^2)^2``."""
    core = (0.0251 + 0.00319 * ln_e) + (0.1162 - 0.000381 * z) * tau
    tail = (0.659 - 0.00309 * z) * (
        np.exp(-2.59 * (tau - 0.645)) + np.exp((0.3585 + 0.0421 * ln_e) * (tau - 0.645))
    )
    x = ((0.401 + 0.00187 * z) - tau) / (1.313 - 0.0686 * ln_e)
    in_core = (2.632 - 0.00094 * z) * np.exp(x - np.exp(x))
    scale = np.where(generator.random(len(tau)) < in_core, core, tail)
    share = generator.random(len(tau))
    return np.minimum(scale * np.sqrt(share / (1 - share)), _FARTHEST_RM)
