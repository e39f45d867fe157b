"""Tables that are drawn with ``+``, ``-`` and ``|``.

Every row is held to the columns of its header: a lost or moved character is an error, never a
number of the neighboring column.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from codesign.synthesis.reports.source import INCOMPLETE, Source

_BORDER = re.compile(r"\s*\+-[-+]*\+\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table.

    Attributes:
        line: Its number in the file.
        cells: What stands in each column, with its indentation.
    """

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One table.

    Attributes:
        source: The file.
        line: Where its frame begins.
        section: The ``== title`` that it stands under, empty where there is none.
        part: The ``+ title`` below the section, empty where there is none.
        title: The last line of text before it.
        columns: Their names, words of several header lines joined by a space.
        head: The lines of the header, where all of them stand in the columns.
        rows: Without the header.
    """

    source: Source
    line: int
    section: str
    part: str
    title: str
    columns: tuple[str, ...]
    head: tuple[Row, ...]
    rows: tuple[Row, ...]

    def column(self, *names: str) -> int:
        """Return the index of the only column with one of these names.

        Raises:
            ReportError: If there is none, or more than one.
        """
        found = [index for index, name in enumerate(self.columns) if name in names]
        if len(found) != 1:
            msg = f"{len(found)} columns {names[0]!r} among {', '.join(self.columns)}; {INCOMPLETE}"
            raise self.source.error(self.line, msg)
        return found[0]

    def row(self, *labels: str) -> Row:
        """Return the only row that one of these labels begins.

        Raises:
            ReportError: If there is none, or more than one.
        """
        found = self.rows_of(*labels)
        if len(found) != 1:
            msg = f"{len(found)} rows {labels[0]!r} in the table {self.title!r}; {INCOMPLETE}"
            raise self.source.error(found[1].line if found else self.line, msg)
        return found[0]

    def rows_of(self, *labels: str) -> tuple[Row, ...]:
        """Return the rows that one of these labels begins; a footnote mark is no part of it."""
        return tuple(row for row in self.rows if row.cells[0].strip().rstrip("*") in labels)


def read_grids(source: Source) -> tuple[Grid, ...]:
    """Return every table of a file.

    Raises:
        ReportError: If a table does not end, or a row does not stand in the columns.
    """
    return tuple(_grids(source))


def only(grids: tuple[Grid, ...], source: Source, *, title: str, section: str = "") -> Grid:
    """Return the only table with a title.

    Args:
        grids: Of the file.
        source: The file.
        title: The end of ``part title``.
        section: The section it stands under, any where empty.

    Raises:
        ReportError: If there is none, or more than one.
    """
    found = [
        grid
        for grid in grids
        if f"{grid.part} {grid.title}".strip().endswith(title)
        and (not section or grid.section == section)
    ]
    if len(found) != 1:
        msg = f"{len(found)} tables {section} {title!r}, expected one; {INCOMPLETE}"
        raise source.error(found[1].line if found else 0, msg)
    return found[0]


def _grids(source: Source) -> Iterator[Grid]:
    section = part = title = ""
    begin = 0
    for index, line in enumerate(source.lines):
        if index < begin:
            continue
        text = line.strip()
        if _BORDER.fullmatch(line):
            end = _end(source, index)
            yield _grid(source, index, end, (section, part, title))
            begin = end
        elif text.startswith("== "):
            section, part, title = text.removeprefix("== "), "", ""
        elif text.startswith("+ "):
            part, title = text.removeprefix("+ "), ""
        elif text.strip("-="):
            title = text


def _end(source: Source, begin: int) -> int:
    """Return the index behind the last border of a table."""
    index = begin
    while index < len(source.lines) and _is_drawn(source.lines[index]):
        index += 1
    if not _BORDER.fullmatch(source.lines[index - 1]):
        raise source.error(index, f"a table ends without its frame; {INCOMPLETE}")
    return index


def _is_drawn(line: str) -> bool:
    return line.strip()[:1] in ("|", "+") and line.strip()[-1:] in ("|", "+")


def _grid(source: Source, begin: int, end: int, place: tuple[str, str, str]) -> Grid:
    borders = [
        index for index in range(begin, end) if _BORDER.fullmatch(source.lines[index].rstrip())
    ]
    if len(borders) == 1:
        raise source.error(begin + 1, f"a frame without a table; {INCOMPLETE}")
    header = range(borders[0] + 1, borders[1])
    if not header:
        raise source.error(begin + 1, f"a table without a header; {INCOMPLETE}")
    edges = _bars(source.lines[header[-1]])
    lines = [source.lines[index].rstrip() for index in header]
    _check_border(source, begin, edges)
    section, part, title = place
    rows = []
    for index in range(borders[1] + 1, end):
        line = source.lines[index].rstrip()
        if index in borders:
            _check_border(source, index, edges)
        elif not _stands_in(line, edges):
            msg = f"a row that does not stand in the {len(edges) - 1} columns; {INCOMPLETE}"
            raise source.error(index + 1, msg)
        else:
            rows.append(Row(line=index + 1, cells=_cells(line, edges)))
    return Grid(
        source=source,
        line=begin + 1,
        section=section,
        part=part.rstrip(":"),
        title=title.rstrip(":"),
        columns=_names(lines, edges),
        head=tuple(
            Row(line=header[0] + number, cells=_cells(line, edges))
            for number, line in enumerate(lines, 1)
            if all(_stands_in(other, edges) for other in lines)
        ),
        rows=tuple(rows),
    )


def _check_border(source: Source, index: int, edges: tuple[int, ...]) -> None:
    corners = {place for place, letter in enumerate(source.lines[index]) if letter == "+"}
    if not corners <= set(edges):
        raise source.error(index + 1, f"the frame does not fit the columns; {INCOMPLETE}")


def _stands_in(line: str, edges: tuple[int, ...]) -> bool:
    return (
        line.count("|") == len(edges)
        and len(line) > edges[-1]
        and all(line[place] == "|" for place in edges)
    )


def _bars(line: str) -> tuple[int, ...]:
    return tuple(place for place, letter in enumerate(line) if letter == "|")


def _cells(line: str, edges: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(line[left + 1 : right] for left, right in pairwise(edges))


def _names(header: list[str], edges: tuple[int, ...]) -> tuple[str, ...]:
    """Return the words above each column; a wide cell stands above several."""
    words: list[list[str]] = [[] for _ in edges[:-1]]
    for line in header:
        bars = [place for place, letter in enumerate(line) if letter in "|+"]
        for above, left in zip(words, edges, strict=False):
            index = bisect_right(bars, left)
            if 0 < index < len(bars):
                cell = line[bars[index - 1] + 1 : bars[index]]
                above += [word for word in cell.split() if word.strip("-")]
    return tuple(" ".join(column) for column in words)
