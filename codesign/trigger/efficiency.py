"""Shares of events with exact intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from codesign.design.trigger_results import Efficiency
from codesign.errors import InvalidDataError

_ONE_SIGMA = 0.682689492137086
_HALVINGS = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TurnOn:
    """Efficiency against a quantity.

    Attributes:
        edges: Of the bins, shape (bins + 1,).
        bins: The efficiency in each; None where no event lies.
    """

    edges: NDArray[np.float64]
    bins: tuple[Efficiency | None, ...]


@lru_cache(maxsize=4096)
def efficiency(accepted: int, events: int) -> Efficiency:
    """Return a share with its 68.3 % Clopper-Pearson interval.

    Source:
        Clopper and Pearson, Biometrika 26 (1934) 404: the ends are the shares for which a number
        of accepted events as extreme as this one has the probability of one tail.

    Raises:
        InvalidDataError: If there are no events or more are accepted than exist.
    """
    if events < 1 or not 0 <= accepted <= events:
        msg = f"{accepted} of {events} events accepted: a share needs events, and no more of them"
        raise InvalidDataError(msg)
    tail = (1 - _ONE_SIGMA) / 2
    # P(X >= accepted) rises with the share, P(X <= accepted) falls
    low = _root(accepted, events, tail) if accepted else 0.0
    high = _root(accepted + 1, events, 1 - tail) if accepted < events else 1.0
    return Efficiency(accepted=accepted, events=events, low=low, high=high)


def turn_on(
    values: NDArray[np.generic], accepted: NDArray[np.bool_], *, edges: Sequence[float]
) -> TurnOn:
    """Return the efficiency in bins of a quantity.

    Args:
        values: The quantity of each event, shape (events,).
        accepted: Whether the trigger fires, shape (events,).
        edges: Rising; an event on an edge belongs to the bin above it, those outside to none.

    Raises:
        InvalidDataError: If shapes differ or the edges do not rise.
    """
    steps = np.asarray(edges, np.float64)
    if values.shape != accepted.shape or values.ndim != 1:
        msg = f"values of shape {values.shape} and decisions of {accepted.shape}; one an event"
        raise InvalidDataError(msg)
    if len(steps) < 2 or not (np.diff(steps) > 0).all():
        msg = f"edges {list(edges)} do not rise; give at least two"
        raise InvalidDataError(msg)
    place = np.searchsorted(steps, values, side="right") - 1
    bins: list[Efficiency | None] = []
    for number in range(len(steps) - 1):
        inside = place == number
        seen = int(inside.sum())
        bins.append(efficiency(int(accepted[inside].sum()), seen) if seen else None)
    return TurnOn(edges=steps, bins=tuple(bins))


def _root(least: int, events: int, probability: float) -> float:
    """Return the share at which at least ``least`` of ``events`` have this probability."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _at_least(least, events, middle) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_least(least: int, events: int, share: float) -> float:
    """Return the binomial probability of at least ``least`` successes."""
    from scipy.special import betainc  # noqa: PLC0415 - SciPy takes 0.2 s to import

    return float(betainc(least, events - least + 1, share))
