"""Whatever goes wrong with a vendor's tool: one clear error, nothing running, nothing done."""

import os
import re
import resource
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import fake_vendor
import pytest
from vendor_projects import hardware, rtl_project

from codesign.errors import (
    InvalidDesignError,
    ReportError,
    ToolFailedError,
    ToolNotFoundError,
    ValidationError,
)
from codesign.synthesis.vendor import Stage, VendorTool, execute, plan

NOBODY = 65_534


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on PATH for programs; no other tool of a vendor is found."""
    monkeypatch.delenv("CODESIGN_VIVADO", raising=False)
    monkeypatch.delenv("XILINX_VIVADO", raising=False)
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def made(tmp_path: Path):
    """A plan for logic synthesis."""
    return plan(rtl_project(tmp_path / "project"), hardware(), tool=VendorTool.VIVADO)


def _check_nothing_done(made) -> None:
    done = made.folder / "done"
    assert not done.exists() or not any(done.iterdir())


@pytest.mark.usefixtures("tools")
def test_no_tool(made) -> None:
    with pytest.raises(ToolNotFoundError, match=r"vivado is not on PATH.*CODESIGN_VIVADO"):
        execute(made, timeout_s=10)

    _check_nothing_done(made)
    assert "vivado -mode batch" in (made.folder / "README.md").read_text(encoding="utf-8")


def test_a_variable_that_names_no_program(made, tools, monkeypatch) -> None:
    fake_vendor.install(tools, "vivado")
    monkeypatch.setenv("CODESIGN_VIVADO", "/no/such/vivado")

    with pytest.raises(ToolNotFoundError, match=r"CODESIGN_VIVADO=/no/such/vivado is not"):
        execute(made, timeout_s=10)

    _check_nothing_done(made)


def test_a_tool_that_is_too_old(made, tools) -> None:
    fake_vendor.install(tools, "vivado", version="2016.4")

    with pytest.raises(ToolNotFoundError, match=r"is version 2016\.4; this project needs 2018\.2"):
        execute(made, timeout_s=10)

    _check_nothing_done(made)


def test_a_version_that_cannot_be_read(made, tools) -> None:
    fake_vendor.install(tools, "vivado", says="usage: vivado FILE")

    with pytest.raises(ToolFailedError, match=r"names no version.*'usage: vivado FILE'"):
        execute(made, timeout_s=10)

    _check_nothing_done(made)


FAILURES = [
    pytest.param(
        {"fails": 1, "prints": "ERROR: [Synth 8-439] module 'x' not found"},
        ToolFailedError,
        r"(?s)status 1.*Synth 8-439",
        id="a status that is not 0",
    ),
    pytest.param({"dies": "SIGSEGV"}, ToolFailedError, "signal SIGSEGV", id="a crash"),
    pytest.param({"dies": "SIGKILL"}, ToolFailedError, "signal SIGKILL", id="the kernel's killer"),
    pytest.param(
        {
            "fails": 1,
            "prints": "ERROR: [Common 17-345] A valid license was not found for feature "
            "'Synthesis' and/or device 'xcvu9p'",
        },
        ToolFailedError,
        r"synth: no license: set XILINXD_LICENSE_FILE",
        id="no license",
    ),
    pytest.param(
        {"silent": True, "prints": "WARNING: [Common 17-348] Failed to get the license"},
        ReportError,
        r"(?s)left no reports/synth/utilization\.rpt.*no license",
        id="no license and status 0",
    ),
    pytest.param(
        {"fails": 1, "prints": "ERROR: [Coretcl 2-106] Specified part could not be found."},
        ToolFailedError,
        "the part is not installed there",
        id="a part that is not installed",
    ),
    pytest.param(
        {"fails": 1, "prints": "couldn't write: No space left on device"},
        ToolFailedError,
        "the disk is full",
        id="a full disk, said by the tool",
    ),
    pytest.param(
        {"silent": True},
        ReportError,
        r"ended with status 0 and left no reports/synth/utilization\.rpt",
        id="no report",
    ),
    pytest.param({"halves": True}, ReportError, r"reports/synth/\w+\.rpt", id="half a report"),
    pytest.param(
        {"part": "xcku060-ffva1156-2-e"},
        ReportError,
        r"of part xcku060-ffva1156-2-e, expected xcvu9p",
        id="another part",
    ),
    pytest.param(
        {"period": "4.000"}, ReportError, r"of clock 4\.0 ns, expected 5\.0 ns", id="another clock"
    ),
    pytest.param({"top": "other"}, ReportError, "design other, expected counter", id="another top"),
    pytest.param(
        {"stale": True},
        ReportError,
        r"reports/synth/utilization\.rpt.*is older than the run",
        id="old reports",
    ),
]


@pytest.mark.parametrize(("behavior", "error", "message"), FAILURES)
def test_a_run_that_goes_wrong(made, tools, behavior, error, message) -> None:
    fake_vendor.install(tools, "vivado", **behavior)

    with pytest.raises(error, match=message) as caught:
        execute(made, timeout_s=60)

    assert str(made.folder) in str(caught.value)
    _check_nothing_done(made)
    fake_vendor.install(tools, "vivado")
    assert not execute(made, timeout_s=60).steps[0].reused


def test_reports_of_an_earlier_run_do_not_count(made, tools) -> None:
    fake_vendor.install(tools, "vivado")
    execute(made, timeout_s=60)
    (made.folder / "done" / "synth.json").unlink()
    fake_vendor.install(tools, "vivado", silent=True)

    with pytest.raises(ReportError, match="left no reports/synth/utilization"):
        execute(made, timeout_s=60)

    _check_nothing_done(made)


def test_a_tool_that_hangs_is_ended_with_all_it_started(made, tools, tmp_path) -> None:
    fake_vendor.install(tools, "vivado", hangs=str(tmp_path / "pids"))

    with pytest.raises(ToolFailedError, match=r"time limit of 3 s"):
        execute(made, timeout_s=3)

    _check_nothing_done(made)
    assert all(_is_gone(pid) for pid in _pids(tmp_path))


def test_an_interrupt_ends_the_tool(made, tools, tmp_path) -> None:
    fake_vendor.install(tools, "vivado", hangs=str(tmp_path / "pids"))
    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 3.0)
    try:
        with pytest.raises(KeyboardInterrupt):
            execute(made, timeout_s=60)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)

    _check_nothing_done(made)
    assert all(_is_gone(pid) for pid in _pids(tmp_path))


def test_a_tool_that_takes_too_much_memory(made, tools) -> None:
    fake_vendor.install(tools, "vivado", hoards=300)

    with pytest.raises(ToolFailedError, match=r"memory limit of 150 MB"):
        execute(made, timeout_s=60, memory_mb=150)

    _check_nothing_done(made)


def test_a_disk_that_is_full(made, tools) -> None:
    fake_vendor.install(tools, "vivado", fills=2_000_000)

    with _largest_file(1_000_000), pytest.raises(ToolFailedError) as caught:
        execute(made, timeout_s=60)

    assert re.search(r"status 1|SIGXFSZ", str(caught.value))
    assert "the disk is full" in str(caught.value) or "SIGXFSZ" in str(caught.value)
    _check_nothing_done(made)


def test_a_disk_that_is_full_before_the_tool_starts(made, tools) -> None:
    fake_vendor.install(tools, "vivado")

    with (
        _largest_file(100),
        pytest.raises(ToolFailedError, match="cannot write the plan into .*File too large"),
    ):
        execute(made, timeout_s=60)

    _check_nothing_done(made)


def test_a_folder_that_cannot_be_written(tools) -> None:
    fake_vendor.install(tools, "vivado")
    home = Path(tempfile.mkdtemp(prefix="codesign-"))
    try:
        made = plan(rtl_project(home / "project"), hardware(), tool=VendorTool.VIVADO)
        for path in (home, home / "project"):
            path.chmod(0o555)
        with (
            _as_nobody(),
            pytest.raises(ToolFailedError, match=r"cannot write into .*denied"),
        ):
            execute(made, timeout_s=60)
        _check_nothing_done(made)
    finally:
        for path in (home, home / "project"):
            path.chmod(0o755)
        shutil.rmtree(home)


@pytest.mark.parametrize("name", ["with space", "it's", 'a"b', "a$b", "é"])
def test_a_path_that_the_tools_do_not_take(tmp_path, tools, name) -> None:
    fake_vendor.install(tools, "vivado")
    made = plan(rtl_project(tmp_path / name), hardware(), tool=VendorTool.VIVADO)

    with pytest.raises(InvalidDesignError, match=r"which the vendor's tools do not take"):
        execute(made, timeout_s=60)

    assert not made.folder.exists()


@pytest.mark.parametrize("when", ["before the plan", "before the run", "during the run"])
def test_a_project_that_is_changed(tmp_path, tools, when) -> None:
    project = rtl_project(tmp_path / "project")
    source = tmp_path / "project" / "src" / "counter.v"
    fake_vendor.install(
        tools, "vivado", **({"touches": str(source)} if when == "during the run" else {})
    )
    if when == "before the plan":
        source.write_text("// edited\n", encoding="utf-8")
        with pytest.raises(ValidationError, match="differ from what was generated"):
            plan(project, hardware(), tool=VendorTool.VIVADO)
        return
    made = plan(project, hardware(), tool=VendorTool.VIVADO)
    if when == "before the run":
        source.write_text("// edited\n", encoding="utf-8")

    with pytest.raises(ValidationError, match="differ from what was generated"):
        execute(made, timeout_s=60)

    _check_nothing_done(made)


def test_place_and_route_that_fails_keeps_the_synthesis(tmp_path, tools) -> None:
    fake_vendor.install(tools, "vivado")
    project = rtl_project(tmp_path / "project")
    both = plan(project, hardware(), tool=VendorTool.VIVADO, stages=(Stage.SYNTH, Stage.PLACE))
    broken = replace(both.steps[1].commands[0], arguments=("-source", "missing.tcl"))
    steps = (both.steps[0], replace(both.steps[1], commands=(broken,)))

    with pytest.raises(ToolFailedError, match="missing.tcl"):
        execute(replace(both, steps=steps), timeout_s=60)

    assert [path.name for path in (both.folder / "done").iterdir()] == ["synth.json"]


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Lay down the rights of the superuser, whom no folder refuses."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _pids(folder: Path) -> list[int]:
    return [int(word) for word in (folder / "pids").read_text(encoding="utf-8").split()]


def _is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text(encoding="utf-8").rsplit(")", 1)[1][1] == "Z":
            return True
        time.sleep(0.05)
    return False
