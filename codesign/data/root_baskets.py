"""The branches of some events of a tree, without the baskets that are damaged.

A basket is what ROOT compresses at once: some events of one branch of a TTree. Of an RNTuple it is
a cluster, some events of all fields.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from codesign.data.root_file import damage_named, first_line
from codesign.errors import CodesignError, InvalidDataError

Values = TypeVar("Values")
Read = Callable[[str, int, int], Values]
"""Returns a branch of the events in [start, stop)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadBasket:
    """A basket that cannot be read.

    Attributes:
        path: Its file.
        branch: Its branch.
        number: Counts the baskets of the branch from 0.
        count: How many baskets the branch has.
        start: Its first event.
        stop: One behind its last event.
        cause: What went wrong.
    """

    path: Path
    branch: str
    number: int
    count: int
    start: int
    stop: int
    cause: str

    def __str__(self) -> str:
        return (
            f"{self.path}: branch {self.branch!r} is damaged (basket {self.number} of "
            f"{self.count}, events {self.start} to {self.stop - 1}: {self.cause})"
        )


OnBad = Callable[[BadBasket], None]
"""Told of each basket that is left out, with every event in it."""


def read_events(
    path: Path,
    tree: Any,
    branches: Sequence[str],
    read: Read[Values],
    *,
    events: tuple[int, int],
    on_bad: OnBad | None,
) -> Iterator[Mapping[str, Values]]:
    """Yield the branches of the events in [start, stop): at once, or the good ranges of them.

    Args:
        path: The file, for messages.
        tree: A TTree or RNTuple of uproot.
        branches: Those to read.
        read: Returns one branch of a range of events.
        events: Start and stop.
        on_bad: Told of the damaged baskets, whose events are then left out; None: they are errors.

    Raises:
        InvalidDataError: If a basket is damaged and ``on_bad`` is None.
    """
    start, stop = events
    columns: dict[str, Values] = {}
    bad: list[BadBasket] = []
    for branch in branches:
        try:
            columns[branch] = read(branch, start, stop)
        except CodesignError:
            raise
        except Exception as error:  # noqa: BLE001 - damaged bytes lead uproot into any exception
            found = list(_bad_baskets(path, tree, branch, read, (start, stop)))
            bad += found or [_whole(path, branch, (start, stop), error)]
    if not bad:
        yield columns
        return
    for basket in bad:
        if on_bad is None:
            msg = f"{basket}: copy or make the file again, or leave out these events (--skip-bad)"
            raise InvalidDataError(msg)
        on_bad(basket)
    for low, high in _good_ranges(bad, (start, stop)):
        with damage_named(f"{path}: events {low} to {high - 1} are damaged"):
            rest = {branch: read(branch, low, high) for branch in branches}
        yield rest


def _bad_baskets(
    path: Path, tree: Any, branch: str, read: Read[Values], events: tuple[int, int]
) -> Iterator[BadBasket]:
    """Yield the baskets of a branch that cannot be read, cut to the events asked for."""
    ranges = _basket_ranges(tree, branch)
    for number, (first, last) in enumerate(ranges):
        start, stop = max(first, events[0]), min(last, events[1])
        if start >= stop:
            continue
        try:
            read(branch, start, stop)
        except Exception as error:  # noqa: BLE001 - damaged bytes lead uproot into any exception
            yield BadBasket(
                path=path,
                branch=branch,
                number=number,
                count=len(ranges),
                start=start,
                stop=stop,
                cause=f"{type(error).__name__}: {first_line(error)}",
            )


def _basket_ranges(tree: Any, branch: str) -> list[tuple[int, int]]:
    """Return the first event of each basket and the one behind its last; none if unknown."""
    with suppress(Exception):  # damaged bytes lead uproot into any exception
        return _ranges(tree, branch)
    return []


def _ranges(tree: Any, branch: str) -> list[tuple[int, int]]:
    if hasattr(tree, "cluster_summaries"):
        clusters = tree.cluster_summaries
        return [
            (int(one.num_first_entry), int(one.num_first_entry + one.num_entries))
            for one in clusters
        ]
    return list(itertools.pairwise(int(offset) for offset in tree[branch].entry_offsets))


def _whole(path: Path, branch: str, events: tuple[int, int], error: Exception) -> BadBasket:
    """Return damage that no single basket accounts for."""
    return BadBasket(
        path=path,
        branch=branch,
        number=0,
        count=1,
        start=events[0],
        stop=events[1],
        cause=f"{type(error).__name__}: {first_line(error)}",
    )


def _good_ranges(bad: Sequence[BadBasket], events: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of events that no bad basket touches."""
    at, stop = events
    for basket in sorted(bad, key=lambda one: one.start):
        if basket.start > at:
            yield at, basket.start
        at = max(at, basket.stop)
    if at < stop:
        yield at, stop


def events_lost(bad: Sequence[BadBasket]) -> int:
    """Return how many events are left out: one that misses several branches counts once."""
    lost = 0
    for path in dict.fromkeys(one.path for one in bad):
        at = 0
        for basket in sorted((one for one in bad if one.path == path), key=lambda one: one.start):
            lost += max(0, basket.stop - max(at, basket.start))
            at = max(at, basket.stop)
    return lost
