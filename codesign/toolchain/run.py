"""Run a program to its end: time limit, log, status, and nothing left running behind.

A program gets its own session. Whatever ends the call early (time limit, Ctrl-C, an error of ours)
ends its whole process group, so that no compiler or vendor tool outlives the call.
"""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codesign.errors import ToolFailedError, ToolNotFoundError

_GRACE_S = 2.0
_LAST_LINES = 20
_LAST_BYTES = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A program that ended with status 0.

    Attributes:
        arguments: What was run.
        log: The file with all it printed.
        duration_s: Wall time in seconds.
    """

    arguments: tuple[str, ...]
    log: Path
    duration_s: float


def run(
    arguments: Sequence[str | Path],
    *,
    cwd: Path,
    timeout_s: float,
    log: Path,
    env: Mapping[str, str] | None = None,
) -> Completed:
    """Run a program without a shell and wait for its success.

    Args:
        arguments: The program and its arguments, one an element.
        cwd: The folder to run it in.
        timeout_s: Seconds of wall time until it is ended.
        log: Gets the command and everything it prints; overwritten.
        env: Environment variables beside those of this process.

    Raises:
        ToolNotFoundError: If the program does not exist or may not be run.
        ToolFailedError: If the status is not 0 or the time is over; with the end of the log.
    """
    command = tuple(str(argument) for argument in arguments)
    if not cwd.is_dir():
        msg = f"{command[0]} cannot run in {cwd}: there is no such folder; generate it first"
        raise ToolFailedError(msg)
    log.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with log.open("wb") as stream:
        stream.write(f"$ {shlex.join(command)}\n".encode())
        stream.flush()
        process = _start(command, cwd, stream.fileno(), env)
        try:
            status = process.wait(timeout=timeout_s)
        except subprocess.TimeoutExpired as error:
            _end_group(process)
            msg = f"{command[0]} was ended after its time limit of {timeout_s:g} s; {_tail(log)}"
            raise ToolFailedError(msg) from error
        except BaseException:
            _end_group(process)
            raise
    if status != 0:
        msg = f"{command[0]} ended with {_describe(status)}; {_tail(log)}"
        raise ToolFailedError(msg)
    return Completed(arguments=command, log=log, duration_s=time.monotonic() - start)


def _start(
    command: tuple[str, ...], cwd: Path, output: int, env: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - a list of arguments, never a shell
            command,
            cwd=cwd,
            env=None if env is None else {**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (FileNotFoundError, PermissionError) as error:
        msg = f"{command[0]} cannot be run: {error.strerror}; check the path or install it"
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
