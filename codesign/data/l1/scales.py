"""From GeV, eta and radians to the hardware integers of a Global Trigger, and what that loses."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from codesign.data.l1.layout import ObjectKind

_OFF_GRID = 1e-3
_FLOAT_BITS = 2.0**-11
"""CMS stores the floats of L1Nano with 12 bits (DPGAnalysis/L1TNanoAOD, l1_float_precision_)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digitized:
    """How many objects a change to hardware integers has changed.

    Attributes:
        objects: Objects in the slots, missing energy counted.
        rounded: Those whose transverse momentum stood between two hardware values.
        saturated: Those of more than the largest transverse momentum, set to it.
        clipped: Those beyond the largest absolute eta, set to it.
        vanished: Those of less than half a unit, now absent.
    """

    objects: int = 0
    rounded: int = 0
    saturated: int = 0
    clipped: int = 0
    vanished: int = 0

    def __add__(self, other: Self) -> Self:
        names = (field.name for field in fields(self))
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in names})


def to_hardware(
    objects: NDArray[np.float64], kind: ObjectKind
) -> tuple[NDArray[np.int64], Digitized]:
    """Return objects in hardware integers, rounded to the nearest and saturated.

    Args:
        objects: Shape (events, slots, 3): pT in GeV, eta, phi in radians; absent where pT is 0.
        kind: The scales.

    Returns:
        Shape (events, slots, 3), int64, phi in [0, a full turn), and what was lost.
    """
    pt, eta, phi = objects[:, :, 0], objects[:, :, 1], objects[:, :, 2]
    exact = pt / kind.pt_gev
    units = np.rint(exact).astype(np.int64)
    asked, present = pt > 0, units > 0
    codes = np.stack(
        [
            np.minimum(units + kind.pt_first, kind.pt_max),
            np.clip(np.rint(eta / kind.eta).astype(np.int64), -kind.eta_max, kind.eta_max),
            np.rint(phi / kind.phi_rad).astype(np.int64) % kind.phi_steps,
        ],
        axis=2,
    )
    off_grid = np.abs(exact - units) > _OFF_GRID + _FLOAT_BITS * exact
    lost = Digitized(
        objects=int(asked.sum()),
        rounded=int((asked & off_grid).sum()),
        saturated=int((present & (units + kind.pt_first > kind.pt_max)).sum()),
        clipped=int((present & (np.abs(np.rint(eta / kind.eta)) > kind.eta_max)).sum()),
        vanished=int((asked & ~present).sum()),
    )
    return codes * present[:, :, None], lost
