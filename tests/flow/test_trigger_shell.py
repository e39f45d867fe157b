"""The hand-written trigger shell under a simulator: every decision, its crossing, its latency."""

import shutil
from pathlib import Path

import pytest
from shell_vectors import vector_lines

from codesign.errors import ToolNotFoundError
from codesign.toolchain import find_tool, run
from codesign.toolchain.simulators import find_verilator

FIRMWARE = Path(__file__).parents[2] / "firmware"
SHELL = FIRMWARE / "rtl" / "trigger_shell.v"
BENCH = FIRMWARE / "testbench"
SOURCES = (SHELL, BENCH / "example_network.v", BENCH / "trigger_shell_bench.v")
MAIN = """\
#include "Vtrigger_shell_bench.h"
#include "verilated.h"
int main() {
    VerilatedContext context;
    Vtrigger_shell_bench bench{&context};
    while (!context.gotFinish()) {
        bench.clk = !bench.clk;
        context.timeInc(1);
        bench.eval();
    }
}
"""
CROSSINGS = 300
THRESHOLD = 20
"""That of the bench where no macro sets another."""
LATENCY = 6 + 2
"""Of the example network, and the two registers of the shell."""


def _run_verilator(folder: Path, macros: dict[str, str]) -> str:
    try:
        verilator = find_verilator()
        compiler = find_tool("g++")
    except ToolNotFoundError as error:
        pytest.skip(str(error))
    defines = [f"+define+{name}={value}" for name, value in macros.items()]
    # unused: a trigger looks at one score of several; initial values: the bench has no reset
    quiet = ["-Wno-DECLFILENAME", "-Wno-UNUSEDSIGNAL", "-Wno-PROCASSINIT"]
    options = ["--cc", "--no-timing", "-Wall", *quiet, "--Mdir", "model"]
    run(
        [verilator.binary, *options, "--top-module", "trigger_shell_bench", *defines, *SOURCES],
        cwd=folder,
        timeout_s=60,
        log=folder / "verilator.log",
        env=verilator.environment,
    )
    (folder / "main.cpp").write_text(MAIN, encoding="utf-8")
    include = verilator.root / "include"
    runtime = [include / "verilated.cpp", include / "verilated_threads.cpp"]
    paths = ["-Imodel", f"-I{include}", f"-I{include}/vltstd"]
    flags = ["-std=c++17", "-w", "-O0", "-DVL_TIME_CONTEXT", "-pthread", "-latomic"]
    models = sorted((folder / "model").glob("*.cpp"))
    run(
        [compiler, *paths, "main.cpp", *models, *runtime, *flags, "-o", "bench"],
        cwd=folder,
        timeout_s=300,
        log=folder / "compile.log",
    )
    run([folder / "bench"], cwd=folder, timeout_s=60, log=folder / "bench.log")
    return (folder / "bench.log").read_text(encoding="utf-8")


def _run_icarus(folder: Path, macros: dict[str, str]) -> str:
    if shutil.which("iverilog") is None:
        pytest.skip("iverilog is not on PATH")
    defines = [f"-D{name}={value}" for name, value in macros.items()]
    sources = (*SOURCES, BENCH / "trigger_shell_tb.v")
    options = ["-g2005", "-Wall", "-s", "trigger_shell_tb", "-o", "bench"]
    log = folder / "icarus.log"
    run([find_tool("iverilog"), *options, *defines, *sources], cwd=folder, timeout_s=60, log=log)
    run([find_tool("vvp"), "-N", "bench"], cwd=folder, timeout_s=60, log=folder / "bench.log")
    return (folder / "bench.log").read_text(encoding="utf-8")


def _simulate(simulator: str, folder: Path, **macros: str) -> str:
    lines = vector_lines(crossings=CROSSINGS, threshold=THRESHOLD, seed=5)
    (folder / "vectors.hex").write_text("\n".join(lines) + "\n", encoding="ascii")
    runner = {"icarus": _run_icarus, "verilator": _run_verilator}[simulator]
    return runner(folder, {"VECTORS": str(CROSSINGS), **macros})


@pytest.mark.parametrize("simulator", ["icarus", "verilator"])
def test_every_crossing_is_decided_in_order_after_the_same_latency(
    simulator: str, tmp_path: Path
) -> None:
    printed = _simulate(simulator, tmp_path)

    assert f"PASS {CROSSINGS} crossings, latency {LATENCY} cycles" in printed


def test_a_crossing_in_every_cycle_is_decided_too(tmp_path: Path) -> None:
    printed = _simulate("icarus", tmp_path, CYCLES_PER_BX="1")

    assert f"PASS {CROSSINGS} crossings" in printed


def test_a_crossing_that_the_network_cannot_take_is_told(tmp_path: Path) -> None:
    macros = {"CYCLES_PER_BX": "1", "NETWORK_INTERVAL": "2"}

    assert "FAIL a crossing was missed" in _simulate("icarus", tmp_path, **macros)


def test_a_wrong_threshold_is_seen(tmp_path: Path) -> None:
    lines = vector_lines(crossings=CROSSINGS, threshold=120, seed=5)
    (tmp_path / "vectors.hex").write_text("\n".join(lines) + "\n", encoding="ascii")

    printed = _run_icarus(tmp_path, {"VECTORS": str(CROSSINGS)})

    assert "FAIL crossing" in printed
