"""The shipped test bench runs by itself, and fails where the design is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from rtl_designs import linear_project, stream_project
from rtl_tools import need

from codesign.emulator import emulate
from codesign.firmware.rtl.cocotb_bench import write_bench
from codesign.validation.rtl import Simulator, read_design

pytestmark = pytest.mark.rtl


def _run(folder: Path, simulator: str) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("cocotb_tools", reason="cocotb (extra rtl) is not installed")
    return subprocess.run(
        [sys.executable, "tb/run.py"],
        cwd=folder,
        env=os.environ | {"SIM": simulator},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def _shipped(folder: Path, made=linear_project, **change) -> Path:
    network, project = made(folder, **change)
    write_bench(folder, read_design(project), network)
    return folder


@pytest.mark.parametrize("change", [{}, {"latency": 5, "interval": 4}])
def test_the_tests_of_a_right_design_pass(change, tmp_path: Path) -> None:
    need(Simulator.ICARUS)

    done = _run(_shipped(tmp_path, **change), "icarus")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "linear: 3 tests, 0 failed, with icarus" in done.stdout


def test_the_tests_of_a_stream_pass(tmp_path: Path) -> None:
    need(Simulator.ICARUS)

    done = _run(_shipped(tmp_path, stream_project), "icarus")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "passing: 3 tests, 0 failed, with icarus" in done.stdout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"out": "stage[2] ^ 28'd4"}, r"event 0, y: 0x"),
        ({"scheduled": {"latency_cycles": 4}}, "event 0: latency 3, not 4"),
        ({"interval": 2, "scheduled": {"initiation_interval": 1}}, "intervals {2}, not 1 cycles"),
        ({"on_reset": "valid <= valid & 3'b010; phase <= 0;"}, "results for 4 events"),
    ],
)
def test_the_tests_of_a_wrong_design_fail(change, message: str, tmp_path: Path) -> None:
    need(Simulator.ICARUS)

    done = _run(_shipped(tmp_path, **change), "icarus")

    assert done.returncode == 1
    assert message in done.stdout


@pytest.mark.slow
def test_the_tests_pass_with_verilator_too(tmp_path: Path) -> None:
    need(Simulator.VERILATOR)

    done = _run(_shipped(tmp_path), "verilator")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "linear: 3 tests, 0 failed, with verilator" in done.stdout


def test_the_vectors_are_the_emulators(tmp_path: Path) -> None:
    network, project = linear_project(tmp_path)

    write_bench(tmp_path, read_design(project), network)

    vectors = json.loads((tmp_path / "tb/vectors.json").read_text(encoding="utf-8"))
    rows = [int(word, 16) for word in vectors["inputs"]["x"]]
    events = [[((row >> 6 * i) + 32) % 64 - 32 for i in range(3)] for row in rows]
    expected = [
        sum((int(value) & 0x3FFF) << 14 * i for i, value in enumerate(answer))
        for answer in emulate(network, np.array(events))
    ]
    assert vectors["events"] == len(rows) == 256
    assert events[:2] == [[-32] * 3, [31] * 3]
    assert [int(word, 16) for word in vectors["outputs"]["y"]] == expected


def test_equal_designs_give_equal_bytes(tmp_path: Path) -> None:
    texts = []
    for name in ("one", "two"):
        folder = _shipped(tmp_path / name)
        texts.append({path.name: path.read_bytes() for path in (folder / "tb").iterdir()})

    assert texts[0] == texts[1]
    assert sorted(texts[0]) == ["README.md", "run.py", "test_linear.py", "vectors.json"]
    assert len(texts[0]["README.md"].splitlines()) == 3
