"""A menu on a sample: its rates on zero bias, its efficiency on each signal; chunk by chunk."""

from collections.abc import Iterable
from typing import Self

import numpy as np
from numpy.typing import NDArray

from codesign.data import EventSet
from codesign.data.l1 import FEATURE_NAMES, check_objects
from codesign.design.trigger_results import Collisions, MenuEfficiency, MenuStudy
from codesign.errors import InvalidDataError
from codesign.trigger.efficiency import efficiency
from codesign.trigger.menu import Menu, decisions
from codesign.trigger.rates import RateCounter


def study_menu(
    menu: Menu, chunks: Iterable[EventSet], *, zero_bias: str, collisions: Collisions
) -> MenuStudy:
    """Return what a menu costs and keeps.

    Args:
        menu: The seeds.
        chunks: Events with the Level-1 columns in hardware integers, any number of them.
        zero_bias: The class that rates are made of; every other class is a signal.
        collisions: What the rates are shares of.

    Raises:
        InvalidDataError: If columns are missing, a value can come from no Global Trigger, or no
            events are of that class.
    """
    counter = RateCounter(tuple(seed.name for seed in menu.seeds))
    signals: dict[str, SeedCounts] = {}
    for chunk in chunks:
        objects = check_objects(chunk.only(FEATURE_NAMES).features, place=chunk.sample)
        fired = decisions(menu, objects)
        for number, name in enumerate(chunk.label_names):
            chosen = fired[chunk.labels == number]
            if name == zero_bias:
                counter.add(chosen)
            elif len(chosen):
                signals.setdefault(name, SeedCounts(len(menu.seeds))).add(chosen)
    if not counter.events:
        found = ", ".join(signals) or "none"
        msg = f"no events of class {zero_bias!r}, which rates are made of; classes are {found}"
        raise InvalidDataError(msg)
    return MenuStudy(
        menu=menu.name,
        rates=counter.rates(collisions),
        signals=tuple(counts.efficiency(name) for name, counts in signals.items()),
    )


class SeedCounts:
    """Counts events of a signal that pass each seed, each alone, and any.

    Args:
        seeds: How many seeds there are.
    """

    def __init__(self, seeds: int) -> None:
        self.events = 0
        self.passed: NDArray[np.int64] = np.zeros(seeds, np.int64)
        self.alone: NDArray[np.int64] = np.zeros(seeds, np.int64)
        self.any_seed = 0

    def add(self, fired: NDArray[np.bool_]) -> Self:
        """Count the decisions of some events, shape (events, seeds)."""
        self.events += len(fired)
        self.passed += fired.sum(axis=0)
        self.alone += fired[fired.sum(axis=1) == 1].sum(axis=0)
        self.any_seed += int(fired.any(axis=1).sum())
        return self

    def efficiency(self, signal: str) -> MenuEfficiency:
        """Return the shares of events of a signal of this name."""
        return MenuEfficiency(
            signal=signal,
            seeds=tuple(efficiency(int(count), self.events) for count in self.passed),
            pure=tuple(efficiency(int(count), self.events) for count in self.alone),
            any_seed=efficiency(self.any_seed, self.events),
        )
