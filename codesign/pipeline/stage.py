"""A stage whose result is kept in a folder named after everything that decides it.

The folder appears in one step when the stage is complete, with the digest of each of its files
beside them. What was interrupted, or changed afterward, is made anew.
"""

import contextlib
import fcntl
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codesign.design.digest import digest, file_digest
from codesign.design.results import StageTime

_SEAL = "stage.json"
_KEY_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The result of a stage on disk.

    Attributes:
        folder: Where its files are.
        time: How long it took, and whether it was reused.
    """

    folder: Path
    time: StageTime


def stage(
    root: Path, name: str, *, key: tuple[object, ...], compute: Callable[[Path], None]
) -> Stored:
    """Return the result of a stage, computed unless it is there already.

    Args:
        root: The folder of all stages.
        name: The stage.
        key: Everything that decides the result: records, strings, arrays.
        compute: Writes the result into an empty folder.
    """
    target = root / f"{name}-{digest(name, *key)[:_KEY_DIGITS]}"
    seconds = _sealed_seconds(target)
    if seconds is not None:
        return Stored(folder=target, time=StageTime(stage=name, seconds=seconds, reused=True))
    root.mkdir(parents=True, exist_ok=True)
    with _alone(root / f".{target.name}.lock"):
        seconds = _sealed_seconds(target)  # another process may just have made it
        if seconds is not None:
            return Stored(folder=target, time=StageTime(stage=name, seconds=seconds, reused=True))
        return _computed(target, name, compute)


def _computed(target: Path, name: str, compute: Callable[[Path], None]) -> Stored:
    scratch = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=target.parent))
    try:
        start = time.monotonic()
        compute(scratch)
        seconds = time.monotonic() - start
        _seal(scratch, seconds)
        scratch.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Stored(folder=target, time=StageTime(stage=name, seconds=seconds, reused=False))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time through; the others would do the same work again.

    Where the file system knows no locks, or the file went meanwhile, they do, and nothing is lost.
    """
    with path.open("w") as file:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def source_digest(*packages: str) -> str:
    """Return the digest of the Python sources of parts of codesign.

    Changed code makes changed results: a stage counts the sources it runs among its key.

    Args:
        packages: Folders or files below ``codesign``.
    """
    top = Path(__file__).parent.parent
    files = [
        path for name in packages for path in (list((top / name).rglob("*.py")) or [top / name])
    ]
    return digest(*((str(path.relative_to(top)), file_digest(path)) for path in sorted(files)))


def _seal(folder: Path, seconds: float) -> None:
    text = json.dumps({"seconds": round(seconds, 3), "files": _files(folder)}, indent=1)
    (folder / _SEAL).write_text(text + "\n", encoding="utf-8")


def _files(folder: Path) -> dict[str, str]:
    """Return the digest of every file but the seal, by its place in the folder."""
    return {
        str(path.relative_to(folder)): file_digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / _SEAL
    }


def _sealed_seconds(folder: Path) -> float | None:
    """Return how long a stored result took, None where it is not whole."""
    try:
        seal = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
        whole = seal["files"] == _files(folder)
        return float(seal["seconds"]) if whole else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
