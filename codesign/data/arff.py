"""Read the rows of an ARFF table, the format OpenML hands out, line by line.

Only dense data is read: numeric and nominal attributes, commas between values, ``%`` comments.

Source: the ARFF section of the Weka manual, version 3.8, chapter "ARFF".
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from codesign.errors import InvalidDataError

_ATTRIBUTE = re.compile(r"""@attribute\s+(?:'([^']+)'|"([^"]+)"|(\S+))\s+\S""", re.IGNORECASE)


def arff_rows(path: Path, stream: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Yield the attribute names, then each row of values, with their line numbers.

    Args:
        path: The file, for messages.
        stream: The open file.

    Raises:
        InvalidDataError: If the header is not ARFF, has no data section, or the data is sparse.
    """
    lines = _counted(stream)
    yield 1, _attribute_names(path, lines)
    for number, line in lines:
        if line.startswith("{"):
            msg = f"{path}: line {number}: sparse ARFF data is not read; write the table dense"
            raise InvalidDataError(msg)
        quote = "'" if "'" in line else '"'
        yield number, next(csv.reader([line], quotechar=quote, skipinitialspace=True))


def _counted(stream: TextIO) -> Iterator[tuple[int, str]]:
    """Yield each line that says something, stripped, with its number."""
    for number, line in enumerate(stream, start=1):
        text = line.strip()
        if text and not text.startswith("%"):
            yield number, text


def _attribute_names(path: Path, lines: Iterator[tuple[int, str]]) -> list[str]:
    """Read the header up to ``@data`` and return the names of the attributes."""
    names: list[str] = []
    for number, line in lines:
        keyword = line.split(maxsplit=1)[0].lower()
        if keyword == "@data":
            if names:
                return names
            break
        match = _ATTRIBUTE.match(line)
        if match:
            names.append(next(group for group in match.groups() if group))
        elif keyword != "@relation":
            msg = (
                f"{path}: line {number}: {line[:60]!r} is not an ARFF header line; "
                "expected @relation, @attribute or @data: is the file ARFF?"
            )
            raise InvalidDataError(msg)
    msg = (
        f"{path}: the ARFF header has {len(names)} attributes and no data section after them; "
        "the file is truncated or not ARFF: download it again"
    )
    raise InvalidDataError(msg)
