"""One process at a time works in a plan's folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codesign.errors import ToolFailedError

_LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder against other processes; the kernel lets go of it when this one ends.

    Args:
        folder: Which; made if it is not there.

    Raises:
        ToolFailedError: If another process holds it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        opened = (folder / _LOCK).open("w")
    except OSError as error:
        msg = f"cannot write into {folder}: {error.strerror}; check its rights"
        raise ToolFailedError(msg) from error
    with opened as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"another run works in {folder}; wait for its end, or end it"
            raise ToolFailedError(msg) from error
        yield
