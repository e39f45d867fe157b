"""Turn-on curves of a score against what physicists cut on."""

import numpy as np
from numpy.typing import NDArray

from codesign.design.trigger_study import TurnOnCurve
from codesign.trigger.efficiency import turn_on
from codesign.trigger.menu import Sum, sum_gev

QUANTITIES: tuple[tuple[str, Sum, tuple[float, ...]], ...] = (
    (
        "sum of jet pT",
        Sum(sum_pt="jet", gev=0),
        (0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 1000),
    ),
    (
        "missing transverse energy",
        Sum(sum_pt="met", gev=0),
        (0, 10, 20, 30, 40, 50, 60, 70, 80, 100, 120, 140, 160, 200, 250, 300),
    ),
)
"""Name, sum and edges of the bins in GeV, which hold all but the rarest events of the sample."""


def turn_on_curves(
    objects: NDArray[np.integer], accepted: NDArray[np.bool_], *, signal: str, rate_khz: float
) -> tuple[TurnOnCurve, ...]:
    """Return the efficiency of a trigger against each of :data:`QUANTITIES`.

    Args:
        objects: Hardware integers in the order of ``FEATURE_NAMES``, shape (events, 57).
        accepted: Whether the trigger fires, shape (events,).
        signal: What the events are.
        rate_khz: Of the trigger.
    """
    hardware = objects.astype(np.int64)
    return tuple(
        TurnOnCurve(
            quantity=name,
            unit="GeV",
            signal=signal,
            rate_khz=rate_khz,
            edges=edges,
            bins=turn_on(sum_gev(ask, hardware), accepted, edges=edges).bins,
        )
        for name, ask, edges in QUANTITIES
    )
