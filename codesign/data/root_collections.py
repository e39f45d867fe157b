"""Branches of any number of values an event, such as the pT of all jets, read through uproot."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.data.root_baskets import OnBad, read_events
from codesign.data.root_file import damage_named
from codesign.design.progress import Progress, silent
from codesign.errors import InvalidDataError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Values:
    """One branch of some events.

    Attributes:
        event: Shape (values,), int64, the event of each, from 0 and rising.
        values: Shape (values,), float64.
        num_events: How many events.
    """

    event: NDArray[np.int64]
    values: NDArray[np.float64]
    num_events: int


def iterate_collections(
    path: Path,
    tree: Any,
    branches: Sequence[str],
    *,
    chunk_events: int,
    on_bad: OnBad | None = None,
    progress: Progress = silent,
) -> Iterator[Mapping[str, Values]]:
    """Yield branches of a tree, one value or many an event, in chunks.

    Args:
        path: The file, for messages.
        tree: A TTree or RNTuple that `root_file.open_tree` returned.
        branches: Those to read.
        chunk_events: Events in memory at once.
        on_bad: Told of each damaged basket, whose events are then left out; None: it is an error.
        progress: Told the number of events read.

    Raises:
        InvalidDataError: If a branch is not numeric or damaged.
    """
    with damage_named(f"{path}: the tree cannot be read"):
        total = int(tree.num_entries)

    def read(branch: str, start: int, stop: int) -> Values:
        array = tree[branch].array(entry_start=start, entry_stop=stop, library="ak")
        return _flat(path, branch, array)

    for start in range(0, total, chunk_events):
        stop = min(start + chunk_events, total)
        yield from read_events(path, tree, branches, read, events=(start, stop), on_bad=on_bad)
        progress(stop, total, "events")


def _flat(path: Path, branch: str, array: Any) -> Values:
    ak = import_module("awkward")
    counts = np.ones(len(array), dtype=np.int64)
    if array.ndim == 2:
        counts = ak.to_numpy(ak.num(array)).astype(np.int64)
        array = ak.flatten(array)
    values = ak.to_numpy(array) if array.ndim == 1 else None
    if values is None or values.dtype.kind not in "biuf":
        msg = f"{path}: branch {branch!r} holds no numbers or lists of numbers ({array.type})"
        raise InvalidDataError(msg)
    return Values(
        event=np.repeat(np.arange(len(counts)), counts),
        values=values.astype(np.float64),
        num_events=len(counts),
    )
