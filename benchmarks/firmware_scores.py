"""Is the score the same in QKeras, emulator and C simulation, out to the rarest events?

    python benchmarks/firmware_scores.py hls_projects/axol1tl_vae.toml --events zero_bias.root

Trains and generates what is not there yet, then compares the score of every event, bit for bit, as
hardware integers; the tail is what a trigger accepts. Exit status 1 if any bit differs.
"""

import argparse
import itertools
import resource
import sys
import time
from pathlib import Path

import numpy as np

from codesign.data import EventSet, iterate_root, load_sample
from codesign.data.l1 import FEATURE_NAMES
from codesign.emulator import emulate
from codesign.firmware import csim
from codesign.pipeline import anomaly_stages as stages
from codesign.pipeline import read_recipe
from codesign.pipeline.anomaly import AnomalyRun

EVENTS = 100_000
TAILS = (1.0, 1e-2, 1e-3, 1e-4)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--events", type=Path, help="a ROOT file of codesign; else a mixed sample")
    parser.add_argument("--number", type=int, default=EVENTS)
    parser.add_argument("--build", type=Path, default=Path("hls_projects/build"))
    asked = parser.parse_args()
    run = AnomalyRun(read_recipe(asked.recipe), root=asked.build)
    events = taken(asked.events, asked.number) if asked.events else mixed(asked.number)
    inputs = run.events.contract.to_hardware(events)
    sides, seconds = answers(run, inputs)
    source = asked.events.name if asked.events else "objects of the sample l1, mixed"
    grid = run.network.precision(run.network.outputs[0])
    print(f"{run.candidate.name}, {len(inputs):,} events ({source}), score {grid}\n")
    return report(sides, seconds)


def taken(path: Path, number: int) -> np.ndarray:
    """Return the first events of a file."""
    parts, count = [], 0
    for chunk in iterate_root(path):
        parts.append(chunk.only(FEATURE_NAMES).features)
        count += chunk.num_events
        if count >= number:
            break
    return np.concatenate(parts)[:number]


def mixed(number: int) -> np.ndarray:
    """Return events whose kinds of objects come from different events of the sample."""
    sample: EventSet = load_sample("l1")
    rng = np.random.default_rng(1)
    edges = (0, 3, 15, 27, 57)
    columns = [
        sample.features[rng.integers(sample.num_events, size=number), low:high]
        for low, high in itertools.pairwise(edges)
    ]
    return np.concatenate(columns, axis=1)


def answers(run: AnomalyRun, inputs: np.ndarray):
    """Return the scores as hardware integers by each side, and the CPU seconds they took."""
    network, (score,) = run.network, run.network.outputs
    step = network.precision(score).step
    found, seconds = {}, {}

    def timed(name: str, compute) -> None:
        start = used()
        found[name] = compute()
        seconds[name] = used() - start

    model = run.trained / "model"
    asked = {"events": inputs}
    kept = stages.answers(network, run.events, model, asked).outputs["events"][score]
    found["qkeras"] = kept[:, 0] / step  # not rounded: half a unit off would count as a difference
    timed("emulator", lambda: emulate(network, inputs)[:, 0])
    timed("csim", lambda: csim(run.project, network, inputs)[score][:, 0])
    return found, seconds


def used() -> float:
    """Return the CPU seconds of this process and those it waited for."""
    own = time.process_time()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own + children.ru_utime + children.ru_stime


def report(sides, seconds) -> int:
    reference = sides["emulator"]
    falling = np.argsort(-reference, kind="stable")
    print("| largest scores | events | qkeras = emulator | csim = emulator | distinct scores |")
    print("|---:|---:|---:|---:|---:|")
    for share in TAILS:
        tail = falling[: max(1, round(share * len(reference)))]
        equal = [int((sides[name] == reference)[tail].sum()) for name in ("qkeras", "csim")]
        distinct = len(np.unique(reference[tail]))
        print(f"| {share:g} | {len(tail):,} | {equal[0]:,} | {equal[1]:,} | {distinct:,} |")
    for name, cpu in seconds.items():
        print(f"\n{name}: {cpu:.2f} s of CPU, {len(reference) / cpu:,.0f} events/s")
    return int(any((side != reference).any() for side in sides.values()))


if __name__ == "__main__":
    sys.exit(main())
