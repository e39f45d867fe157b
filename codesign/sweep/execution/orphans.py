"""Programs that outlive the worker that started them, found by a mark in their environment.

A worker that is killed with SIGKILL cannot end the compiler it has started. Every worker puts its
own process into its environment, children inherit it, and whoever comes next ends the children
whose worker is gone.
"""

import os
import signal
from collections.abc import Iterator

import psutil

_MARK = "CODESIGN_SWEEP_WORKER"


def mark() -> None:
    """Let everything that this process starts from now on be known as its own."""
    process = psutil.Process()
    os.environ[_MARK] = f"{process.pid}:{process.create_time()}"


def end_orphans() -> int:
    """End the programs on this host whose worker is gone; return how many there were."""
    ended = 0
    for process, owner in _marked():
        if not _lives(owner):
            try:
                process.send_signal(signal.SIGKILL)
                ended += 1
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
    return ended


def end_children() -> None:
    """End everything that this process has started."""
    for child in psutil.Process().children(recursive=True):
        try:
            child.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue


def _marked() -> Iterator[tuple[psutil.Process, str]]:
    for process in psutil.process_iter():
        try:
            owner = process.environ().get(_MARK)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        if owner is not None and process.pid != os.getpid():
            yield process, owner


def _lives(owner: str) -> bool:
    pid, _, began = owner.partition(":")
    try:
        process = psutil.Process(int(pid))
        same = abs(process.create_time() - float(began)) < 1
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.NoSuchProcess, ValueError):
        return False
