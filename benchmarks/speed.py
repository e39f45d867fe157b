"""Print how fast the main job's parts are, each against its peer in the same run.

Run after `codesign run hls_projects/jet_tagger.toml`: network and firmware are taken from there.
"""

import sys
import time
from pathlib import Path

import numpy as np

from codesign.emulator import emulate
from codesign.firmware import csim
from codesign.pipeline import Run, read_recipe
from codesign.toolchain import run as run_program

RECIPE = Path("hls_projects/jet_tagger.toml")
ROOT = Path("hls_projects/build")
REPEATS = 5


def seconds(work):
    """Return the shortest of several runs, in seconds."""
    found = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def program_seconds(*arguments):
    log = ROOT / "benchmark.log"
    return seconds(
        lambda: run_program(
            [sys.executable, "-m", "codesign", *arguments], cwd=Path(), timeout_s=600, log=log
        )
    )


def main():
    made = Run(read_recipe(RECIPE), root=ROOT)
    network, project = made.network, made.project
    events = made.prepared.certified["events"]
    many = np.tile(events, (10, 1))
    emulated = len(many) / seconds(lambda: emulate(network, many))
    simulated = len(events) / seconds(lambda: csim(project, network, events))
    rows = [
        ("emulator, jet tagger", f"{emulated:,.0f} inferences/s", ""),
        ("C simulation, same network and events", f"{simulated:,.0f} inferences/s", ""),
        ("emulator / C simulation", f"{emulated / simulated:.0f}x", "at least 100x"),
        ("`codesign --help`", f"{program_seconds('--help'):.2f} s", "at most 0.5 s"),
        ("`codesign doctor`", f"{program_seconds('doctor'):.2f} s", ""),
        (
            "`codesign run`, nothing changed",
            f"{program_seconds('run', str(RECIPE)):.1f} s",
            "at most 10 s",
        ),
    ]
    print("| what | measured | aim |\n|---|---|---|")
    print("\n".join(f"| {' | '.join(row)} |" for row in rows))


if __name__ == "__main__":
    main()
