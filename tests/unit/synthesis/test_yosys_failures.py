"""A Yosys that fails in every way: one clear error, nothing left running, nothing half-read."""

import os
import stat
import sys
import time
from pathlib import Path

import pytest
import verilog_projects as made

from codesign.design.device import find_device
from codesign.errors import InvalidDesignError, ReportError, ToolFailedError, ToolNotFoundError
from codesign.synthesis import Hierarchy, SynthesisOptions, YosysKind, find_yosys, synthesize

VU13P = find_device("vu13p")
SYSTEM = SynthesisOptions(yosys=YosysKind.SYSTEM, hierarchy=Hierarchy.FLAT, timeout_s=20)
NETLIST = "pathlib.Path(script).with_suffix('.json')"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch):
    """Install a program in place of Yosys that tells its version and then does as it is told."""

    def install(behavior: str, *, version: str = "Yosys 0.52 (git sha1 abc)") -> Path:
        program = tmp_path / "fake yosys"
        program.write_text(
            f"#!{sys.executable}\n"
            "import os, pathlib, signal, subprocess, sys, time\n"
            "if sys.argv[1] == '-V':\n"
            f"    print({version!r}); sys.exit(0)\n"
            "script = sys.argv[2]\n"
            f"{behavior}\n",
            encoding="utf-8",
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("CODESIGN_YOSYS", str(program))
        return program

    return install


@pytest.fixture
def project(tmp_path: Path):
    return made.adder_project(tmp_path / 'it\'s a "project" $HOME')


def test_its_version_is_read(fake) -> None:
    fake("")

    assert find_yosys().version == "0.52"
    assert find_yosys().name == "yosys 0.52 (yosys)"


def test_an_old_one_is_refused(fake) -> None:
    fake("", version="Yosys 0.23 (git sha1 7ce5011c24b)")

    with pytest.raises(ToolNotFoundError, match=r"version 0\.23.*at least 0\.38.*CODESIGN_YOSYS"):
        find_yosys()


def test_a_missing_one_is_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("CODESIGN_YOSYS", str(tmp_path / "gone"))

    with pytest.raises(ToolNotFoundError, match=r"CODESIGN_YOSYS=.*gone is not a program"):
        find_yosys()


def test_a_crash_shows_the_end_of_the_log(fake, project) -> None:
    fake("print('ERROR: Assert failed'); sys.stdout.flush(); os.kill(os.getpid(), 6)")

    with pytest.raises(ToolFailedError, match=r"(?s)signal SIGABRT.*tiny\.log.*Assert failed"):
        synthesize(project, VU13P, SYSTEM)


def test_a_hang_is_ended_with_its_children(fake, project, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    fake(
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(pid)!r}).write_text(str(child.pid))\n"
        "time.sleep(60)"
    )
    options = SynthesisOptions(yosys=YosysKind.SYSTEM, hierarchy=Hierarchy.FLAT, timeout_s=10)

    with pytest.raises(ToolFailedError, match=r"time limit of 10 s"):
        synthesize(project, VU13P, options)

    assert _is_gone(int(pid.read_text(encoding="utf-8")))


def test_too_much_memory_ends_it(fake, project) -> None:
    fake("block = b'x' * 700_000_000\ntime.sleep(20)")
    options = SynthesisOptions(yosys=YosysKind.SYSTEM, hierarchy=Hierarchy.FLAT, memory_mb=300)

    with pytest.raises(ToolFailedError, match=r"memory limit of 300 MB: it held \d\d\d MB"):
        synthesize(project, VU13P, options)


def test_a_run_that_ends_well_and_writes_nothing_is_a_failure(fake, project) -> None:
    fake("pass")

    with pytest.raises(ReportError, match=r"wrote no .*tiny\.json"):
        synthesize(project, VU13P, SYSTEM)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"modules": {"tiny": {"ports": {}, "cel', "no whole netlist"),
        ('{"modules": {}}', "holds no netlist of tiny"),
        ('{"modules": {"tiny": {"ports": {}, "cells": {"c": {"type": "LUT6"}}}}}', "parameters"),
        ("[]", "holds no netlist of tiny"),
    ],
)
def test_half_a_netlist_is_a_failure(fake, project, text: str, message: str) -> None:
    fake(f"{NETLIST}.write_text({text!r})")

    with pytest.raises(ReportError, match=message):
        synthesize(project, VU13P, SYSTEM)


def test_an_unknown_primitive_is_named(fake, project) -> None:
    cell = '{"type": "MAGIC8", "parameters": {}, "connections": {}}'
    text = f'{{"modules": {{"tiny": {{"ports": {{}}, "cells": {{"c": {cell}}}}}}}}}'
    fake(f"{NETLIST}.write_text({text!r})")

    with pytest.raises(ReportError, match="unknown primitives: MAGIC8"):
        synthesize(project, VU13P, SYSTEM)


def test_the_netlist_of_an_earlier_run_is_not_taken_for_this_one(fake, project) -> None:
    text = '{"modules": {"tiny": {"ports": {}, "cells": {}}}}'
    fake(f"{NETLIST}.write_text({text!r})")
    assert synthesize(project, VU13P, SYSTEM).counts.lut == 0
    fake("pass")

    with pytest.raises(ReportError, match="wrote no"):
        synthesize(project, VU13P, SYSTEM)


def test_one_failure_ends_the_runs_beside_it(fake, project) -> None:
    fake("time.sleep(40) if script.endswith('tiny.ys') else sys.exit(3)")
    begun = time.monotonic()

    with pytest.raises(ToolFailedError, match="status 3"):
        synthesize(project, VU13P, SynthesisOptions(yosys=YosysKind.SYSTEM, jobs=2, timeout_s=60))

    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"top": "tiny; delete *"}, "no plain Verilog identifier"),
        ({"sources": ("src/adder.v", "../../etc/passwd")}, "no plain path"),
        ({"sources": ("src/adder.v", "/etc/passwd")}, "no plain path"),
        ({"sources": ("src/a b.v",)}, "no plain path"),
        ({"sources": ("src/gone.v",)}, r"gone\.v is missing"),
        ({"sources": ()}, "no sources"),
    ],
)
def test_hostile_names_are_refused(project, change, message: str) -> None:
    from dataclasses import replace

    made.write_design(Path(project.path), replace(made.design(), **change))

    with pytest.raises(InvalidDesignError, match=message):
        synthesize(project, VU13P, SYSTEM)


def _is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and " Z " in status.read_text(encoding="utf-8"):
            return True
        time.sleep(0.05)
    return False
