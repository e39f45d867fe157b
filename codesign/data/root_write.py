"""Events as a ROOT tree, written whole or not at all, at once or in chunks, through uproot."""

import itertools
import json
import re
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from codesign.data.event_set import EventSet
from codesign.data.files import written_whole
from codesign.data.root_layout import DESCRIPTION, LABEL, TREE, WEIGHT
from codesign.design.progress import Progress, silent
from codesign.errors import InvalidDataError

Provenance = tuple[tuple[str, str], ...]

CHUNK_EVENTS = 100_000
_BRANCH_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def write_root(events: EventSet, path: Path, *, progress: Progress = silent) -> None:
    """Write events as the TTree ``events``, one branch a feature, with their description.

    Raises:
        InvalidDataError: If a feature name cannot be a branch name, or the folder is missing.
    """
    starts = range(0, events.num_events, CHUNK_EVENTS)
    columns = _columns(events, path)
    parts = (
        {name: column[start : start + CHUNK_EVENTS] for name, column in columns.items()}
        for start in starts
    )

    def describe() -> dict[str, object]:
        return {**_describe(events), "digest": events.digest}

    _write(parts, path, describe, events.num_events, progress)


def write_root_chunks(
    chunks: Iterable[EventSet],
    path: Path,
    *,
    total: int = 0,
    closing: Callable[[], Provenance] = tuple,
    progress: Progress = silent,
) -> None:
    """Write events of any number, a chunk at a time, in bounded memory.

    The file says no digest: that of the whole is known to nobody who holds a chunk at a time.

    Args:
        chunks: Events of equal columns, at least one chunk.
        path: The file; it appears when everything is written.
        total: The number of events for ``progress``, where it is known.
        closing: Asked after the last chunk for provenance beside that of the first chunk, such as
            what was lost on the way.
        progress: Told after each chunk.

    Raises:
        InvalidDataError: As `write_root`, or if there is no chunk.
    """
    upcoming = iter(chunks)
    first = next(upcoming, None)
    if first is None:
        msg = f"{path}: no events to write"
        raise InvalidDataError(msg)
    parts = (_columns(chunk, path) for chunk in itertools.chain([first], upcoming))

    def describe() -> dict[str, object]:
        return {
            **_describe(first),
            "provenance": (*first.provenance, *closing()),
            "digest": "",
        }

    _write(parts, path, describe, total, progress)


def _write(
    parts: Iterable[dict[str, NDArray[Any]]],
    path: Path,
    describe: Callable[[], dict[str, object]],
    total: int,
    progress: Progress,
) -> None:
    uproot = import_module("uproot")
    tree, done = None, 0
    with written_whole(path) as temporary, uproot.recreate(temporary) as file:
        for part in parts:
            if tree is None:
                tree = file.mktree(TREE, {name: column.dtype for name, column in part.items()})
            tree.extend(part)
            done += len(part[LABEL])
            progress(done, max(total, done), "events")
        file[DESCRIPTION] = json.dumps(describe())


def _columns(events: EventSet, path: Path) -> dict[str, NDArray[Any]]:
    for name in (*events.feature_names, *events.id_names):
        if not _BRANCH_NAME.fullmatch(name) or name in (LABEL, WEIGHT):
            msg = (
                f"{path}: feature {name!r} cannot be a branch; use letters, digits and "
                f"underscores, and not {LABEL!r} or {WEIGHT!r}"
            )
            raise InvalidDataError(msg)
    columns: dict[str, NDArray[Any]] = {name: events.column(name) for name in events.feature_names}
    columns[LABEL] = events.labels
    if events.weights is not None:
        columns[WEIGHT] = events.weights
    if events.ids is not None:
        twice = [name for name in events.id_names if name in columns]
        if twice:
            msg = f"{path}: id {twice[0]!r} is the name of another column; rename one of them"
            raise InvalidDataError(msg)
        columns |= dict(zip(events.id_names, events.ids.T, strict=True))
    return columns


def _describe(events: EventSet) -> dict[str, object]:
    """Return what a tree alone does not keep."""
    return {
        "feature_names": events.feature_names,
        "units": events.units,
        "label_names": events.label_names,
        "weighted": events.weights is not None,
        "id_names": events.id_names,
        "sample": events.sample,
        "provenance": events.provenance,
    }
