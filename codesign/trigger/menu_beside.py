"""A score beside a menu: what it accepts that no seed does, at any threshold, chunk by chunk."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from codesign.design.trigger_results import Collisions, MenuStudy, WorkingPoint
from codesign.design.trigger_study import MenuAt
from codesign.trigger.counts import ScoreCounts
from codesign.trigger.menu import Menu, decisions
from codesign.trigger.menu_study import SeedCounts
from codesign.trigger.rates import RateCounter

SCORE = "score"
"""The line of the score, behind the seeds of the menu."""


class BesideMenu:
    """Counts the scores of zero-bias events for each pattern of seeds.

    The threshold need not be known yet, and memory does not grow with events.

    Args:
        menu: The seeds.
        keep: How many of the largest distinct scores are kept for each pattern.
    """

    def __init__(self, menu: Menu, *, keep: int) -> None:
        self.menu = menu
        self._keep = keep
        self._patterns: dict[tuple[bool, ...], ScoreCounts] = {}

    def add(self, objects: NDArray[np.integer], scores: NDArray[np.float64]) -> None:
        """Count some zero-bias events: objects of shape (events, 57), scores of (events,)."""
        patterns, which = np.unique(decisions(self.menu, objects), axis=0, return_inverse=True)
        for number, pattern in enumerate(patterns):
            key = tuple(bool(fired) for fired in pattern)
            counts = self._patterns.setdefault(key, ScoreCounts(keep=self._keep))
            counts.add(scores[which.reshape(-1) == number])

    def at(
        self,
        point: WorkingPoint,
        signals: Mapping[str, tuple[NDArray[np.integer], NDArray[np.float64]]],
        *,
        collisions: Collisions,
    ) -> MenuAt:
        """Return the menu with the score at a threshold as its last line.

        Args:
            point: The threshold.
            signals: Objects and scores of the events of each signal.
            collisions: What rates are shares of.
        """
        seeds = (*(seed.name for seed in self.menu.seeds), SCORE)
        counter = RateCounter(seeds)
        for pattern, counts in self._patterns.items():
            accepted = counts.at_or_above(point.least_score)
            for fired, times in ((True, accepted), (False, counts.events - accepted)):
                if times:
                    counter.add(np.array([[*pattern, fired]]), times=times)
        study = MenuStudy(
            menu=self.menu.name,
            rates=counter.rates(collisions),
            signals=tuple(
                SeedCounts(len(seeds))
                .add(np.column_stack([decisions(self.menu, objects), scores >= point.least_score]))
                .efficiency(name)
                for name, (objects, scores) in signals.items()
            ),
        )
        return MenuAt(rate_khz=point.target_khz, study=study)
