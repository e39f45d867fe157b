"""Limits of a trial, kept by the worker itself: wall time by stage, memory.

A thread looks on. Over a limit it writes why, ends the programs that the trial has started, and
then the process; the cluster starts another. Where the thread cannot run, because compiled code
holds the interpreter, the dump timer of ``faulthandler`` ends the process a little later.
"""

import faulthandler
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from codesign.sweep.execution.orphans import end_children

EXIT_STATUS = 86
_LOOK_EVERY_S = 0.25
_BACKSTOP_S = 5.0
_GB = 1e9


class Watch:
    """Looks after one trial.

    Args:
        folder: Gets ``<name>.reason`` where a limit was exceeded, and ``<name>.trace`` where the
            process crashed.
        name: Of the trial.
        memory_gb: Resident memory of this process and its children.
    """

    def __init__(self, folder: Path, name: str, *, memory_gb: float) -> None:
        self._reason = folder / f"{name}.reason"
        self._trace = folder / f"{name}.trace"
        self._memory = memory_gb * _GB
        self._stage, self._limit, self._deadline = "", 0.0, float("inf")
        self._ended = threading.Event()

    @contextmanager
    def watching(self) -> Iterator["Watch"]:
        """Look on inside the block."""
        self._reason.parent.mkdir(parents=True, exist_ok=True)
        with self._trace.open("w", encoding="utf-8") as self._file:
            faulthandler.enable(self._file)
            thread = threading.Thread(target=self._look, daemon=True, name="codesign-watch")
            thread.start()
            try:
                yield self
            finally:
                self._ended.set()
                thread.join()
                faulthandler.cancel_dump_traceback_later()
                faulthandler.disable()
        self._trace.unlink(missing_ok=True)

    def stage(self, name: str, *, seconds: float) -> None:
        """Begin a stage with a limit of its own."""
        self._stage, self._limit = name, seconds
        self._deadline = time.monotonic() + seconds
        faulthandler.dump_traceback_later(seconds + _BACKSTOP_S, exit=True, file=self._file)

    def _look(self) -> None:
        process = psutil.Process()
        while not self._ended.wait(_LOOK_EVERY_S):
            if time.monotonic() > self._deadline:
                self._give_up(f"{self._stage} took longer than its limit of {self._limit:g} s")
            used = _resident(process)
            if used > self._memory:
                self._give_up(
                    f"{self._stage} took {used / _GB:.2f} GB of memory, "
                    f"the limit is {self._memory / _GB:g} GB"
                )

    def _give_up(self, reason: str) -> None:
        self._reason.write_text(reason, encoding="utf-8")
        end_children()
        os._exit(EXIT_STATUS)


def _resident(process: psutil.Process) -> int:
    total = process.memory_info().rss
    for child in process.children(recursive=True):
        try:
            total += child.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return int(total)


def reason_of(folder: Path, name: str) -> str:
    """Return why a trial's process ended, and forget it."""
    reason, trace = folder / f"{name}.reason", folder / f"{name}.trace"
    text = ""
    if reason.is_file():
        text = reason.read_text(encoding="utf-8")
    elif trace.is_file():
        lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
        head = next((line for line in lines if line.startswith(("Fatal", "Timeout"))), "")
        where = next((line.strip() for line in lines if line.startswith("  File")), "")
        text = f"its process ended: {head} {where}".strip() if head else ""
    for path in (reason, trace):
        path.unlink(missing_ok=True)
    return text or "its process ended without a word: killed, or out of memory"
