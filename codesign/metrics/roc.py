"""Receiver operating characteristic: signal and background efficiency at every threshold.

An event is accepted where its score is at or above the threshold. The true-positive rate (tpr) is
the signal efficiency, the false-positive rate (fpr) the background efficiency.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from codesign.design.results import Measurement
from codesign.errors import InvalidDataError
from codesign.metrics import _checks as checks

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RocCurve:
    """Efficiencies at every distinct score, from nothing accepted to everything.

    Attributes:
        fpr: Background efficiency, shape (points,), rising from 0 to 1.
        tpr: Signal efficiency, shape (points,), rising from 0 to 1.
        thresholds: Falling from infinity, shape (points,).
        signal: Signal events; with weights the effective number, (sum w)^2 / sum w^2.
        background: Background events, likewise.
    """

    fpr: Reals
    tpr: Reals
    thresholds: Reals
    signal: float
    background: float

    @property
    def area(self) -> float:
        """The area under the curve: the chance that signal scores above background."""
        return float(np.trapezoid(self.tpr, self.fpr))

    def rejection_at(self, efficiency: float) -> Measurement:
        """Return 1 / fpr at the first threshold whose signal efficiency is at least this.

        The threshold is one that a trigger can apply: nothing is interpolated between scores.

        Args:
            efficiency: Signal efficiency, in (0, 1].

        Returns:
            The rejection with its binomial error; both infinite where no background is accepted.

        Raises:
            InvalidDataError: If ``efficiency`` is not in (0, 1].
        """
        if not 0 < efficiency <= 1:
            msg = f"a signal efficiency of {efficiency} is not in (0, 1]"
            raise InvalidDataError(msg)
        rate = float(self.fpr[_first_at_least(self.tpr, efficiency)])
        if rate == 0:
            return Measurement(value=float("inf"), error=float("inf"))
        error = np.sqrt(max(0.0, rate * (1 - rate)) / self.background) / rate**2
        return Measurement(value=1 / rate, error=float(error))

    def thinned(self, points: int) -> Self:
        """Return a curve of at most ``points`` points that looks the same when drawn.

        The points kept are spread evenly along the curve, measured on the linear axes and on the
        logarithm of the background efficiency together, so that neither drawing shows a change.

        Args:
            points: At least 2.

        Raises:
            InvalidDataError: If ``points`` is below 2.
        """
        if points < 2:
            msg = f"a curve is drawn through at least 2 points, got {points}"
            raise InvalidDataError(msg)
        if len(self.fpr) <= points:
            return self
        decades = np.log10(np.maximum(self.fpr, 0.5 / self.background))
        steps = np.diff(self.tpr) + np.diff(self.fpr) + np.diff(decades) / max(1e-9, -decades[0])
        length = np.concatenate([[0.0], np.cumsum(steps)])
        wanted = np.linspace(0.0, length[-1], points)
        kept = np.unique(np.append(np.searchsorted(length, wanted[:-1]), len(length) - 1))
        return replace(
            self, fpr=self.fpr[kept], tpr=self.tpr[kept], thresholds=self.thresholds[kept]
        )


def roc_curve(
    scores: NDArray[np.generic],
    is_signal: NDArray[np.bool_],
    *,
    weights: NDArray[np.generic] | None = None,
) -> RocCurve:
    """Return the exact ROC curve: one point a distinct score, equal scores taken together.

    Args:
        scores: Shape (events,), real and finite; larger is more signal-like.
        is_signal: Shape (events,), booleans.
        weights: Shape (events,), not negative; None where every event counts once.

    Raises:
        InvalidDataError: If a shape or a value is not as said, or one kind of event is missing.

    Source:
        Fawcett, Pattern Recognition Letters 27 (2006) 861, algorithm 2.

    Examples:
        >>> curve = roc_curve(np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False]))
        >>> curve.tpr.tolist(), curve.fpr.tolist(), curve.area
        ([0.0, 0.5, 1.0, 1.0], [0.0, 0.0, 0.5, 1.0], 0.875)
    """
    values = checks.as_scores(scores)
    signal = checks.as_signal(is_signal, len(values))
    weight = checks.as_weights(weights, signal)
    order = np.argsort(-values, kind="stable")
    descending = values[order]
    last_of_tie = np.append(np.flatnonzero(np.diff(descending)), len(values) - 1)
    accepted_signal = np.cumsum(np.where(signal, weight, 0.0)[order])[last_of_tie]
    accepted_background = np.cumsum(np.where(signal, 0.0, weight)[order])[last_of_tie]
    return RocCurve(
        fpr=np.append(0.0, accepted_background / accepted_background[-1]),
        tpr=np.append(0.0, accepted_signal / accepted_signal[-1]),
        thresholds=np.append(np.inf, descending[last_of_tie]),
        signal=_effective(weight[signal]),
        background=_effective(weight[~signal]),
    )


def auc(
    scores: NDArray[np.generic],
    is_signal: NDArray[np.bool_],
    *,
    weights: NDArray[np.generic] | None = None,
) -> Measurement:
    """Return the area under the ROC curve with its statistical error.

    The error is DeLong's, computed from ranks. With weights, or with a single event of one kind,
    where DeLong's is not defined, it is Hanley's and McNeil's with effective numbers of events.

    Args:
        scores: Shape (events,), real and finite; larger is more signal-like.
        is_signal: Shape (events,), booleans.
        weights: Shape (events,), not negative; None where every event counts once.

    Raises:
        InvalidDataError: If a shape or a value is not as said, or one kind of event is missing.

    Source:
        DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837; by ranks: Sun and Xu, IEEE
        Signal Processing Letters 21 (2014) 1389, Eq. 8-10. Hanley and McNeil, Radiology 143
        (1982) 29, Eq. 1.
    """
    curve = roc_curve(scores, is_signal, weights=weights)
    signal = np.asarray(is_signal)
    if weights is not None or min(curve.signal, curve.background) < 2:
        return Measurement(value=curve.area, error=_hanley_mcneil(curve))
    values = checks.as_scores(scores)
    above_background, above_signal = _placements(values[signal], values[~signal])
    variance = above_background.var(ddof=1) / len(above_background)
    variance += above_signal.var(ddof=1) / len(above_signal)
    return Measurement(value=float(above_background.mean()), error=float(np.sqrt(variance)))


def _placements(signal: Reals, background: Reals) -> tuple[Reals, Reals]:
    """Return for each event the share of the other kind that it is on the right side of."""
    together = _midranks(np.concatenate([signal, background]))
    above_background = (together[: len(signal)] - _midranks(signal)) / len(background)
    above_signal = 1 - (together[len(signal) :] - _midranks(background)) / len(signal)
    return above_background, above_signal


def _midranks(values: Reals) -> Reals:
    """Return ranks from 1, equal values sharing the mean of theirs."""
    _, positions, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[positions]


def _hanley_mcneil(curve: RocCurve) -> float:
    """Return the error of the area from the area and the numbers of events alone."""
    area = min(1.0, curve.area)
    of_signal = (curve.signal - 1) * (area / (2 - area) - area**2)
    of_background = (curve.background - 1) * (2 * area**2 / (1 + area) - area**2)
    variance = (area * (1 - area) + of_signal + of_background) / (curve.signal * curve.background)
    return float(np.sqrt(max(0.0, variance)))


def _effective(weights: Reals) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum())


def _first_at_least(rising: Reals, level: float) -> int:
    """Return the first index that reaches ``level``, one rounding error forgiven."""
    return int(np.searchsorted(rising, level - 4 * np.finfo(np.float64).eps))
