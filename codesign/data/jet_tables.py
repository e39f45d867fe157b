"""Local copies of the public jet table (OpenML ``hls4ml_lhc_jets_hlf``) as events.

Every reader gives the columns in the order of `JET_FEATURES` and the classes in the order of
`JET_CLASSES`; further columns of a file are left out. The label column is called ``class``,
``target``, ``label`` or ``y`` and holds the letters g, q, t, w, z.

Source: OpenML data set 42468.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from codesign.data.arff import arff_rows
from codesign.data.event_set import EventSet
from codesign.data.files import existing_file
from codesign.data.jet_features import JET_CLASSES, JET_FEATURES, JET_UNITS
from codesign.data.npz import parse_npz, read_arrays
from codesign.data.optional import optional_module
from codesign.design.progress import Progress, silent
from codesign.errors import CodesignError, InvalidDataError

LABEL_COLUMNS = ("class", "target", "label", "y")
"""What the column with the class letters may be called."""

_CHUNK_ROWS = 20_000
_REMEDY = "expected the columns of OpenML hls4ml_lhc_jets_hlf"

Rows = Iterable[tuple[int, list[str]]]


def read_jets_arff(path: Path, *, progress: Progress = silent) -> EventSet:
    """Read the table as ARFF.

    Raises:
        InvalidDataError: If the file is missing, damaged, lacks a column, or a value is bad.
    """
    with _text(path, expected="an ARFF table of jets") as stream:
        return _from_rows(path, arff_rows(path, stream), _watch(path, stream, progress))


def read_jets_csv(path: Path, *, progress: Progress = silent) -> EventSet:
    """Read the table as comma-separated values with a header line.

    Raises:
        InvalidDataError: If the file is missing, damaged, lacks a column, or a value is bad.
    """
    with _text(path, expected="a CSV table of jets") as stream:
        rows = enumerate(csv.reader(stream, strict=True), start=1)
        return _from_rows(path, rows, _watch(path, stream, progress))


def read_jets_parquet(path: Path, *, progress: Progress = silent) -> EventSet:
    """Read the table as Parquet.

    Raises:
        InvalidDataError: If the file is missing, damaged, lacks a column, or a value is bad.
        ToolNotFoundError: If pyarrow is not installed (extra ``parquet``).
    """
    existing_file(path, expected="a Parquet table of jets")
    parquet = optional_module("pyarrow.parquet", extra="parquet")
    arrow = optional_module("pyarrow", extra="parquet")
    try:
        with parquet.ParquetFile(path) as file:
            names, total, features, labels = file.schema_arrow.names, file.metadata.num_rows, [], []
            label = label_column(path, names)
            for batch in file.iter_batches(_CHUNK_ROWS, columns=[*JET_FEATURES, label]):
                columns = [
                    batch.column(name).to_numpy(zero_copy_only=False)
                    for name in (*JET_FEATURES, label)
                ]
                features.append(_float32(np.stack(columns[:-1], axis=1)))
                labels.append(columns[-1].astype(np.str_))
                progress(sum(map(len, labels)), total, "jets")
    except CodesignError:
        raise
    except (arrow.ArrowException, OSError, TypeError, ValueError) as error:
        msg = f"{path} is damaged or not a Parquet table of numbers ({error}): {_REMEDY}"
        raise InvalidDataError(msg) from error
    return as_jets(path, features, class_ids(path, np.concatenate(labels or [np.array([""])])))


def read_events_npz(path: Path, *, progress: Progress = silent) -> EventSet:
    """Read an ``.npz`` file: events that codesign wrote, or a jet table.

    A jet table holds ``X`` of shape (jets, 16), ``y`` with the class letters, and, if the columns
    stand in another order than `JET_FEATURES`, their names in ``features``.

    Raises:
        InvalidDataError: If the file is missing, damaged, or holds something else.
    """
    arrays = read_arrays(path)
    if not {"X", "y"} <= arrays.keys():
        return parse_npz(path, arrays)
    names = [str(name) for name in arrays.get("features", np.array(JET_FEATURES)).ravel()]
    table = arrays["X"]
    if table.ndim != 2 or table.shape[1] != len(names) or table.dtype.kind not in "iuf":
        msg = (
            f"{path}: X has shape {table.shape} and dtype {table.dtype}; expected numbers of "
            f"shape (jets, {len(names)}), one column for each of {', '.join(names)}"
        )
        raise InvalidDataError(msg)
    check_columns(path, names)
    progress(len(table), len(table), "jets")
    order = [names.index(name) for name in JET_FEATURES]
    return as_jets(path, [table[:, order]], class_ids(path, arrays["y"]))


def check_columns(path: Path, names: Sequence[str]) -> None:
    """Refuse a table that lacks one of the sixteen features."""
    missing = [name for name in JET_FEATURES if name not in names]
    if missing:
        msg = f"{path}: no column {', '.join(missing)}; found {', '.join(names)}: {_REMEDY}"
        raise InvalidDataError(msg)


def label_column(path: Path, names: Sequence[str]) -> str:
    """Return the name of the label column after seeing that every feature is there."""
    check_columns(path, names)
    found = [name for name in LABEL_COLUMNS if name in names]
    if len(found) != 1:
        msg = (
            f"{path}: label columns found: {', '.join(found) or 'none'}; expected exactly one of "
            f"{', '.join(LABEL_COLUMNS)} among {', '.join(names)}"
        )
        raise InvalidDataError(msg)
    return found[0]


def class_ids(path: Path, letters: NDArray[Any]) -> NDArray[np.int64]:
    """Return the index in `JET_CLASSES` of each class letter.

    Raises:
        InvalidDataError: If a letter is not a class, or a class has no jet.
    """
    if letters.ndim != 1 or letters.dtype.kind not in "US":
        msg = (
            f"{path}: labels have shape {letters.shape} and dtype {letters.dtype}; "
            f"expected the letters {', '.join(JET_CLASSES)}"
        )
        raise InvalidDataError(msg)
    found, inverse = np.unique(letters.astype(np.str_), return_inverse=True)
    if tuple(found) != JET_CLASSES:
        msg = (
            f"{path}: the labels are {', '.join(map(repr, map(str, found[:20])))}; "
            f"expected all of {', '.join(JET_CLASSES)} and nothing else"
        )
        raise InvalidDataError(msg)
    return inverse.astype(np.int64)


def as_jets(path: Path, features: list[NDArray[Any]], labels: NDArray[np.int64]) -> EventSet:
    """Return features of shape (jets, 16) in chunks, and class ids, as events."""
    try:
        return EventSet(
            features=np.concatenate(features),
            feature_names=JET_FEATURES,
            units=JET_UNITS,
            labels=labels,
            label_names=JET_CLASSES,
            sample=path.stem,
            provenance=(("file", path.name),),
        )
    except InvalidDataError as error:
        msg = f"{path}: {error}"
        raise InvalidDataError(msg) from error


@contextmanager
def _text(path: Path, *, expected: str) -> Iterator[TextIO]:
    """Open a text file; bytes that are not text, or broken quotes, become one error."""
    existing_file(path, expected=expected)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield stream
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"{path} is not {expected} ({error}): {_REMEDY}"
        raise InvalidDataError(msg) from error


def _watch(path: Path, stream: TextIO, progress: Progress) -> Callable[[], None]:
    """Return a function that tells how many bytes of a text file are read."""
    total = path.stat().st_size
    return lambda: progress(stream.buffer.tell(), total, "bytes")


def _from_rows(path: Path, rows: Rows, advance: Callable[[], None]) -> EventSet:
    """Return a header row and the rows below it as events."""
    rows = iter(rows)
    names = [name.strip() for name in next(rows)[1]]
    columns = [names.index(name) for name in (*JET_FEATURES, label_column(path, names))]
    features: list[NDArray[Any]] = []
    letters: list[str] = []
    chunk: list[list[str]] = []
    lines: list[int] = []
    for line, row in rows:
        if len(row) != len(names):
            msg = f"{path}: line {line} has {len(row)} values; expected {len(names)}: is it cut?"
            raise InvalidDataError(msg)
        chunk.append([row[column] for column in columns[:-1]])
        lines.append(line)
        letters.append(row[columns[-1]].strip())
        if len(chunk) == _CHUNK_ROWS:
            features.append(_numbers(path, chunk, lines))
            chunk, lines = [], []
            advance()
    features.append(_numbers(path, chunk, lines))
    advance()
    if not letters:
        msg = f"{path}: no row of values below the header; the file is truncated: copy it again"
        raise InvalidDataError(msg)
    return as_jets(path, features, class_ids(path, np.array(letters)))


def _numbers(path: Path, rows: list[list[str]], lines: list[int]) -> NDArray[np.float32]:
    """Return rows of text as numbers, shape (rows, 16), or raise naming line and column."""
    try:
        return _float32(np.array(rows, dtype=np.float64).reshape(-1, len(JET_FEATURES)))
    except ValueError:
        for line, row in zip(lines, rows, strict=True):
            for name, text in zip(JET_FEATURES, row, strict=True):
                try:
                    float(text)
                except ValueError as error:
                    msg = f"{path}: line {line}, column {name!r}: {text!r} is not a number"
                    raise InvalidDataError(msg) from error
        raise


def _float32(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return numbers as float32; what does not fit becomes infinite, which `EventSet` refuses."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)
