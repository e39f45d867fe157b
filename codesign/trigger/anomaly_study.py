"""Several versions of one score, side by side: thresholds, efficiencies, what each step loses."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.design.trigger_results import (
    Collisions,
    LossAt,
    PointOf,
    RateCurve,
    TriggerStudy,
)
from codesign.errors import InvalidDataError
from codesign.trigger.counts import ScoreCounts
from codesign.trigger.scores import rate_curve
from codesign.trigger.versions import paired_loss
from codesign.trigger.working_point import working_point


@dataclass(frozen=True, eq=False, kw_only=True)
class Scored:
    """The scores of events by several versions.

    Attributes:
        labels: Of each event, an index into ``label_names``.
        label_names: The classes.
        versions: Pairs of a name and the scores, shape (events,): the first is the reference.
    """

    labels: NDArray[np.int64]
    label_names: tuple[str, ...]
    versions: tuple[tuple[str, NDArray[np.float64]], ...]

    def by_class(self, version: str) -> dict[str, NDArray[np.float64]]:
        """Return the scores of one version for each class that has events."""
        scores = dict(self.versions)[version]
        return {
            name: scores[self.labels == number]
            for number, name in enumerate(self.label_names)
            if (self.labels == number).any()
        }


def joined_scores(parts: Sequence[Scored]) -> Scored:
    """Return the events of several parts, one after the other; all of the same versions."""
    names = [name for name, _ in parts[0].versions]
    return Scored(
        labels=np.concatenate([part.labels for part in parts]),
        label_names=parts[0].label_names,
        versions=tuple(
            (name, np.concatenate([part.versions[number][1] for part in parts]))
            for number, name in enumerate(names)
        ),
    )


def study_scores(
    design: str,
    scored: Scored,
    *,
    zero_bias: str,
    targets_khz: tuple[float, ...],
    collisions: Collisions,
) -> TriggerStudy:
    """Return what a score is worth as a trigger, by each of its versions.

    Args:
        design: Whose score it is.
        scored: The scores.
        zero_bias: The class that rates are made of.
        targets_khz: Rates to find thresholds for.
        collisions: What rates are shares of.

    Raises:
        InvalidDataError: If there is no zero bias, or a target cannot be.
    """
    points, losses, curves = [], [], []
    for target in targets_khz:
        kept: dict[str, dict[str, NDArray[np.bool_]]] = {}
        for version, _ in scored.versions:
            background, signals = _counts(scored, version, zero_bias)
            point = working_point(background, signals, target_khz=target, collisions=collisions)
            points.append(PointOf(version=version, point=point))
            kept[version] = {
                name: values >= point.threshold
                for name, values in scored.by_class(version).items()
                if name != zero_bias
            }
        losses += _losses(kept, target)
    for version, _ in scored.versions:
        curves += _curves(scored, version, zero_bias, collisions)
    return TriggerStudy(
        design=design,
        collisions=collisions,
        points=tuple(points),
        losses=tuple(losses),
        curves=tuple(curves),
    )


def _counts(
    scored: Scored, version: str, zero_bias: str
) -> tuple[ScoreCounts, dict[str, ScoreCounts]]:
    counts = {name: ScoreCounts().add(values) for name, values in scored.by_class(version).items()}
    if zero_bias not in counts:
        msg = f"no events of class {zero_bias!r}; classes with events are {', '.join(counts)}"
        raise InvalidDataError(msg)
    return counts.pop(zero_bias), counts


def _losses(kept: dict[str, dict[str, NDArray[np.bool_]]], target: float) -> list[LossAt]:
    reference, *others = kept
    return [
        LossAt(
            rate_khz=target,
            loss=paired_loss(
                kept[reference][signal], decisions, signal=signal, names=(reference, version)
            ),
        )
        for version in others
        for signal, decisions in kept[version].items()
    ]


def _curves(
    scored: Scored, version: str, zero_bias: str, collisions: Collisions
) -> list[RateCurve]:
    background, signals = _counts(scored, version, zero_bias)
    return [
        rate_curve(background, counts, version=version, name=name, collisions=collisions)
        for name, counts in signals.items()
    ]
