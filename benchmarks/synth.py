"""Print how long the way from the trained jet tagger to certified gates takes, from nothing.

    python benchmarks/synth.py

Run after `codesign run hls_projects/jet_tagger.toml`: the trained network is taken from there. What
is timed is what `codesign synth` does without training: RTL, the simulator compiled, 10,000 events
of each kind in each pattern, Yosys, the netlist simulated. Nothing is kept from earlier runs.
"""

import os
import resource
import shutil
import time
from pathlib import Path

import numpy as np

ROOT = Path("hls_projects/build/benchmark/synth")
TRAINED = Path("hls_projects/build/jet_tagger/network")
os.environ["CODESIGN_CACHE"] = str(ROOT.absolute() / "cache")

from codesign.design.hardware import Clock, HardwareConfig  # noqa: E402 # after the cache is set
from codesign.lowering import load_network  # noqa: E402
from codesign.pipeline.synthesis import synthesize_network  # noqa: E402
from codesign.validation import overdriven  # noqa: E402

AIM_S = 60


def busy():
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main():
    shutil.rmtree(ROOT, ignore_errors=True)
    network = load_network(TRAINED)
    grid = network.inputs[0].precision
    rng = np.random.default_rng(1)
    events = rng.integers(grid.min_hw, grid.max_hw, (10_000, *network.inputs[0].shape))
    driven = overdriven(events, grid, factor=8.0, events_wanted=len(events), seed=1)
    hardware = HardwareConfig(device="vu9p", clock=Clock(period_ns=5.0))
    wall, cpu = time.perf_counter(), busy()
    found = synthesize_network(
        network, hardware, {"events": events, "overdriven": driven}, root=ROOT
    )
    wall, cpu = time.perf_counter() - wall, busy() - cpu
    counts = found.synthesis.counts
    print("| what | figure | aim |\n|---|---|---|")
    print(f"| trained network to certified gates | {wall:.0f} s (CPU {cpu:.0f} s) | {AIM_S} s |")
    synthesis = found.synthesis
    print(f"| of it Yosys | {synthesis.duration_s:.0f} s (CPU {synthesis.cpu_s:.0f} s) | |")
    print(f"| of it the netlist simulated | {found.gates.duration_s:.1f} s | |")
    print(f"| LUT, FF, DSP | {counts.lut:,}, {counts.ff:,}, {counts.dsp} | |")
    cycles, interval = found.certificate.latency_cycles, found.certificate.initiation_interval
    print(f"| latency, initiation interval | {cycles}, {interval} cycles | |")
    print(f"| emulator = RTL = netlist | {found.is_bit_exact} | |")
    print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
