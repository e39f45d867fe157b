"""Files of events: found and not empty when read, whole or not there at all when written."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codesign.errors import InvalidDataError


def existing_file(path: Path, *, expected: str) -> Path:
    """Return ``path`` after seeing that a file with content is there.

    Args:
        path: The file somebody wants to read.
        expected: What the file should be, for the message.

    Raises:
        InvalidDataError: If there is no such file, it is a folder, or it is empty.
    """
    if path.is_dir():
        msg = f"{path} is a folder; expected {expected}: name the file inside it"
        raise InvalidDataError(msg)
    try:
        size = path.stat().st_size
    except OSError as error:
        msg = f"{path} cannot be opened ({error.strerror}); expected {expected}: check the path"
        raise InvalidDataError(msg) from error
    if size == 0:
        msg = f"{path} is empty (0 bytes); expected {expected}: copy or make the file again"
        raise InvalidDataError(msg)
    return path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Lend a temporary file that takes the place of ``path`` when the block ends well.

    A reader sees the old file or the new one, never a part of it, even after a crash. When the
    block raises, the temporary file is removed and ``path`` stays as it was.

    Args:
        path: The file to write; its folder must exist.

    Raises:
        InvalidDataError: If the folder does not exist or ``path`` is a folder.
    """
    if not path.parent.is_dir():
        msg = f"cannot write {path}: {path.parent} is not a folder; create it first"
        raise InvalidDataError(msg)
    if path.is_dir():
        msg = f"cannot write {path}: it is a folder; name a file inside it"
        raise InvalidDataError(msg)
    handle, name = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.stem}-", suffix=f".part{path.suffix}"
    )
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        _make_durable(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
        _make_durable(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _make_durable(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
