"""Print what open synthesis takes against the size of a design, and draw it.

    python benchmarks/synthesis.py                  # 4 to 60 thousand look-up tables: half an hour
    python benchmarks/synthesis.py --large          # to 150 thousand
    python benchmarks/synthesis.py --only table     # what is known so far, nothing computed
    python benchmarks/synthesis.py --figure docs/synthesis_scaling.svg

Random dense networks (6-bit weights, ReLU of 6 bits, inputs of 16 bits, half of the weights 0),
initiation interval 1, mapped to UltraScale+. Results are kept in
hls_projects/build/benchmark_synthesis; an interrupted run goes on.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import networks as made
import numpy as np

from codesign.design.device import find_device
from codesign.design.hardware import Backend, Clock, HardwareConfig
from codesign.design.layers import Dense
from codesign.firmware import generate
from codesign.reporting.layer_figures import write_figure
from codesign.reporting.synthesis_figures import FlowPoint, scaling_figure
from codesign.synthesis import Flow, Hierarchy, SynthesisOptions, check_gates, synthesize

ROOT = Path("hls_projects/build/benchmark_synthesis")
DEVICE = "vu13p"
PRUNED = 0.5
SIZES = ((8, 16, 16, 5), (16, 32, 32, 5), (16, 64, 32, 32, 5), (32, 64, 64, 10))
# the default flow is left out here: it takes its time
LARGE = ((64, 64, 64, 10), (64, 128, 64, 10), (128, 128, 64, 10))
FLOWS = {
    "lean, module by module": SynthesisOptions(hierarchy=Hierarchy.MODULES, flow=Flow.LEAN),
    "lean, flat": SynthesisOptions(hierarchy=Hierarchy.FLAT, flow=Flow.LEAN),
    "default, flat": SynthesisOptions(hierarchy=Hierarchy.FLAT, flow=Flow.DEFAULT),
}
EVENTS = 5000


def network(widths):
    chain = made.Chain((widths[0],), "fixed<16,6>", pruned=PRUNED, seed=1)
    for index, units in enumerate(widths[1:], start=1):
        chain.add_sums(Dense, f"fc{index}", (), units)
        if index < len(widths) - 1:
            chain.add_relu(f"relu{index}")
    return chain.network("dense")


def known():
    path = ROOT / "results.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {(row["design"], row["flow"]): row for line in lines if (row := json.loads(line))}


def tell(row):
    with (ROOT / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    print(row, file=sys.stderr, flush=True)


def measure(widths, wanted):
    """Measure the flows of a design that are not known yet."""
    name = "-".join(map(str, widths))
    left = [flow for flow in wanted if (name, flow) not in known()]
    if not left:
        return
    source = network(widths)
    hardware = HardwareConfig(device=DEVICE, clock=Clock(period_ns=5.0), backend=Backend.RTL)
    project = generate(source, hardware, ROOT / name)
    node = source.inputs[0]
    low, high = node.precision.min_hw, node.precision.max_hw
    events = np.random.default_rng(0).integers(low, high, (EVENTS, *node.shape), endpoint=True)
    for flow in left:
        if flow.startswith("default") and widths in LARGE:
            continue
        found = synthesize(project, find_device(DEVICE), FLOWS[flow])
        row = {
            "design": name,
            "flow": flow,
            "cost": round(found.cost),
            "lut": found.counts.lut,
            "packed": found.counts.packed_lut,
            "ff": found.counts.ff,
            "carry": found.counts.carry,
            "duration_s": round(found.duration_s, 1),
            "cpu_s": round(found.cpu_s, 1),
            "memory_mb": round(found.peak_memory_mb),
            "tool": found.report.tool,
        }
        begun = time.process_time()
        checked = check_gates(project, found, source, {node.name: events})
        row |= {
            "different": checked.different,
            "events": checked.events,
            "check_cpu_s": round(time.process_time() - begun, 1),
        }
        tell(row)


def table(rows):
    print(
        "| network | flow | adder bits | LUT | packed | FF | s | CPU s | MB | CPU s a 1,000 LUT "
        "| gates = emulator |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        same = f"{row['events']:,} events, {row['check_cpu_s']} CPU s"
        verdict = same if row["different"] == 0 else f"{row['different']:,} values differ"
        print(
            f"| {row['design']} | {row['flow']} | {row['cost']:,} | {row['lut']:,} "
            f"| {row['packed']:,} | {row['ff']:,} | {row['duration_s']} | {row['cpu_s']} "
            f"| {row['memory_mb']:,} | {1000 * row['cpu_s'] / row['lut']:.2f} | {verdict} |"
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only", choices=["table"])
    parser.add_argument("--flow", choices=list(FLOWS), action="append")
    parser.add_argument("--figure", type=Path)
    asked = parser.parse_args()
    ROOT.mkdir(parents=True, exist_ok=True)
    if asked.only is None:
        for widths in SIZES + (LARGE if asked.large else ()):
            measure(widths, asked.flow or list(FLOWS))
    rows = sorted(known().values(), key=lambda row: (row["cost"], row["flow"]))
    table(rows)
    if asked.figure and rows:
        points = [
            FlowPoint(
                flow=row["flow"],
                lut=row["lut"],
                cpu_s=row["cpu_s"],
                memory_mb=row["memory_mb"],
            )
            for row in rows
        ]
        drawn = scaling_figure(
            points, tool=rows[0]["tool"], command="python benchmarks/synthesis.py --large"
        )
        print(f"\n{write_figure(drawn, asked.figure)}")


if __name__ == "__main__":
    main()
