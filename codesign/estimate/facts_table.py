"""Tables of facts as comma-separated values: one row a record, one header, no row skipped."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO
from typing import TypeVar

from codesign.errors import ReportError

_Row = TypeVar("_Row")


def read_rows(
    text: str,
    columns: tuple[str, ...],
    make: Callable[[Mapping[str, str]], _Row],
    *,
    place: str,
) -> tuple[_Row, ...]:
    """Return the rows of a table.

    Args:
        text: Comma-separated values.
        columns: The header that the table must have.
        make: From the cells of a row to its record; a :class:`ValueError` refuses the row.
        place: Where the text came from, for the messages.

    Raises:
        ReportError: If a column is unknown or missing or a cell does not fit.
    """
    rows = csv.DictReader(StringIO(text))
    found = tuple(rows.fieldnames or ())
    if found != columns:
        msg = f"{place}: columns {', '.join(found)}; expected {', '.join(columns)}"
        raise ReportError(msg)
    return tuple(_row(row, make, place=f"{place}:{rows.line_num}") for row in rows)


def write_rows(columns: tuple[str, ...], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as the text of a table; None becomes an empty cell."""
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def known(cell: str) -> float | None:
    """Return the number of a cell, None where the cell is empty."""
    return float(cell) if cell else None


def _row(row: Mapping[str, str], make: Callable[[Mapping[str, str]], _Row], *, place: str) -> _Row:
    try:
        return make(row)
    except (TypeError, ValueError) as error:
        msg = f"{place}: {error}; the row does not become a part of any calibration"
        raise ReportError(msg) from error


def _cell(value: object) -> object:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else value
