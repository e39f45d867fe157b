"""A report file as lines, read once, with errors that name file and line."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from codesign.errors import ReportError

LIMIT_BYTES = 64 * 2**20
"""The largest report that is read; the largest seen of a trigger network has 0.7 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The text of one report.

    Attributes:
        name: The file, for the messages.
        data: Its bytes.
        lines: Its lines without their ends; bytes that are no UTF-8 became U+FFFD.
        modified: When the file was written.
    """

    name: str
    data: bytes
    lines: tuple[str, ...]
    modified: datetime

    @classmethod
    def load(cls, path: Path) -> "Source":
        """Read a file.

        Raises:
            ReportError: If there is no such file, or it is empty or too large.
        """
        try:
            status = path.stat()
            if status.st_size > LIMIT_BYTES:
                msg = (
                    f"{path}: {status.st_size} bytes; reports of up to {LIMIT_BYTES} bytes are "
                    "read: name a report, not a log or an archive"
                )
                raise ReportError(msg)
            data = path.read_bytes()
        except OSError as error:
            msg = f"{path}: cannot be read ({error.strerror}); name a report or a folder of them"
            raise ReportError(msg) from error
        return cls.from_bytes(
            data, name=str(path), modified=datetime.fromtimestamp(status.st_mtime, tz=UTC)
        )

    @classmethod
    def from_bytes(cls, data: bytes, *, name: str, modified: datetime) -> "Source":
        """Take bytes for the content of a file.

        Raises:
            ReportError: If there are none.
        """
        if not data.strip():
            msg = f"{name}: empty; the tool was stopped before it wrote it: run it again"
            raise ReportError(msg)
        text = data.decode("utf-8", errors="replace")
        # str.splitlines would also split at form feeds and other bytes of a damaged file.
        lines = tuple(line.rstrip("\r") for line in text.split("\n"))
        return cls(name=name, data=data, lines=lines, modified=modified)

    def error(self, line: int, text: str) -> ReportError:
        """Make the error of a place; lines count from 1, 0 is the whole file."""
        place = f"{self.name}:{line}" if line else self.name
        return ReportError(f"{place}: {text}")

    def find(self, start: str, *, first: int = 1) -> tuple[int, str]:
        """Return the only line that begins so, spaces aside: its number and what follows.

        Args:
            start: What the line begins with.
            first: The line to begin at.

        Raises:
            ReportError: If there is none, or more than one.
        """
        found = [
            (number, line.strip().removeprefix(start).strip())
            for number, line in enumerate(self.lines, 1)
            if number >= first and line.strip().startswith(start)
        ]
        if len(found) != 1:
            lines = ", ".join(str(number) for number, _ in found)
            where = f"stands in lines {lines}" if found else "is missing"
            msg = f"{start!r} {where}, expected once; {INCOMPLETE}"
            raise self.error(found[1][0] if found else 0, msg)
        return found[0]

    def has(self, start: str) -> bool:
        """Return whether a line begins so, spaces aside."""
        return any(line.strip().startswith(start) for line in self.lines)


INCOMPLETE = "the file is incomplete, damaged or of a version that is not known: make it anew"
"""The remedy for what a report lacks."""
