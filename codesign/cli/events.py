"""Events as the verbs of ``codesign data`` read, show and write them."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
from rich.table import Table as RichTable

from codesign.cli.output import show_json
from codesign.data import (
    SAMPLES,
    EventSet,
    RootLayout,
    class_counts,
    iterate_root,
    joined,
    load_events,
    load_sample,
    read_root,
    summarize_columns,
    write_npz,
    write_root,
    write_root_chunks,
)
from codesign.data.root_baskets import OnBad
from codesign.design.codec import encode
from codesign.design.progress import Progress
from codesign.errors import InvalidDataError
from codesign.reporting import Table, notation, to_rich
from codesign.reporting.tables import Column


def _write_npz(events: EventSet, path: Path, progress: Progress) -> None:
    write_npz(events, path)
    progress(events.num_events, events.num_events, "events")


def _write_root(events: EventSet, path: Path, progress: Progress) -> None:
    write_root(events, path, progress=progress)


_WRITERS: Mapping[str, Callable[[EventSet, Path, Progress], None]] = {
    ".npz": _write_npz,
    ".root": _write_root,
}


def read_events(
    source: str, layout: RootLayout | None, *, on_bad: OnBad | None = None, progress: Progress
) -> EventSet:
    """Return a sample of that name, or the events of a file.

    With ``on_bad``, events in damaged baskets of a ROOT file are left out, and it is told.

    Raises:
        InvalidDataError: If there is neither, or the file is not what it should be.
    """
    is_root = Path(source).suffix.lower() == ".root" and source not in SAMPLES
    if layout is not None or (is_root and on_bad is not None):
        return read_root(Path(source), layout, on_bad=on_bad, progress=progress)
    if source in SAMPLES:
        return load_sample(source)
    if not Path(source).suffix:
        msg = f"{source!r} is neither a sample ({', '.join(SAMPLES)}) nor a file with a suffix"
        raise InvalidDataError(msg)
    return load_events(Path(source), progress=progress)


def iterate_events(
    source: str, *, progress: Progress, on_bad: OnBad | None = None
) -> Iterator[EventSet]:
    """Yield the events of a sample or file; a ROOT file comes in chunks.

    With ``on_bad``, events in damaged baskets of a ROOT file are left out, and it is told.

    Raises:
        InvalidDataError: If there is neither, or the file is not what it should be.
    """
    if Path(source).suffix.lower() == ".root" and source not in SAMPLES:
        yield from iterate_root(Path(source), on_bad=on_bad)
    else:
        yield read_events(source, None, progress=progress)


def write_chunks(chunks: Iterator[EventSet], path: Path, *, progress: Progress) -> int:
    """Write events that come in chunks and return how many there were."""
    count = 0

    def counted() -> Iterator[EventSet]:
        nonlocal count
        for chunk in chunks:
            count += chunk.num_events
            yield chunk

    if path.suffix.lower() == ".root":
        write_root_chunks(counted(), path, progress=progress)
    else:
        write_events(joined(list(counted())), path, progress=progress)
    return count


def show_scored(network: str, count: int, path: Path, *, json: bool) -> None:
    """Say how many events a network answered to and where the answers are."""
    if json:
        show_json({"network": network, "events": count, "file": str(path)})
        return
    typer.echo(f"{network}: {count:,} events emulated\n{path}")


def check_output(path: Path) -> None:
    """Refuse a file that could not be written, before any work is done.

    Raises:
        InvalidDataError: If the suffix has no writer or the folder does not exist.
    """
    if path.suffix.lower() not in _WRITERS:
        known = " or ".join(_WRITERS)
        msg = f"{path}: no writer for suffix {path.suffix!r}; name a {known} file"
        raise InvalidDataError(msg)
    if not path.parent.is_dir():
        msg = f"cannot write {path}: {path.parent} is not a folder; create it first"
        raise InvalidDataError(msg)


def write_events(events: EventSet, path: Path, *, progress: Progress) -> None:
    """Write events in the format of the suffix."""
    _WRITERS[path.suffix.lower()](events, path, progress)


def show_written(events: EventSet, path: Path, *, json: bool) -> None:
    """Say what was written where, the path on the last line."""
    if json:
        show_json({"file": str(path), "events": events.num_events, "digest": events.digest})
        return
    classes = ", ".join(f"{count:,} {name}" for name, count in class_counts(events))
    typer.echo(f"{events.num_events:,} events ({classes})\ndigest: {events.digest}\n{path}")


def describe(events: EventSet) -> dict[str, Any]:
    """Return what a set of events holds, as plain data."""
    return {
        "sample": events.sample,
        "events": events.num_events,
        "digest": events.digest,
        "weighted": events.weights is not None,
        "dtype": str(events.features.dtype),
        "classes": dict(class_counts(events)),
        "columns": [encode(column) for column in summarize_columns(events)],
        "provenance": dict(events.provenance),
    }


def event_tables(events: EventSet) -> tuple[RichTable, RichTable]:
    """Return the classes and the columns of a set of events."""
    classes = Table(
        title="Classes",
        header=("number", "class", "events", "share"),
        columns=(Column.NUMBER, Column.TEXT, Column.NUMBER, Column.NUMBER),
        rows=tuple(
            (str(index), name, f"{count:,}", notation.share(count, events.num_events))
            for index, (name, count) in enumerate(class_counts(events))
        ),
    )
    columns = Table(
        title="Columns",
        note=f"{events.features.dtype}; std: standard deviation.",
        header=("column", "unit", "min", "mean", "std", "max"),
        columns=(Column.TEXT, Column.TEXT, *(Column.NUMBER,) * 4),
        rows=tuple(
            (
                column.name,
                column.unit or "-",
                *(f"{x:.4g}" for x in (column.min, column.mean, column.std, column.max)),
            )
            for column in summarize_columns(events)
        ),
    )
    return to_rich(classes), to_rich(columns)
