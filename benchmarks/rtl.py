"""Print how long RTL takes: its generation, the compilation of its simulator, 10,000 events.

    python benchmarks/rtl.py             # the trained jet tagger, beside networks of random weights
    python benchmarks/rtl.py trained     # only rows whose name holds a word

Run after `codesign run hls_projects/jet_tagger.toml`: the trained network is taken from there. Each
row starts from nothing: no project, no compiled simulator, no compiled runtime of Verilator.
"""

import os
import resource
import shutil
import sys
import time
from pathlib import Path

import networks as made
import numpy as np

from codesign.design.fixed_point import overflow_integers
from codesign.design.hardware import Backend, Clock, HardwareConfig
from codesign.emulator import emulate
from codesign.firmware import generate
from codesign.lowering import load_network
from codesign.validation import overdriven
from codesign.validation.rtl import Pattern, SimulationOptions, read_design, simulate

ROOT = Path("hls_projects/build/benchmark/rtl")
CACHE = ROOT / "cache"
TRAINED = Path("hls_projects/build/jet_tagger/network")
EVENTS = 10_000
HEAD = (
    "| network | cost (adder bits) | latency, II | RTL generated | simulator compiled | "
    f"{EVENTS:,} events x 3 patterns | events/s back to back | bit-exact |\n"
    "|---|---|---|---|---|---|---|---|"
)


class Stopwatch:
    """Wall and processor time of a block, children of this process included."""

    def __enter__(self):
        self.wall, self.busy = time.perf_counter(), _busy()
        return self

    def __exit__(self, *_):
        self.wall, self.busy = time.perf_counter() - self.wall, _busy() - self.busy

    def __str__(self):
        return f"{self.wall:.1f} s (CPU {self.busy:.1f} s)"


def _busy():
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def rows():
    if (TRAINED / "network.json").is_file():
        yield "jet tagger, trained by its recipe", load_network(TRAINED)
    else:
        print(f"{TRAINED} is missing: run `codesign run hls_projects/jet_tagger.toml` first\n")
    yield "16-64-32-32-5, 6 bit, 75 % pruned", made.dense_network(16, 64, 32, 32, 5, pruned=0.75)
    yield "16-64-32-32-5, 6 bit, dense", made.dense_network(16, 64, 32, 32, 5, pruned=0.0)


def wild_events(network):
    node = network.inputs[0]
    low, high = node.precision.min_hw, node.precision.max_hw
    events = np.random.default_rng(0).integers(low, high, (EVENTS, *node.shape), endpoint=True)
    wild = overdriven(events, node.precision, factor=2.0, events_wanted=EVENTS, seed=0)
    return overflow_integers(wild, node.precision)


def row(name, network):
    folder = ROOT / network.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(CACHE, ignore_errors=True)
    hardware = HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0), backend=Backend.RTL)
    with Stopwatch() as generated:
        project = generate(network, hardware, folder)
    design = read_design(project)
    events = wild_events(network)
    expected = emulate(network, events)
    with Stopwatch() as compiled:
        simulate(project, network, events[:2])
    exact, speed = True, 0.0
    with Stopwatch() as simulated:
        for pattern in Pattern:
            options = SimulationOptions(seed=1)
            found = simulate(project, network, events, pattern=pattern, options=options)
            answer = found.outputs[network.outputs[0]]
            exact &= bool((answer == expected[found.events]).all())
            if pattern is Pattern.BACK_TO_BACK:
                speed = EVENTS / found.seconds
    cost = sum(module.cost for module in design.modules)
    timing = f"{design.latency_cycles}, {design.initiation_interval}"
    cells = (name, f"{cost:,.0f}", timing, generated, compiled, simulated, f"{speed:,.0f}", exact)
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [(name, network) for name, network in rows() if wanted in name]
    os.environ["CODESIGN_CACHE"] = str(CACHE.absolute())
    print(HEAD, flush=True)
    for name, network in chosen:
        row(name, network)
    print(f"\nload average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
