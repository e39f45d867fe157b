"""Two versions of one score on the same events."""

import math

import numpy as np
from numpy.typing import NDArray

from codesign.design.results import Measurement
from codesign.design.trigger_results import PairedLoss
from codesign.errors import InvalidDataError


def paired_loss(
    reference: NDArray[np.bool_],
    version: NDArray[np.bool_],
    *,
    signal: str,
    names: tuple[str, str],
) -> PairedLoss:
    """Return the efficiency lost from one version of a trigger to another.

    The error is that of a difference of paired shares, ``sqrt(lost + gained - (lost - gained)^2 /
    events) / events``: events on which both agree say nothing about the difference.

    Args:
        reference: Decisions of the version that is replaced, shape (events,).
        version: Decisions of the one that replaces it, for the same events in the same order.
        signal: What the events are.
        names: Of the two versions.

    Source:
        Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd ed., Eq. 13.3.

    Raises:
        InvalidDataError: If there are no events or the shapes differ.
    """
    if reference.shape != version.shape or reference.ndim != 1 or not len(reference):
        msg = f"{signal}: decisions of shapes {reference.shape} and {version.shape}; one an event"
        raise InvalidDataError(msg)
    events = len(reference)
    lost = int((reference & ~version).sum())
    gained = int((~reference & version).sum())
    error = math.sqrt(lost + gained - (lost - gained) ** 2 / events) / events
    return PairedLoss(
        signal=signal,
        reference=names[0],
        version=names[1],
        loss=Measurement(value=(lost - gained) / events, error=error),
        gained=gained,
        lost=lost,
        events=events,
    )
