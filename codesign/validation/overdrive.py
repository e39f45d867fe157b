"""Inputs driven past their range, so that every overflow of the network is seen."""

import numpy as np

from codesign.design.fixed_point import Integers
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError

_INT32_BITS = 31


def overdriven(
    events: Integers, precision: Precision, *, factor: float, events_wanted: int, seed: int
) -> Integers:
    """Return hardware integers up to ``factor`` times as far out as the format reaches.

    Every other event is a physics event times ``factor``; the rest are uniform over the widened
    range. They are *not* saturated: that is for each implementation to do.

    Args:
        events: Hardware integers of physics events, shape (events, features).
        precision: The format of the input.
        factor: How far past the range, at least 1.
        events_wanted: How many to return.
        seed: Of the random half.

    Returns:
        Shape (events_wanted, features).

    Raises:
        InvalidDesignError: If the factor is below 1 or leads past 31 bits.
    """
    if factor < 1 or factor * 2.0**precision.width > 2.0**_INT32_BITS:
        msg = f"overdrive {factor} of {precision}: at least 1, and within {_INT32_BITS} bits"
        raise InvalidDesignError(msg)
    low, high = round(precision.min_hw * factor), round(precision.max_hw * factor)
    if not precision.signed:
        low = -high
    random = np.random.default_rng(seed)
    drawn = random.integers(low, high, size=(events_wanted, *events.shape[1:]), endpoint=True)
    rows = np.arange(0, events_wanted, 2)
    drawn[rows] = np.rint(events[rows % len(events)] * factor).astype(np.int64)
    return drawn
