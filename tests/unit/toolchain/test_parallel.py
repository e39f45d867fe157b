import sys
import time
from pathlib import Path

import pytest

from codesign.errors import ToolFailedError
from codesign.toolchain import Command, run, run_all

SLEEP = "import time; time.sleep(30)"


def _command(folder: Path, name: str, script: str) -> Command:
    return Command(
        arguments=(sys.executable, "-c", script),
        cwd=folder,
        timeout_s=60,
        log=folder / f"{name}.log",
    )


def test_results_come_in_the_order_of_the_commands(tmp_path: Path) -> None:
    slow = _command(tmp_path, "slow", "import time; time.sleep(0.5); print('slow')")
    fast = _command(tmp_path, "fast", "print('fast')")
    told = []

    found = run_all([slow, fast], jobs=2, progress=lambda *state: told.append(state), what="runs")

    assert [completed.log.stem for completed in found] == ["slow", "fast"]
    assert told[-1] == (2, 2, "runs")


def test_the_first_failure_ends_the_others(tmp_path: Path) -> None:
    commands = [
        _command(tmp_path, "long", SLEEP),
        _command(tmp_path, "bad", "raise SystemExit(5)"),
        _command(tmp_path, "next", SLEEP),
    ]
    begun = time.monotonic()

    with pytest.raises(ToolFailedError, match="status 5"):
        run_all(commands, jobs=2)

    assert time.monotonic() - begun < 20


def test_what_a_program_used_is_told(tmp_path: Path) -> None:
    script = "block = b'x' * 200_000_000; sum(range(3_000_000))"

    found = run([sys.executable, "-c", script], cwd=tmp_path, timeout_s=60, log=tmp_path / "log")

    assert found.cpu_s > 0.01
    assert 200 < found.peak_memory_mb < 1000


def test_what_the_starting_process_holds_is_not_the_programs(tmp_path: Path) -> None:
    held = b"x" * 1_200_000_000
    script = "block = b'x' * 200_000_000; sum(range(3_000_000))"

    found = run([sys.executable, "-c", script], cwd=tmp_path, timeout_s=60, log=tmp_path / "log")

    assert len(held) / 1e6 > found.peak_memory_mb > 200


def test_the_memory_limit_ends_a_program_and_its_children(tmp_path: Path) -> None:
    child = "block = b'x' * 400_000_000; import time; time.sleep(30)"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"

    with pytest.raises(ToolFailedError, match=r"memory limit of 250 MB: it held \d\d\d MB"):
        run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            timeout_s=60,
            log=tmp_path / "log",
            memory_mb=250,
        )
