"""How much memory a program and all it started hold, as the kernel counts it."""

import os
from pathlib import Path

_SESSION = 3
_RESIDENT = 21


def session_memory_mb(session: int) -> float:
    """Return the resident memory of every process of a session in MB (1e6 bytes).

    Shared pages count once a process. Without ``/proc`` the answer is 0: the kernel keeps no such
    count elsewhere.
    """
    pages = 0
    for entry in _entries():
        try:
            text = (entry / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # it has ended since the folder was read
        fields = text.rpartition(")")[2].split()
        if int(fields[_SESSION]) == session:
            pages += int(fields[_RESIDENT])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak_memory_mb(process: int) -> float:
    """Return the most resident memory that a living process held so far, in MB (1e6 bytes).

    It begins anew where a process begins a program. The ``ru_maxrss`` that ``wait4`` tells does
    not: there, what the starting process held counts as the program's own.

    Returns:
        0 where the process has ended or there is no ``/proc``.
    """
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    for line in text.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def _entries() -> list[Path]:
    try:
        return [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    except FileNotFoundError:
        return []
