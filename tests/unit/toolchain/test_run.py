import os
import signal
import sys
import time
from pathlib import Path

import pytest

from codesign.errors import ToolFailedError, ToolNotFoundError
from codesign.toolchain import run

PYTHON = sys.executable


def test_a_program_runs_in_its_folder_and_its_output_is_in_the_log(tmp_path: Path) -> None:
    folder = tmp_path / "a folder with spaces"
    folder.mkdir()
    script = "import os, sys; print(os.getcwd(), sys.argv[1:])"

    completed = run(
        [PYTHON, "-c", script, "a b", "$HOME; ls"],
        cwd=folder,
        timeout_s=30,
        log=folder / "out put.log",
    )

    text = completed.log.read_text(encoding="utf-8")
    assert str(folder) in text
    assert "['a b', '$HOME; ls']" in text
    assert completed.duration_s > 0


def test_variables_are_added_to_the_environment(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = "import os; print(os.environ['ADDED'], 'PATH' in os.environ)"

    run([PYTHON, "-c", script], cwd=tmp_path, timeout_s=30, log=log, env={"ADDED": "yes"})

    assert "yes True" in log.read_text(encoding="utf-8")


def test_a_failing_status_shows_the_end_of_the_log_and_its_path(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = "import sys; print('line of trouble'); sys.exit(3)"

    with pytest.raises(ToolFailedError, match=r"(?s)status 3.*log.*line of trouble") as caught:
        run([PYTHON, "-c", script], cwd=tmp_path, timeout_s=30, log=log)

    assert str(log) in str(caught.value)


def test_death_by_a_signal_is_named(tmp_path: Path) -> None:
    script = "import os, signal; os.kill(os.getpid(), signal.SIGABRT)"

    with pytest.raises(ToolFailedError, match="signal SIGABRT"):
        run([PYTHON, "-c", script], cwd=tmp_path, timeout_s=30, log=tmp_path / "log")


def test_a_missing_program_is_not_a_failed_one(tmp_path: Path) -> None:
    with pytest.raises(ToolNotFoundError, match=r"no-such-tool.*install"):
        run([tmp_path / "no-such-tool"], cwd=tmp_path, timeout_s=1, log=tmp_path / "log")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolFailedError, match="no such folder"):
        run([PYTHON, "-V"], cwd=tmp_path / "gone", timeout_s=1, log=tmp_path / "log")


def test_the_time_limit_ends_grandchildren_that_ignore_the_polite_signal(tmp_path: Path) -> None:
    grandchild = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
    script = (
        "import pathlib, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {grandchild!r}])\n"
        "pathlib.Path('pid').write_text(str(child.pid))\n"
        "time.sleep(60)\n"
    )

    with pytest.raises(ToolFailedError, match=r"time limit of 1\.5 s"):
        run([PYTHON, "-c", script], cwd=tmp_path, timeout_s=1.5, log=tmp_path / "log")

    assert _is_gone(int((tmp_path / "pid").read_text(encoding="utf-8")))


def test_an_interrupt_ends_the_program(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(60)"
    )
    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    try:
        with pytest.raises(KeyboardInterrupt):
            run([PYTHON, "-c", script], cwd=tmp_path, timeout_s=30, log=tmp_path / "log")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)

    assert _is_gone(int((tmp_path / "pid").read_text(encoding="utf-8")))


@pytest.mark.parametrize("status", [0, 3])
def test_what_a_program_leaves_behind_is_ended_with_it(tmp_path: Path, status: int) -> None:
    script = (
        "import pathlib, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path('pid').write_text(str(child.pid))\nsys.exit({status})\n"
    )
    try:
        run([PYTHON, "-c", script], cwd=tmp_path, timeout_s=30, log=tmp_path / "log")
    except ToolFailedError:
        assert status

    assert _is_gone(int((tmp_path / "pid").read_text(encoding="utf-8")))


def _is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if _is_zombie(pid):
            return True
        time.sleep(0.05)
    return False


def _is_zombie(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return (
        status.exists() and status.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] == "Z"
    )
