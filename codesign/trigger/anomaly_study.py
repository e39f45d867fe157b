"""Several versions of one score, side by side: thresholds, efficiencies, what each step loses.

Events come in parts of any size. Of zero bias only the largest scores are kept, so that memory does
not grow with their number; of signals all are, since each of their efficiencies is wanted.
"""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from codesign.design.trigger_results import Collisions, LossAt, PointOf, RateCurve
from codesign.design.trigger_study import MenuAt, ScoreHistogram, TriggerStudy, TurnOnCurve
from codesign.errors import InvalidDataError
from codesign.trigger.bootstrap import loss_error, replica_thresholds
from codesign.trigger.counts import ScoreCounts
from codesign.trigger.histogram import HistogramCounts
from codesign.trigger.menu import Menu
from codesign.trigger.menu_beside import BesideMenu
from codesign.trigger.scored import Scored
from codesign.trigger.scores import rate_curve
from codesign.trigger.sharing import SharedCollisions
from codesign.trigger.tail import KEPT, TailScores
from codesign.trigger.turn_ons import turn_on_curves
from codesign.trigger.versions import paired_loss
from codesign.trigger.working_point import accepted_events, working_point


@dataclass(eq=False)
class _Signal:
    """The events of one signal, part by part."""

    scores: list[NDArray[np.float64]] = field(default_factory=list)
    objects: list[NDArray[np.integer]] = field(default_factory=list)


class ScoreStudy:
    """Collects scored events, then says what the score is worth.

    Args:
        versions: The names of the versions of the score; the first is the reference, the last the
            firmware.
        zero_bias: The class that rates are made of; every other class is a signal.
        menu: What the score stands beside; None for nothing.
        keep: How many of the largest zero-bias scores of each version are kept.
    """

    def __init__(
        self,
        versions: tuple[str, ...],
        *,
        zero_bias: str,
        menu: Menu | None = None,
        keep: int = KEPT,
    ) -> None:
        self.versions, self.zero_bias = versions, zero_bias
        self._tail = TailScores(len(versions), keep=keep)
        self._background = {name: ScoreCounts(keep=keep) for name in versions}
        self._shared = SharedCollisions()
        self._signals: dict[str, _Signal] = {}
        self._histograms: dict[tuple[str, str], HistogramCounts] = {}
        self._menu = None if menu is None else BesideMenu(menu, keep=keep)

    def add(self, scored: Scored) -> Self:
        """Count some events.

        Raises:
            InvalidDataError: If they were scored by other versions.
        """
        if scored.versions != self.versions:
            msg = f"scores by {', '.join(scored.versions)}; expected {', '.join(self.versions)}"
            raise InvalidDataError(msg)
        for number, name in enumerate(scored.label_names):
            chosen = scored.labels == number
            if not chosen.any():
                continue
            scores, objects = scored.scores[chosen], scored.objects[chosen]
            self._fill(name, scores)
            if name == self.zero_bias:
                self._add_background(scores, objects)
                self._shared.add(scored.smallest_share, len(scores))
            else:
                signal = self._signals.setdefault(name, _Signal())
                signal.scores.append(scores)
                signal.objects.append(objects)
        return self

    def _fill(self, name: str, scores: NDArray[np.float64]) -> None:
        for version, column in zip(self.versions, scores.T, strict=True):
            self._histograms.setdefault((version, name), HistogramCounts()).add(column)

    def _add_background(self, scores: NDArray[np.float64], objects: NDArray[np.integer]) -> None:
        self._tail.add(scores)
        for version, column in zip(self.versions, scores.T, strict=True):
            self._background[version].add(column)
        if self._menu is not None:
            self._menu.add(objects, scores[:, -1])

    def finish(
        self, design: str, *, targets_khz: tuple[float, ...], collisions: Collisions
    ) -> TriggerStudy:
        """Return what the score is worth as a trigger, by each of its versions.

        Args:
            design: Whose score it is.
            targets_khz: Rates to find thresholds for.
            collisions: What rates are shares of.

        Raises:
            InvalidDataError: If there is no zero bias, or a target cannot be.
        """
        if not self._tail.events:
            found = ", ".join(self._signals) or "none"
            msg = f"no events of class {self.zero_bias!r}; classes with events are {found}"
            raise InvalidDataError(msg)
        signals = {name: np.concatenate(signal.scores) for name, signal in self._signals.items()}
        points, losses = [], []
        for target in targets_khz:
            at = self._points(signals, target, collisions)
            points += at
            losses += self._losses(signals, at, collisions)
        return TriggerStudy(
            design=design,
            collisions=collisions,
            points=tuple(points),
            losses=tuple(losses),
            curves=tuple(self._curves(signals, collisions)),
            histograms=tuple(self._filled()),
            turn_ons=tuple(self._turn_ons(points)),
            menus=tuple(self._menus(points, collisions)),
            smallest_share=self._shared.smallest_share,
        )

    def _points(
        self, signals: dict[str, NDArray[np.float64]], target: float, collisions: Collisions
    ) -> list[PointOf]:
        return [
            PointOf(
                version=version,
                point=working_point(
                    self._background[version],
                    {name: ScoreCounts().add(scores[:, n]) for name, scores in signals.items()},
                    target_khz=target,
                    collisions=collisions,
                    smallest_share=self._shared.smallest_share,
                ),
            )
            for n, version in enumerate(self.versions)
        ]

    def _losses(
        self,
        signals: dict[str, NDArray[np.float64]],
        points: list[PointOf],
        collisions: Collisions,
    ) -> list[LossAt]:
        first, *others = points
        target = first.point.target_khz
        most = accepted_events(target, self._tail.events, collisions)
        thresholds = replica_thresholds(self._tail, accepted=most)
        return [
            LossAt(
                rate_khz=target,
                loss=paired_loss(
                    scores[:, 0] >= first.point.least_score,
                    scores[:, number] >= of.point.least_score,
                    signal=name,
                    names=(first.version, of.version),
                ),
                error=loss_error(scores, thresholds, version=number),
                is_supported=first.point.is_supported and of.point.is_supported,
            )
            for number, of in enumerate(others, start=1)
            for name, scores in signals.items()
        ]

    def _curves(
        self, signals: dict[str, NDArray[np.float64]], collisions: Collisions
    ) -> list[RateCurve]:
        return [
            rate_curve(
                self._background[version],
                ScoreCounts().add(scores[:, number]),
                version=version,
                name=name,
                collisions=collisions,
            )
            for number, version in enumerate(self.versions)
            for name, scores in signals.items()
        ]

    def _filled(self) -> list[ScoreHistogram]:
        return [
            counts.histogram(version=version, events_of=name)
            for (version, name), counts in self._histograms.items()
        ]

    def _firmware(self, points: list[PointOf]) -> list[PointOf]:
        return [of for of in points if of.version == self.versions[-1]]

    def _turn_ons(self, points: list[PointOf]) -> list[TurnOnCurve]:
        """Return the curves at the tightest target that the sample supports."""
        supported = [of.point for of in self._firmware(points) if of.point.is_supported]
        if not supported:
            return []
        point = min(supported, key=lambda one: one.target_khz)
        return [
            curve
            for name, signal in self._signals.items()
            for curve in turn_on_curves(
                np.concatenate(signal.objects),
                np.concatenate(signal.scores)[:, -1] >= point.least_score,
                signal=name,
                rate_khz=point.target_khz,
            )
        ]

    def _menus(self, points: list[PointOf], collisions: Collisions) -> list[MenuAt]:
        if self._menu is None:
            return []
        signals = {
            name: (np.concatenate(signal.objects), np.concatenate(signal.scores)[:, -1])
            for name, signal in self._signals.items()
        }
        return [
            self._menu.at(of.point, signals, collisions=collisions) for of in self._firmware(points)
        ]
