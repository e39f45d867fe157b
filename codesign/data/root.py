"""Flat ROOT trees (TTree and RNTuple) as events, read through uproot.

A tree that `write_root` made carries a description (names, units, labels, digest) as a
``TObjString`` beside it, so that it reads back without a layout, and damage that ROOT itself does
not see is found by the digest. Any other tree needs a `RootLayout`.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.data.event_set import EventSet
from codesign.data.root_baskets import OnBad, read_events
from codesign.data.root_file import damage_named, missing_branch, open_tree, opened, tree_names
from codesign.data.root_layout import DESCRIPTION, LABEL, TREE, WEIGHT, RootLayout
from codesign.design.progress import Progress, silent
from codesign.errors import InvalidDataError

CHUNK_EVENTS = 100_000
"""Events in memory at once while a tree is read or written: 6 MB at 16 float32 columns."""

_EXACT_IN_FLOAT32 = 2**24


def read_root(
    path: Path,
    layout: RootLayout | None = None,
    *,
    on_bad: OnBad | None = None,
    progress: Progress = silent,
) -> EventSet:
    """Read a whole tree.

    Args:
        path: A local ROOT file.
        layout: Which branches are what; None for a file that `write_root` made.
        on_bad: Told of each damaged basket, whose events are then left out; None: it is an error.
        progress: Told the number of events read.

    Raises:
        InvalidDataError: If the file is missing, empty, truncated, damaged or not ROOT; if the
            tree or a branch is missing, jagged or not numeric; if the events are not valid.
    """
    with opened(path) as file:
        description = _read_description(path, file) if layout is None else {}
        layout = layout or _described_layout(path, description)
        chunks = list(_iterate(path, file, layout, CHUNK_EVENTS, progress, on_bad))
        whole = sum(len(chunk[layout.branches[0]]) for chunk in chunks) == _num_events(file, layout)
    events = _as_events(
        path,
        layout,
        {name: np.concatenate([chunk[name] for chunk in chunks]) for name in layout.branches},
        description,
    )
    if whole and description.get("digest", "") not in {"", events.digest}:
        msg = (
            f"{path}: the events do not match the digest they were written with "
            f"({events.digest[:12]}, expected {str(description['digest'])[:12]}): "
            "the file is damaged or was edited; copy or make it again"
        )
        raise InvalidDataError(msg)
    return events


def iterate_root(
    path: Path,
    layout: RootLayout | None = None,
    *,
    chunk_events: int = CHUNK_EVENTS,
    on_bad: OnBad | None = None,
) -> Iterator[EventSet]:
    """Read a tree of any size in pieces of at most ``chunk_events`` events.

    Args:
        path: A local ROOT file.
        layout: Which branches are what; None for a file that `write_root` made.
        chunk_events: Events in memory at once.
        on_bad: Told of each damaged basket, whose events are then left out; None: it is an error.

    Yields:
        The events in the order of the tree; the digest of the whole is not checked.

    Raises:
        InvalidDataError: As `read_root`, or if ``chunk_events`` is below 1.
    """
    if chunk_events < 1:
        msg = f"chunk_events must be at least 1, got {chunk_events}"
        raise InvalidDataError(msg)
    with opened(path) as file:
        description = _read_description(path, file) if layout is None else {}
        layout = layout or _described_layout(path, description)
        for columns in _iterate(path, file, layout, chunk_events, silent, on_bad):
            yield _as_events(path, layout, columns, description)


def _read_description(path: Path, file: Any) -> dict[str, Any]:
    """Return the description that `write_root` left in the file."""
    with damage_named(f"{path}: the list of objects cannot be read"):
        found = file.keys(cycle=False)
    if DESCRIPTION not in found:
        msg = (
            f"{path} was not written by codesign: give a RootLayout with tree, features and label; "
            f"its trees are {', '.join(tree_names(file)) or 'none'}"
        )
        raise InvalidDataError(msg)
    with damage_named(f"{path}: its description cannot be read"):
        description = json.loads(str(file[DESCRIPTION]))
        return {
            "feature_names": tuple(description["feature_names"]),
            "units": tuple(description["units"]),
            "label_names": tuple(description["label_names"]),
            "weighted": bool(description["weighted"]),
            "sample": str(description["sample"]),
            "provenance": tuple((str(key), str(text)) for key, text in description["provenance"]),
            "digest": str(description["digest"]),
            "id_names": tuple(description.get("id_names", ())),
        }


def _described_layout(path: Path, description: Mapping[str, Any]) -> RootLayout:
    """Return the layout of a file that `write_root` made."""
    with damage_named(f"{path}: its description cannot be used"):
        return RootLayout(
            tree=TREE,
            features=description["feature_names"],
            units=description["units"],
            label=LABEL,
            label_names=description["label_names"],
            weight=WEIGHT if description["weighted"] else None,
            ids=description["id_names"],
        )


def _iterate(
    path: Path,
    file: Any,
    layout: RootLayout,
    chunk_events: int,
    progress: Progress,
    on_bad: OnBad | None,
) -> Iterator[Mapping[str, NDArray[Any]]]:
    """Yield the branches chunk by chunk, each an array of shape (events,)."""
    tree = open_tree(path, file, layout.tree)
    with damage_named(f"{path}: tree {layout.tree!r} cannot be read"):
        known, total = list(tree.keys()), int(tree.num_entries)
    for branch in layout.branches:
        if branch not in known:
            raise InvalidDataError(missing_branch(path, layout.tree, branch, known))

    def read(branch: str, start: int, stop: int) -> NDArray[Any]:
        return _read_branch(path, tree, branch, (start, stop))

    found = False
    for start in range(0, total, chunk_events):
        stop = min(start + chunk_events, total)
        for columns in read_events(
            path, tree, layout.branches, read, events=(start, stop), on_bad=on_bad
        ):
            found = True
            yield columns
        progress(stop, total, "events")
    if not found:
        msg = f"{path}: every event of tree {layout.tree!r} is damaged; copy or make it again"
        raise InvalidDataError(msg)


def _num_events(file: Any, layout: RootLayout) -> int:
    return int(file[layout.tree].num_entries)


def _read_branch(path: Path, tree: Any, branch: str, events: tuple[int, int]) -> NDArray[Any]:
    """Return one branch of the events in [start, stop), one number an event."""
    start, stop = events
    values = tree[branch].array(entry_start=start, entry_stop=stop, library="np")
    values = np.asarray(values)
    if values.dtype.kind not in "biuf" or values.ndim != 1:
        kind = f"shape {values.shape[1:]} an event" if values.ndim > 1 else "no single number"
        msg = (
            f"{path}: branch {branch!r} is jagged or not numeric ({kind}, dtype {values.dtype}); "
            "expected one number an event: flatten it or choose another branch"
        )
        raise InvalidDataError(msg)
    if len(values) != stop - start:
        msg = f"{path}: branch {branch!r} holds {len(values)} of {stop - start} events: damaged"
        raise InvalidDataError(msg)
    return values.astype(np.int16) if values.dtype.kind == "b" else values


def _as_events(
    path: Path,
    layout: RootLayout,
    columns: Mapping[str, NDArray[Any]],
    description: Mapping[str, Any],
) -> EventSet:
    """Return branches as events."""
    first = columns[layout.features[0]]
    labels = columns[layout.label] if layout.label else np.zeros(len(first), dtype=np.int64)
    try:
        return EventSet(
            features=_stack(layout.features, columns),
            feature_names=layout.features,
            units=layout.units or ("",) * len(layout.features),
            labels=labels,
            label_names=layout.label_names,
            weights=columns[layout.weight] if layout.weight else None,
            sample=description.get("sample", path.stem),
            provenance=description.get("provenance", (("tree", layout.tree),)),
            ids=np.stack([columns[name] for name in layout.ids], axis=1) if layout.ids else None,
            id_names=layout.ids,
        )
    except InvalidDataError as error:
        msg = f"{path}: tree {layout.tree!r}: {error}"
        raise InvalidDataError(msg) from error


def _stack(names: tuple[str, ...], columns: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """Return columns side by side: integers stay integers where all are, else float32."""
    arrays = [columns[name] for name in names]
    common = np.result_type(*arrays)
    if common.kind != "f":
        return np.stack(arrays, axis=1)
    for name, array in zip(names, arrays, strict=True):
        if array.dtype.kind in "iu" and np.abs(array.astype(np.float64)).max() > _EXACT_IN_FLOAT32:
            msg = (
                f"column {name!r} holds integers above {_EXACT_IN_FLOAT32}, which float32 cannot "
                "hold exactly; leave it out or read it with integer columns only"
            )
            raise InvalidDataError(msg)
    return np.stack(arrays, axis=1)
