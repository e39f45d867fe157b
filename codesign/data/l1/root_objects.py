"""Level-1 events from L1Nano, NanoAOD and Delphes trees, in chunks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from codesign.data.l1.assemble import Conversion, Found, L1Chunk, assemble, refuse_hollow
from codesign.data.l1.formats import FORMATS, ObjectFormat, Source
from codesign.data.l1.layout import ZERO_BIAS, ObjectKind
from codesign.data.root_baskets import OnBad
from codesign.data.root_collections import Values, iterate_collections
from codesign.data.root_file import damage_named, open_tree, opened
from codesign.design.progress import Progress, silent
from codesign.errors import InvalidDataError

CHUNK_EVENTS = 50_000
_IDS = ("run", "luminosityBlock", "event")
"""Which event it is, in the trees of CMS; kept where all are there."""

Chosen = Mapping[ObjectKind, tuple[Source, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectReading:
    """How objects are read.

    Attributes:
        label: The class of every event.
        label_names: All classes, ``label`` among them.
        chunk_events: Events in memory at once.
        on_bad: Told of each damaged basket, whose events are then left out; None: it is an error.
    """

    label: str = ZERO_BIAS
    label_names: tuple[str, ...] = (ZERO_BIAS,)
    chunk_events: int = CHUNK_EVENTS
    on_bad: OnBad | None = None


def iterate_objects_root(
    path: Path,
    format_name: str,
    reading: ObjectReading,
    *,
    progress: Progress = silent,
) -> Iterator[L1Chunk]:
    """Yield the events of a tree in hardware integers.

    Objects of a kind are ordered by pT. Where the tree tells the bunch crossing, 0 is taken.

    Args:
        path: A local ROOT file.
        format_name: One of `FORMATS`.
        reading: Class, chunks and what to do about damage.
        progress: Told the number of events read.

    Raises:
        InvalidDataError: If the file or tree is not what it should be, a kind of object is
            missing, a number is none of GeV, eta and radians, or no event has an object.
    """
    if format_name not in FORMATS:
        msg = f"no format {format_name!r}; known are {', '.join(FORMATS)}"
        raise InvalidDataError(msg)
    layout = FORMATS[format_name]
    total = Conversion()
    with opened(path) as file:
        tree = open_tree(path, file, layout.tree)
        known = _branches(path, tree)
        chosen = _choose(path, known, layout)
        ids = _IDS if known.issuperset(_IDS) else ()
        branches = dict.fromkeys(
            [name for sources in chosen.values() for one in sources for name in one.branches]
        )
        for columns in iterate_collections(
            path,
            tree,
            (*branches, *ids),
            chunk_events=reading.chunk_events,
            on_bad=reading.on_bad,
            progress=progress,
        ):
            chunk = _with_ids(_chunk(path, columns, chosen, reading), columns, ids)
            total += chunk.conversion
            yield chunk
    refuse_hollow(total, str(path))


def _branches(path: Path, tree: Any) -> set[str]:
    with damage_named(f"{path}: the names of branches cannot be read"):
        return {str(name).rsplit("/", 1)[-1] for name in tree.keys()}  # noqa: SIM118 - no dict


def _with_ids(chunk: L1Chunk, columns: Mapping[str, Values], names: tuple[str, ...]) -> L1Chunk:
    if not names:
        return chunk
    ids = np.stack([columns[name].values.astype(np.int64) for name in names], axis=1)
    return replace(chunk, events=replace(chunk.events, ids=ids, id_names=names))


def _choose(path: Path, known: set[str], layout: ObjectFormat) -> Chosen:
    """Return the first alternative of each kind whose branches are there."""
    chosen = {}
    for kind, alternatives in layout.sources:
        complete = [
            sources
            for sources in alternatives
            if all(name in known for one in sources for name in one.branches)
        ]
        if not complete:
            wanted = [[name for one in some for name in one.branches] for some in alternatives]
            missing = ", ".join(name for name in wanted[-1] if name not in known)
            msg = (
                f"{path}: tree {layout.tree!r} has no {kind.name}: no branch {missing}; is this "
                f"a file of format {layout.name!r} with all its collections?"
            )
            raise InvalidDataError(msg)
        chosen[kind] = complete[0]
    return chosen


def _chunk(
    path: Path, columns: Mapping[str, Values], chosen: Chosen, reading: ObjectReading
) -> L1Chunk:
    found = {
        kind: _merged([_objects(path, columns, source) for source in sources])
        for kind, sources in chosen.items()
    }
    num_events = next(iter(columns.values())).num_events
    return assemble(
        found,
        num_events=num_events,
        place=str(path),
        label=reading.label,
        label_names=reading.label_names,
    )


def _objects(path: Path, columns: Mapping[str, Values], source: Source) -> Found:
    """Return the objects of one collection, of bunch crossing 0 and the right type."""
    first = columns[source.pt]
    for name in source.branches:
        if not np.array_equal(columns[name].event, first.event):
            msg = f"{path}: branches {source.pt!r} and {name!r} hold different numbers of objects"
            raise InvalidDataError(msg)
    taken = np.ones(len(first.values), dtype=np.bool_)
    if source.crossing is not None:
        taken &= columns[source.crossing].values == 0
    if source.type_branch is not None:
        taken &= columns[source.type_branch].values == source.type_value
    eta = np.zeros(len(first.values)) if source.eta is None else columns[source.eta].values
    momenta = np.stack([first.values, eta, columns[source.phi].values], axis=1)
    return Found(event=first.event[taken], momenta=momenta[taken])


def _merged(parts: list[Found]) -> Found:
    return Found(
        event=np.concatenate([part.event for part in parts]),
        momenta=np.concatenate([part.momenta for part in parts]),
    )
