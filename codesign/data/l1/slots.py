"""The leading objects of each event, in the fixed slots of a Global Trigger."""

import numpy as np
from numpy.typing import NDArray


def leading(
    event: NDArray[np.int64],
    momenta: NDArray[np.floating],
    *,
    num_events: int,
    count: int,
) -> NDArray[np.float64]:
    """Return the objects of the largest pT of each event, in falling pT, zeros where none is.

    Args:
        event: Shape (objects,), from 0, in any order.
        momenta: Shape (objects, 3): pT, eta, phi.
        num_events: How many events.
        count: Slots an event.

    Returns:
        Shape (events, count, 3), float64. Objects of equal pT keep their order.
    """
    order = np.lexsort((-momenta[:, 0], event))
    event, momenta = event[order], momenta[order]
    first = np.searchsorted(event, np.arange(num_events))
    rank = np.arange(len(event)) - first[event]
    slots = np.zeros((num_events, count, 3))
    kept = rank < count
    slots[event[kept], rank[kept]] = momenta[kept]
    return slots
