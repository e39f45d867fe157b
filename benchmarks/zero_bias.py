"""Print how fast zero bias is made and becomes a table of rates, and what its pool supports.

    python benchmarks/zero_bias.py make POOL.npz         # crossings/s from a pool of collisions
    python benchmarks/zero_bias.py score EVENTS.root     # 10^7 crossings, scored bit for bit
    python benchmarks/zero_bias.py count POOL.npz...     # distinct collisions behind a rate
    python benchmarks/zero_bias.py close A.root B.root   # thresholds of one pool on another's

The network is that of `codesign trigger run hls_projects/axol1tl_vae.toml`, run before. A file of
fewer than 10^7 crossings is read again until there are as many. Every row is a process of its own;
its CPU seconds are those of all its threads and children, its memory includes the interpreter.
"""

import argparse
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from math import hypot
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from codesign.data import iterate_root, load_events, write_npz
from codesign.data.l1 import (
    EGAMMA,
    JET,
    MET,
    MUON,
    L1Sample,
    check_objects,
    l1_chunks,
    read_pool,
)
from codesign.data.l1.pool_statistics import distinct_collisions, smallest_share
from codesign.design.fixed_point import dequantize
from codesign.design.trigger_results import Collisions
from codesign.emulator import Emulator
from codesign.firmware import csim, generate
from codesign.lowering import load_network
from codesign.pipeline import read_recipe
from codesign.trigger import ScoreCounts, working_point
from codesign.trigger.working_point import rate

RECIPE = Path("hls_projects/axol1tl_vae.toml")
NETWORK = Path("hls_projects/build/axol1tl_vae/network")
MADE, PILE_UPS = 10_000, (20.0, 50.0, 140.0)
SCORED, CHUNK, SIMULATED = 10**7, 50_000, 20_000
COUNTED_KHZ = (1.0, 10.0, 100.0)
TARGETS_KHZ = (1.0, 10.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Used:
    """What a piece of work took, and what it found."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    found: object


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("make", "score", "count", "close"))
    parser.add_argument("files", type=Path, nargs="+")
    asked = parser.parse_args()
    verbs = {"make": make, "score": score, "count": count, "close": close}
    verbs[asked.what](*asked.files)


def make(path):
    pool = read_pool(path)
    print(f"{MADE:,} crossings, pool of {pool.made:,} collisions, one process\n")
    print("| pile-up | crossings/s of CPU | crossings/s of wall | peak memory, MB |")
    print("|---:|---:|---:|---:|")
    for pile_up in PILE_UPS:
        used = alone(make_crossings, L1Sample(pool=path, crossings=MADE, pile_up=pile_up))
        speeds = (MADE / used.cpu_s, MADE / used.wall_s, used.peak_mb)
        print(f"| {pile_up:g} | " + " | ".join(f"{speed:,.0f}" for speed in speeds) + " |")


def make_crossings(sample):
    return partial(count_crossings, sample)


def count_crossings(sample):
    return sum(chunk.num_events for chunk in l1_chunks(sample))


def score(path):
    with tempfile.TemporaryDirectory() as folder:
        npz = Path(folder) / "events.npz"
        events = load_events(path)
        write_npz(events, npz)
        print(f"{path.name}: {events.num_events:,} crossings; {dict(events.provenance)['pile-up']}")
        del events
        rows = [
            ("in memory", SCORED, alone(from_memory, npz)),
            ("from npz, the file at once", SCORED, alone(from_npz, npz)),
            ("from ROOT, in chunks", SCORED, alone(from_root, path)),
            ("from ROOT, a tenth of it", SCORED // 10, alone(from_root, path, SCORED // 10)),
        ]
        simulated = alone(simulation, npz, folder)
    scale = SCORED / SIMULATED
    simulated = replace(simulated, wall_s=simulated.wall_s * scale, cpu_s=simulated.cpu_s * scale)
    rows.append((f"C simulation, extrapolated from {SIMULATED:,}", SCORED, simulated))
    show(rows)
    whole = [used.found for _, crossings, used in rows[:-1] if crossings == SCORED]
    if not whole[0] == whole[1] == whole[2]:
        msg = "in chunks and at once, thresholds or counts differ"
        raise SystemExit(msg)
    print("\nThe first three rows agree in every threshold and count.\n")
    show_rates(whole[0])


def show(rows):
    print("\n| events | crossings | wall, s | CPU, s | crossings/s | peak memory, MB |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, crossings, used in rows:
        print(
            f"| {name} | {crossings:,} | {used.wall_s:,.1f} | {used.cpu_s:,.1f} "
            f"| {crossings / used.wall_s:,.0f} | {used.peak_mb:,.0f} |"
        )


def show_rates(points):
    print("| target, kHz | threshold | rate, kHz | accepted |\n|---:|---:|---:|---:|")
    for point in points:
        rate = f"{point.rate_khz.value:.4g} ± {point.rate_khz.error:.2g}"
        accepted = f"{point.background.accepted:,}" + ("" if point.is_supported else " (too few)")
        print(f"| {point.target_khz:g} | {point.threshold:g} | {rate} | {accepted} |")


def from_memory(path, crossings=SCORED):
    events = load_events(path).features
    chunks = [events[start : start + CHUNK] for start in range(0, len(events), CHUNK)]
    return partial(rates, chunks.__iter__, crossings)


def from_npz(path, crossings=SCORED):
    return partial(rates, lambda: iter([load_events(path).features]), crossings)


def from_root(path, crossings=SCORED):
    def chunks():
        return (chunk.features for chunk in iterate_root(path, chunk_events=CHUNK))

    return partial(rates, chunks, crossings)


def rates(read, crossings):
    """Score events of a source, read as often as needed, and return working points."""
    network = load_network(NETWORK)
    contract, output = network.inputs[0], network.outputs[0]
    emulator, counts = Emulator(network), ScoreCounts()
    while counts.events < crossings:
        for events in read():
            chosen = events[: crossings - counts.events]
            if not len(chosen):
                break
            hardware = contract.to_hardware(check_objects(chosen, place="zero bias"))
            counts.add(emulator(hardware)[output][:, 0])
    counts.values = dequantize(counts.values, network.precision(output))
    return [
        working_point(counts, {}, target_khz=target, collisions=Collisions())
        for target in TARGETS_KHZ
    ]


def simulation(path, folder):
    network, hardware = load_network(NETWORK), read_recipe(RECIPE).hardware
    project = generate(network, hardware, Path(folder) / "firmware")
    events = network.inputs[0].to_hardware(load_events(path).features[:SIMULATED])
    csim(project, network, events[:10])
    return partial(csim, project, network, events)


def count(*paths):
    """Print on how many distinct collisions of a pool a rate rests, and from where on it does."""
    head = " | ".join(f"{target:g} kHz" for target in COUNTED_KHZ)
    print(f"| pool, collisions | strata | pile-up | {head} | limit, kHz |")
    print(f"|---:|---:|---:|{'---:|' * len(COUNTED_KHZ)}---:|")
    of_all = Collisions().rate_khz
    for pool in map(read_pool, paths):
        for pile_up in (30.0, 50.0, 60.0):
            found = " | ".join(
                f"{distinct_collisions(pool, pile_up, share=target / of_all):.3g}"
                for target in COUNTED_KHZ
            )
            limit = smallest_share(pool, pile_up) * of_all
            print(f"| {pool.made:,} | {len(pool.strata)} | {pile_up:g} | {found} | {limit:.2g} |")


def close(first, second):
    """Print what thresholds found on one file accept of another, whose pool is another."""
    found, other = quantities(first), quantities(second)
    print("| quantity | target, kHz | first pool, kHz | second pool, kHz | ratio less 1 |")
    print("|---|---:|---:|---:|---:|")
    for name, counts in found.items():
        for target in TARGETS_KHZ:
            point = working_point(counts, {}, target_khz=target, collisions=Collisions())
            accepted = other[name].at_or_above(point.least_score)
            one, two = point.rate_khz, rate(accepted, other[name].events, Collisions())
            ratio = two.value / one.value if one.value else float("nan")
            error = hypot(one.error / one.value, two.error / two.value) if accepted else 1.0
            print(
                f"| {name} | {target:g} | {one.value:.3g} | {two.value:.3g} "
                f"| {100 * (ratio - 1):+.1f} ± {100 * ratio * error:.1f} % |"
            )


def quantities(path):
    """Return how often each value of some quantities that triggers cut on occurs."""
    network = load_network(NETWORK)
    contract, output = network.inputs[0], network.outputs[0]
    emulator = Emulator(network)
    names = ("anomaly score", "sum of jet pT", "missing energy", "first e/gamma", "first muon")
    counts = {name: ScoreCounts() for name in names}
    for chunk in iterate_root(path, chunk_events=CHUNK):
        events = chunk.features.astype(np.int64)
        values = (
            emulator(contract.to_hardware(chunk.features))[output][:, 0],
            events[:, JET.pt_columns].sum(axis=1),
            events[:, MET.first],
            events[:, EGAMMA.first],
            events[:, MUON.first],
        )
        for name, value in zip(names, values, strict=True):
            counts[name].add(value)
    return counts


def alone(prepare, *arguments):
    """Return what a piece of work took in a process of its own, its preparation aside."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(used_by, prepare, arguments).result()


def used_by(prepare, arguments):
    work = prepare(*arguments)
    wall, busy = time.perf_counter(), cpu_seconds()
    found = work()
    wall, busy = time.perf_counter() - wall, cpu_seconds() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Used(wall_s=wall, cpu_s=busy, peak_mb=peak, found=found)


def cpu_seconds():
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(kind)[:2]) for kind in kinds)


if __name__ == "__main__":
    main()
