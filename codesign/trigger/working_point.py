"""From a rate to a threshold: nothing is promised that the score or the statistics cannot give."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from codesign.design.results import Measurement
from codesign.design.trigger_results import ENOUGH_EVENTS, Collisions, Efficiency, WorkingPoint
from codesign.errors import InvalidDataError
from codesign.metrics import roc_curve
from codesign.trigger.counts import ScoreCounts
from codesign.trigger.efficiency import efficiency

_ROUNDING = 1e-9
"""Of a rate: 1 kHz of 1,000 events at 1,000 kHz is one event in spite of binary fractions."""


def working_point(
    background: ScoreCounts,
    signals: Mapping[str, ScoreCounts],
    *,
    target_khz: float,
    collisions: Collisions,
    smallest_share: float = 0.0,
) -> WorkingPoint:
    """Return the loosest threshold whose rate does not exceed a target.

    Args:
        background: The scores of zero-bias crossings.
        signals: The scores of each signal.
        target_khz: The rate to stay within.
        collisions: What the rate is a share of.
        smallest_share: The share of zero-bias events below which a rate may rest on too few
            collisions.

    Raises:
        InvalidDataError: If the target is not in (0, rate of all crossings], or there are no
            events.
    """
    most_khz = collisions.rate_khz
    if not 0 < target_khz <= most_khz:
        msg = f"a target of {target_khz:g} kHz is not in (0, {most_khz:g}], the rate of crossings"
        raise InvalidDataError(msg)
    if not background.events:
        msg = "no zero-bias events: a rate needs some"
        raise InvalidDataError(msg)
    most = accepted_events(target_khz, background.events, collisions)
    threshold = background.smallest_accepting(most)
    accepted = background.at_or_above(threshold)
    return WorkingPoint(
        threshold=None if math.isinf(threshold) else threshold,
        target_khz=target_khz,
        rate_khz=rate(accepted, background.events, collisions),
        background=efficiency(accepted, background.events),
        signals=tuple(
            (name, efficiency(counts.at_or_above(threshold), counts.events))
            for name, counts in signals.items()
        ),
        is_supported=accepted >= ENOUGH_EVENTS,
        rests_on_few=accepted < smallest_share * background.events,
    )


def accepted_events(target_khz: float, events: int, collisions: Collisions) -> int:
    """Return how many of some zero-bias events a rate allows."""
    return math.floor(target_khz / collisions.rate_khz * events * (1 + _ROUNDING))


def rate(accepted: float, events: int, collisions: Collisions) -> Measurement:
    """Return the rate of a number of accepted events in kHz with its Poisson error."""
    each = collisions.rate_khz / events
    return Measurement(value=accepted * each, error=math.sqrt(accepted) * each)


def tpr_at_fpr(
    scores: NDArray[np.generic], is_signal: NDArray[np.bool_], *, fpr: float = 1e-5
) -> tuple[Efficiency, float]:
    """Return the signal efficiency at a background efficiency, and the threshold.

    The rule is that of arXiv:2108.03986: the first point of the ROC curve with a background
    efficiency of at least ``fpr``, and the error ``sqrt(TPR (1 - TPR) / N)``.

    Args:
        scores: Shape (events,).
        is_signal: Shape (events,), booleans.
        fpr: In (0, 1].

    Raises:
        InvalidDataError: If there are fewer than ``1 / fpr`` background events.
    """
    background = int((~is_signal).sum())
    if not 0 < fpr <= 1 or background * fpr < 1:
        msg = (
            f"a background efficiency of {fpr:g} needs at least {1 / fpr:.0f} background events, "
            f"found {background}; ask for a larger one or bring more events"
        )
        raise InvalidDataError(msg)
    curve = roc_curve(scores, is_signal)
    threshold = float(curve.thresholds[np.searchsorted(curve.fpr, fpr * (1 - _ROUNDING))])
    accepted = int(np.greater_equal(scores[is_signal], threshold).sum())
    return efficiency(accepted, int(is_signal.sum())), threshold
