"""The mark of a step that is done, and what it is done for.

It is written last, after every report was there, fresh and read. It holds while the plan, the
project, the version of the tool and each report are what they were.
"""

from dataclasses import dataclass
from pathlib import Path

from codesign.data.files import written_whole
from codesign.design.codec import from_json, to_json
from codesign.design.digest import file_digest
from codesign.errors import CodesignError
from codesign.synthesis.vendor.plan import PlannedCommand, Stage

_FOLDER = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A step that is done.

    Attributes:
        key: Of everything that decides its result.
        version: Of the tool.
        started: When, in seconds since 1970 by the clock of the file system.
        seconds: How long it took.
        peak_memory_mb: The most memory that it held.
        reports: (path, SHA-256) of each report.
    """

    key: str
    version: str
    started: float
    seconds: float
    peak_memory_mb: float
    reports: tuple[tuple[str, str], ...]


def read_seal(folder: Path, stage: Stage, *, key: str, command: PlannedCommand) -> Seal | None:
    """Return the seal of a step, None where it is not done, done for another key, or changed."""
    path = _path(folder, stage)
    try:
        seal = from_json(Seal, path.read_text(encoding="utf-8"), place=str(path))
        whole = seal.key == key and seal.reports == report_digests(folder, command)
    except (OSError, ValueError, CodesignError):
        return None
    return seal if whole and not missing(folder, command) else None


def write_seal(folder: Path, stage: Stage, seal: Seal) -> None:
    """Mark a step as done."""
    path = _path(folder, stage)
    path.parent.mkdir(exist_ok=True)
    with written_whole(path) as part:
        part.write_text(to_json(seal), encoding="utf-8")


def remove_seal(folder: Path, stage: Stage) -> None:
    """Mark a step as not done."""
    _path(folder, stage).unlink(missing_ok=True)


def report_digests(folder: Path, command: PlannedCommand) -> tuple[tuple[str, str], ...]:
    """Return (path, SHA-256) of each report.

    Raises:
        OSError: If one is not there.
    """
    return tuple((path, file_digest(folder / path)) for path in command.reports)


def missing(folder: Path, command: PlannedCommand) -> tuple[str, ...]:
    """Return what a run should have left and did not: files with content, folders with files."""
    return tuple(
        path for path in (*command.reports, *command.products) if not _has_content(folder / path)
    )


def _has_content(path: Path) -> bool:
    if path.is_dir():
        return any(path.iterdir())
    return path.is_file() and path.stat().st_size > 0


def _path(folder: Path, stage: Stage) -> Path:
    return folder / _FOLDER / f"{stage}.json"
