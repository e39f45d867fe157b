"""Files of scores: counted by class, chunk by chunk."""

from collections.abc import Iterable

import numpy as np

from codesign.data import EventSet
from codesign.design.trigger_results import ENOUGH_EVENTS, Collisions, RateCurve
from codesign.errors import InvalidDataError
from codesign.trigger.counts import ScoreCounts

_POINTS = 200


def count_scores(
    chunks: Iterable[EventSet], column: str, *, keep: int | None = None
) -> dict[str, ScoreCounts]:
    """Return the counts of a score for each class of events.

    Args:
        chunks: Events with a column of scores, any number of them.
        column: The score.
        keep: As in :class:`ScoreCounts`.

    Raises:
        InvalidDataError: If the column is missing or holds no numbers.
    """
    counts: dict[str, ScoreCounts] = {}
    for chunk in chunks:
        scores = chunk.column(column)
        for number, name in enumerate(chunk.label_names):
            chosen = scores[chunk.labels == number]
            if len(chosen):
                counts.setdefault(name, ScoreCounts(keep=keep)).add(chosen)
    return counts


def split_background(
    counts: dict[str, ScoreCounts], zero_bias: str
) -> tuple[ScoreCounts, dict[str, ScoreCounts]]:
    """Return the counts of zero-bias events, and those of the signals.

    Raises:
        InvalidDataError: If no events are of that class.
    """
    if zero_bias not in counts:
        found = ", ".join(counts) or "none"
        msg = f"no events of class {zero_bias!r}, which rates are made of; classes are {found}"
        raise InvalidDataError(msg)
    return counts[zero_bias], {name: one for name, one in counts.items() if name != zero_bias}


def rate_curve(
    background: ScoreCounts,
    signal: ScoreCounts,
    *,
    version: str,
    name: str,
    collisions: Collisions,
) -> RateCurve:
    """Return the efficiency of a signal against the rate, at thresholds that the score can have.

    Thresholds are spread evenly over the logarithm of the rate; none accepts fewer than
    ``ENOUGH_EVENTS`` zero-bias events.
    """
    accepted = np.cumsum(background.numbers[::-1])
    supported = np.flatnonzero(accepted >= ENOUGH_EVENTS)
    wanted = np.geomspace(ENOUGH_EVENTS, max(ENOUGH_EVENTS, background.events), _POINTS)
    chosen = np.unique(np.minimum(np.searchsorted(accepted, wanted), len(accepted) - 1))
    chosen = chosen[np.isin(chosen, supported)]
    thresholds = background.values[::-1][chosen]
    passed = [signal.at_or_above(float(threshold)) / signal.events for threshold in thresholds]
    return RateCurve(
        version=version,
        signal=name,
        rates_khz=tuple(accepted[chosen] / background.events * collisions.rate_khz),
        efficiencies=tuple(passed),
        thresholds=tuple(float(threshold) for threshold in thresholds),
        background=background.events,
        events=signal.events,
    )
