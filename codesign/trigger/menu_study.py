"""A menu on a sample: its rates on zero bias, its efficiency on each signal; chunk by chunk."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from codesign.data import EventSet
from codesign.data.l1 import FEATURE_NAMES
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
        InvalidDataError: If columns are missing, or no events are of that class.
    """
    counter = RateCounter(tuple(seed.name for seed in menu.seeds))
    passed: dict[str, NDArray[np.int64]] = {}
    for chunk in chunks:
        fired = decisions(menu, chunk.only(FEATURE_NAMES).features)
        for number, name in enumerate(chunk.label_names):
            chosen = fired[chunk.labels == number]
            if name == zero_bias:
                counter.add(chosen)
            elif len(chosen):
                passed[name] = passed.get(name, 0) + _passed(chosen)
    if not counter.events:
        found = ", ".join(passed) or "none"
        msg = f"no events of class {zero_bias!r}, which rates are made of; classes are {found}"
        raise InvalidDataError(msg)
    return MenuStudy(
        menu=menu.name,
        rates=counter.rates(collisions),
        signals=tuple(_efficiency(name, counts) for name, counts in passed.items()),
    )


def _passed(fired: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many events pass each seed, any seed, and how many there are."""
    return np.array([*fired.sum(axis=0), fired.any(axis=1).sum(), len(fired)], np.int64)


def _efficiency(name: str, counts: NDArray[np.int64]) -> MenuEfficiency:
    *seeds, any_seed, events = (int(count) for count in counts)
    return MenuEfficiency(
        signal=name,
        seeds=tuple(efficiency(count, events) for count in seeds),
        any_seed=efficiency(any_seed, events),
    )
