"""One driver a sweep: a file that names host and process.

The file is beaten every few seconds. A lock is stale where its process is gone (same host), or
where nobody has beaten it for a minute (another host, whose processes cannot be seen).
"""

import contextlib
import fcntl
import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from codesign.errors import CodesignError, InvalidDesignError

_FILE = "lock"
_STALE_S = 60.0


class SweepLockedError(CodesignError, RuntimeError):
    """Another driver works on the sweep: wait for it or end it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a lock.

    Attributes:
        host: The machine.
        pid: The process.
        since: When the process began, seconds since 1970: process numbers are used again.
    """

    host: str
    pid: int
    since: float

    @classmethod
    def here(cls) -> "Holder":
        """Return this process."""
        process = psutil.Process()
        return cls(host=platform.node(), pid=process.pid, since=process.create_time())

    def is_alive(self) -> bool:
        """Return whether the process still runs, on this host."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.since) < 1
            return bool(same and process.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False


def holder(folder: Path) -> Holder | None:
    """Return who holds the lock of a sweep, None for nobody."""
    try:
        plain = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return Holder(host=plain["host"], pid=plain["pid"], since=plain["since"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return Holder(host="unknown", pid=0, since=0.0)


@contextmanager
def locked(folder: Path) -> Iterator["Lock"]:
    """Hold the lock of a sweep inside the block.

    Raises:
        SweepLockedError: If another driver holds it, naming host and process.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        guard = (folder / ".lock-guard").open("w")
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        msg = f"{folder} cannot be written ({error.strerror}); choose another with --build"
        raise InvalidDesignError(msg) from error
    with guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        found = holder(folder)
        if found is not None and _is_held(found, folder / _FILE):
            msg = (
                f"{folder.name} is being driven by process {found.pid} on {found.host}; wait for "
                "it, or end it (Ctrl-C there, or kill it: nothing is lost) and try again"
            )
            raise SweepLockedError(msg)
        lock = Lock(folder / _FILE)
        lock.write()
        fcntl.flock(guard, fcntl.LOCK_UN)
    try:
        yield lock
    finally:
        with contextlib.suppress(FileNotFoundError):
            if holder(folder) == lock.holder:
                (folder / _FILE).unlink()


class Lock:
    """A held lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beaten = time.monotonic()
        self.holder = Holder.here()

    def write(self) -> None:
        """Put the name of this process into the file."""
        own = {"host": self.holder.host, "pid": self.holder.pid, "since": self.holder.since}
        temporary = self._path.with_name(f".lock-{os.getpid()}")
        temporary.write_text(json.dumps(own) + "\n", encoding="utf-8")
        temporary.replace(self._path)

    def beat(self) -> None:
        """Say now and then that the driver lives."""
        if time.monotonic() - self._beaten > _STALE_S / 6:
            self._beaten = time.monotonic()
            os.utime(self._path)


def _is_held(found: Holder, path: Path) -> bool:
    if found.host == platform.node():
        return found.is_alive()
    return time.time() - path.stat().st_mtime < _STALE_S
