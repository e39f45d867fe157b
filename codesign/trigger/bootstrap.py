"""How sure a loss of efficiency is, where the thresholds are only as sure as the zero bias.

Zero-bias events and signal events are drawn anew, with replacement, as often as there are of them.
Each replica finds the thresholds of all versions on the same zero-bias events and applies them to
the same signal events: what the versions have in common drops out of their difference. Events that
are drawn twice make a replica's thresholds coarser than the sample's: against repeated experiments
the error is right within a quarter where scores are fine, and up to 1.8 times too large where the
firmware's are coarse (tests/unit/trigger/test_score_study.py).

Source: Efron, Annals of Statistics 7 (1979) 1.
"""

import numpy as np
from numpy.typing import NDArray

from codesign.errors import InvalidDataError
from codesign.trigger.tail import TailScores

REPLICAS = 500
"""The error of an error from so many is 3 %: ``1 / sqrt(2 * 500)``."""


def replica_thresholds(
    background: TailScores, *, accepted: int, replicas: int = REPLICAS, seed: int = 1
) -> NDArray[np.float64]:
    """Return the thresholds of each version on resampled zero bias, shape (replicas, versions).

    A threshold accepts at most ``accepted`` events and is a score that occurs, as that of
    :func:`codesign.trigger.working_point`; infinity where the largest score is too frequent.

    Args:
        background: The zero-bias events.
        accepted: How many of them the rate allows.
        replicas: How often they are drawn.
        seed: Of the draws.

    Raises:
        InvalidDataError: If a threshold would lie among scores that were not kept.
    """
    rng = np.random.default_rng(seed)
    kept, versions = background.scores.shape
    found = np.full((replicas, versions), np.inf)
    if not kept:  # one score, too frequent, is all that there is
        return found
    groups = [_groups(background.scores[:, version]) for version in range(versions)]
    for replica in range(replicas):
        number = rng.binomial(background.events, kept / background.events)
        weights = np.bincount(rng.integers(kept, size=number), minlength=kept)
        for version, (values, order, starts) in enumerate(groups):
            passed = np.cumsum(np.add.reduceat(weights[order], starts))
            last = int(np.searchsorted(passed, accepted, side="right")) - 1
            if last >= 0 and passed[last]:
                found[replica, version] = values[np.searchsorted(passed, passed[last])]
            if found[replica, version] <= background.complete_above[version] or (
                last == len(values) - 1 and np.isfinite(background.complete_above[version])
            ):
                raise InvalidDataError(_too_deep(background, accepted))
    return found


def _too_deep(background: TailScores, accepted: int) -> str:
    return (
        f"{accepted} of {background.events} zero-bias events are to be accepted, which reaches "
        f"below the {background.keep} largest scores that were kept; ask for a lower rate"
    )


def loss_error(
    signal: NDArray[np.float64], thresholds: NDArray[np.float64], *, version: int, seed: int = 1
) -> float:
    """Return the standard deviation of the efficiency lost from the first version to another.

    Args:
        signal: The scores of signal events, shape (events, versions).
        thresholds: Of :func:`replica_thresholds`.
        version: The number of the other version.
        seed: Of the draws of signal events.
    """
    rng = np.random.default_rng(seed)
    events = len(signal)
    losses = []
    for first, other in thresholds[:, [0, version]]:
        before, after = signal[:, 0] >= first, signal[:, version] >= other
        lost = int((before & ~after).sum())
        gained = int((after & ~before).sum())
        # drawing events anew changes nothing but how many fall into these three kinds
        shares = np.array([lost, gained, events - lost - gained]) / events
        drawn = rng.multinomial(events, shares)
        losses.append((drawn[0] - drawn[1]) / events)
    return float(np.std(losses))


def _groups(
    scores: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """Return distinct scores from the largest down, the order of events, where each begins."""
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    starts = np.flatnonzero(np.concatenate([[True], falling[1:] != falling[:-1]]))
    return falling[starts], order, starts
