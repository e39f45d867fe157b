"""Print what a reuse factor costs: each network with each factor, synthesized and simulated.

    python benchmarks/reuse.py                          # what was measured before is not repeated
    python benchmarks/reuse.py --factors 16 32          # some rows only
    python benchmarks/reuse.py --networks vae_encoder --multipliers dsp

Weights are dense and random: the worst case. Rows are kept in hls_projects/build/benchmark/reuse by
the digest of the generated sources; small reuse factors take minutes of CPU time each.
"""

import argparse
import json
import time
from itertools import pairwise
from pathlib import Path

import networks as made
import numpy as np

from codesign.design.hardware import (
    Backend,
    Clock,
    HardwareConfig,
    Multipliers,
    RtlOptions,
    Strategy,
)
from codesign.emulator import emulate
from codesign.firmware import generate
from codesign.synthesis.options import SynthesisOptions
from codesign.synthesis.synthesize import synthesize
from codesign.validation.rtl import Pattern, read_design, simulate

ROOT = Path("hls_projects/build/benchmark/reuse")
NETWORKS = {
    "jet_tagger": (16, 64, 32, 32, 5),
    "vae_encoder": (57, 32, 16, 16),  # mean and logarithm of the variance of 8 dimensions
}
FACTORS = (1, 2, 4, 8, 16, 32)
EVENTS = 10_000


def hardware_of(factor, multipliers):
    """Return an engine, or for factor 1 without DSP blocks the adder graph that is built then."""
    shared = factor > 1 or multipliers is Multipliers.FABRIC
    return HardwareConfig(
        device="vu13p",
        clock=Clock(period_ns=5.0),
        backend=Backend.RTL,
        strategy=Strategy.LATENCY if shared else Strategy.RESOURCE,
        reuse_factor=factor,
        rtl=RtlOptions(multipliers=multipliers),
    )


def events_of(network):
    node = network.inputs[0]
    low, high = node.precision.min_hw, node.precision.max_hw
    shape = (EVENTS, *node.shape)
    found = np.random.default_rng(0).integers(low, high, shape, endpoint=True)
    found[0], found[1] = low, high
    return found


def measure(name, factor, multipliers, *, jobs, timeout_s):
    widths = NETWORKS[name]
    network = made.dense_network(*widths, pruned=0.0)
    hardware = hardware_of(factor, multipliers)
    project = generate(network, hardware, ROOT / f"{name}-{factor}-{multipliers}")
    kept = ROOT / f"{name}-{factor}-{multipliers}-{project.digest[:16]}.json"
    if kept.is_file():
        return json.loads(kept.read_text())
    design = read_design(project)
    products = sum(a * b for a, b in pairwise(widths))
    row = {
        "network": name,
        "factor": factor,
        "kind": "adder graph" if design.modules[0].kind == "adder_graph" else str(multipliers),
        "law": products / factor,
        "nonzero": sum(module.multiplications for module in design.modules),
        "latency": design.latency_cycles,
    }
    row |= simulated(project, network) | synthesized(project, hardware, jobs, timeout_s)
    kept.write_text(json.dumps(row))
    return row


def simulated(project, network):
    events = events_of(network)
    start = time.process_time()
    found = simulate(project, network, events, pattern=Pattern.BACK_TO_BACK)
    expected = emulate(network, events)[found.events]
    wrong = int((found.outputs[network.outputs[0]] != expected).sum())
    return {
        "measured latency": found.latency_cycles,
        "ii": found.initiation_interval,
        "wrong": wrong,
        "events": len(expected),
        "simulated in s": time.process_time() - start,
    }


def synthesized(project, hardware, jobs, timeout_s):
    options = SynthesisOptions(jobs=jobs, timeout_s=timeout_s)
    found = synthesize(project, hardware.part, options)
    usage = found.report.usage
    return {
        "lut": usage.lut.value,
        "ff": usage.ff.value,
        "dsp": usage.dsp.value,
        "bram": usage.bram_18k.value,
        "cpu": sum(unit.cpu_s for unit in found.units),
        "memory": max(unit.peak_memory_mb for unit in found.units),
        "tool": found.report.tool,
    }


HEADER = """\
| network | RF | products | DSP | products / RF | LUT | FF | BRAM 18K \
| latency: scheduled, simulated | II | wrong outputs | synthesis CPU s |
|---|---|---|---|---|---|---|---|---|---|---|---|"""


def line(row):
    return (
        f"| {row['network']} | {row['factor']} | {row['kind']} | {row['dsp']:,} | "
        f"{row['law']:,.0f} | {row['lut']:,} | {row['ff']:,} | {row['bram']:,} | "
        f"{row['latency']}, {row['measured latency']} | {row['ii']} | "
        f"{row['wrong']} of {row['events']:,} events | {row['cpu']:,.0f} |"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=NETWORKS)
    parser.add_argument("--factors", nargs="+", type=int, default=list(FACTORS))
    parser.add_argument("--multipliers", nargs="+", default=["dsp", "fabric"])
    parser.add_argument("--jobs", type=int, default=1, help="runs of Yosys at once")
    parser.add_argument("--timeout", type=float, default=7200.0, help="seconds a run of Yosys")
    given = parser.parse_args()
    ROOT.mkdir(parents=True, exist_ok=True)
    print(HEADER, flush=True)
    for name in given.networks:
        for factor in given.factors:
            for kind in given.multipliers:
                row = measure(
                    name, factor, Multipliers(kind), jobs=given.jobs, timeout_s=given.timeout
                )
                print(line(row), flush=True)


if __name__ == "__main__":
    main()
