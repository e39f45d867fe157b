import subprocess
import sys
from pathlib import Path

_CHATTER = """
import os, sys
from pathlib import Path
from codesign.cli.work import working
with working(Path(sys.argv[1]) / "build" / "a.log") as progress:
    progress(0, 1, "training")
    {inside}
os.write(2, b"after")
"""


def _run(folder: Path, inside: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", _CHATTER.format(inside=inside), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_libraries_write_goes_to_the_log_and_progress_to_stderr(tmp_path: Path) -> None:
    done = _run(tmp_path, "os.write(2, b'no cuda'); print('chatter')")

    assert done.stdout == ""
    assert done.stderr == "codesign: training\nafter"
    assert (tmp_path / "build" / "a.log").read_text("utf-8") == "no cudachatter\n"


def test_where_nothing_was_written_nothing_is_left(tmp_path: Path) -> None:
    done = _run(tmp_path, "pass")

    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_bug_of_ours_is_told_with_the_place_of_the_log(tmp_path: Path) -> None:
    done = _run(tmp_path, "os.write(2, b'x'); 1 / 0")

    assert "ZeroDivisionError" in done.stderr
    assert f"What libraries printed before is in {tmp_path}/build/a.log" in done.stderr


def test_a_crash_of_a_library_is_told_on_the_real_stderr(tmp_path: Path) -> None:
    done = _run(tmp_path, "os.write(2, b'F0000 check failed'); os.abort()")

    assert "Fatal Python error: Aborted" in done.stderr
    assert (tmp_path / "build" / "a.log").read_text("utf-8").startswith("F0000 check failed")
