"""Run a program to its end: limits, log, status, and nothing left running behind.

A program gets its own session. Whatever ends the call early (time or memory limit, Ctrl-C, an error
of ours) ends its whole process group, so that no compiler or vendor tool outlives the call.
"""

import os
import resource
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from codesign.errors import ToolFailedError, ToolNotFoundError
from codesign.toolchain.memory import peak_memory_mb, session_memory_mb

_GRACE_S = 2.0
_SHORTEST_WAIT_S, _LONGEST_WAIT_S = 0.0005, 0.05
_BETWEEN_SAMPLES_S = 0.2
_LAST_LINES = 20
_LAST_BYTES = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A program that ended with status 0.

    Attributes:
        arguments: What was run.
        log: The file with all it printed.
        duration_s: Wall time in seconds.
        cpu_s: Seconds that it and the programs it waited for kept a core busy.
        peak_memory_mb: Most memory of any one of them, or of all of them where a memory limit had
            them watched.
    """

    arguments: tuple[str, ...]
    log: Path
    duration_s: float
    cpu_s: float = 0.0
    peak_memory_mb: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is to be run, and within which limits.

    Attributes:
        arguments: The program and its arguments, one an element.
        cwd: The folder to run it in.
        timeout_s: Seconds of wall time until it is ended.
        log: Gets the command and everything it prints; overwritten.
        env: (name, value) of environment variables beside those of this process.
        memory_mb: Resident memory of all its processes above which it is ended; None for no limit.
    """

    arguments: tuple[str, ...]
    cwd: Path
    timeout_s: float
    log: Path
    env: tuple[tuple[str, str], ...] = ()
    memory_mb: float | None = None


def run(
    arguments: Sequence[str | Path],
    *,
    cwd: Path,
    timeout_s: float,
    log: Path,
    env: Mapping[str, str] | None = None,
    memory_mb: float | None = None,
) -> Completed:
    """Run a program without a shell and wait for its success.

    Args:
        arguments: The program and its arguments, one an element.
        cwd: The folder to run it in.
        timeout_s: Seconds of wall time until it is ended.
        log: Gets the command and everything it prints; overwritten.
        env: Environment variables beside those of this process.
        memory_mb: Resident memory of all its processes above which it is ended.

    Raises:
        ToolNotFoundError: If the program does not exist or may not be run.
        ToolFailedError: If the status is not 0 or a limit is passed; with the end of the log.
    """
    command = Command(
        arguments=tuple(str(argument) for argument in arguments),
        cwd=cwd,
        timeout_s=timeout_s,
        log=log,
        env=tuple((env or {}).items()),
        memory_mb=memory_mb,
    )
    return run_command(command)


def run_command(command: Command, *, stop: Event | None = None) -> Completed:
    """Run a program as :func:`run` does; ``stop``, once set, ends it early.

    Raises:
        ToolNotFoundError: If the program does not exist or may not be run.
        ToolFailedError: If the status is not 0, a limit is passed or ``stop`` is set.
    """
    program, log = command.arguments[0], command.log
    if not command.cwd.is_dir():
        msg = f"{program} cannot run in {command.cwd}: there is no such folder; generate it first"
        raise ToolFailedError(msg)
    log.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with log.open("wb") as stream:
        stream.write(f"$ {shlex.join(command.arguments)}\n".encode())
        stream.flush()
        process = _start(command, stream.fileno())
        try:
            cpu_s, peak_memory_mb = _wait(process, command, stop)
        finally:
            if _group_lives(process):
                _end_group(process)
    if process.returncode != 0:
        msg = f"{program} ended with {_describe(process.returncode)}; {_tail(log)}"
        raise ToolFailedError(msg)
    return Completed(
        arguments=command.arguments,
        log=log,
        duration_s=time.monotonic() - start,
        cpu_s=cpu_s,
        peak_memory_mb=peak_memory_mb,
    )


def _wait(
    process: subprocess.Popen[bytes], command: Command, stop: Event | None
) -> tuple[float, float]:
    """Wait for the end of a program; return its CPU seconds and peak memory in MB.

    ``wait4`` instead of ``Popen.wait``: it tells what the program used. Its peak counts only above
    what this process ever held, since a child inherits that; below it, the samples count.
    """
    begun = time.monotonic()
    inherited = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pause, sampled, peak = _SHORTEST_WAIT_S, -_BETWEEN_SAMPLES_S, 0.0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            told = usage.ru_maxrss * 1024 / 1e6 if usage.ru_maxrss > inherited else 0.0
            return usage.ru_utime + usage.ru_stime, max(peak, told)
        peak = max(peak, peak_memory_mb(process.pid))
        passed = time.monotonic() - begun
        if command.memory_mb is not None and passed - sampled >= _BETWEEN_SAMPLES_S:
            sampled, peak = passed, max(peak, session_memory_mb(process.pid))
        _hold_to_limits(command, passed, peak, stop)
        pause = min(2 * pause, _LONGEST_WAIT_S, max(command.timeout_s - passed, _SHORTEST_WAIT_S))
        time.sleep(pause)


def _hold_to_limits(command: Command, passed: float, peak: float, stop: Event | None) -> None:
    if passed >= command.timeout_s:
        limit = f"time limit of {command.timeout_s:g} s"
    elif command.memory_mb is not None and peak > command.memory_mb:
        limit = f"memory limit of {command.memory_mb:,.0f} MB: it held {peak:,.0f} MB"
    elif stop is not None and stop.is_set():
        msg = f"{command.arguments[0]} was ended because another program failed"
        raise ToolFailedError(msg)
    else:
        return
    msg = f"{command.arguments[0]} was ended after its {limit}; {_tail(command.log)}"
    raise ToolFailedError(msg)


def _start(command: Command, output: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - a list of arguments, never a shell
            command.arguments,
            cwd=command.cwd,
            env={**os.environ, **dict(command.env)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (FileNotFoundError, PermissionError) as error:
        program = command.arguments[0]
        msg = f"{program} cannot be run: {error.strerror}; check the path or install it"
        raise ToolNotFoundError(msg) from error


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End a program and all it started: politely, then for good."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        if number is signal.SIGTERM:
            deadline = time.monotonic() + _GRACE_S
            while time.monotonic() < deadline and _group_lives(process):
                time.sleep(0.02)
    process.wait()


def _group_lives(process: subprocess.Popen[bytes]) -> bool:
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def _describe(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"


def _tail(log: Path) -> str:
    """Return where the log is and how it ends."""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - _LAST_BYTES))
        text = stream.read().decode(errors="replace")
    lines = [line for line in text.splitlines() if not line.startswith("$ ")][-_LAST_LINES:]
    shown = "\n".join(f"  {line}" for line in lines) or "  (nothing printed)"
    return f"the log is {log} and ends with\n{shown}"
