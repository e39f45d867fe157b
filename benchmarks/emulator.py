"""Print how fast the emulator is, each network against its peers in the same run, and its memory.

    python benchmarks/emulator.py               # every table: half an hour on an idle machine
    python benchmarks/emulator.py image file    # some of them

The tables do not depend on each other; one that fails says why, and the others are made. Inferences
per CPU second count the seconds of all threads and child processes.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import networks as made
import numpy as np
from contenders import (
    busy_seconds,
    emulators,
    interpreters,
    keras_model,
    models,
    random_events,
    simulations,
)

from codesign.data import EventSet, write_root_chunks
from codesign.emulator import emulate_chunks
from codesign.lowering import lower, save_network

REPEATS, ENOUGH_S = 5, 60.0
CHUNK = 50_000
FILE_EVENTS = 10**7


def speed_table(title, network, events, measures):
    """Print the best of several rounds; all contenders take part in each round."""
    contenders = [one for measure in measures for one in measure(network, events)]
    spent = time.monotonic()
    for _ in range(REPEATS):
        for one in contenders:
            if one.work is not None:
                one.run()
        if time.monotonic() - spent > ENOUGH_S:
            break
    reference = contenders[0].events / contenders[0].busy_seconds
    print(f"\n{title}\n")
    print("| what | events | inferences/s | per CPU second | emulator on one thread, CPU |")
    print("|---|---|---|---|---|")
    for one in contenders:
        if one.work is None:
            print(f"| {one.name} | | | | |")
            continue
        busy = one.events / one.busy_seconds
        wall = one.events / one.seconds
        print(
            f"| {one.name} | {one.events:,} | {wall:,.0f} | {busy:,.0f} | {reference / busy:.3g}x |"
        )


def dense_table(title, *widths, pruned):
    network = made.dense_network(*widths, pruned=pruned)
    measures = (emulators, simulations, interpreters, models)
    speed_table(title, network, random_events(network, 400_000), measures)


def image_table():
    network = made.image_network()
    events = random_events(network, 4096)
    speed_table("32x32x3, two convolutions", network, events, (emulators, simulations, models))


def lowering_table():
    """Print how long a QKeras model takes to become a network, TensorFlow being loaded."""
    model = keras_model(made.dense_network(16, 64, 32, 32, 5, pruned=0.75))
    walls, busy = [], []
    for _ in range(REPEATS):
        start, begun = time.perf_counter(), busy_seconds()
        lower(model, name="jets")
        walls.append(time.perf_counter() - start)
        busy.append(busy_seconds() - begun)
    print("\nLowering 16-64-32-32-5, TensorFlow loaded\n\n| | wall, s | CPU, s |\n|---|---|---|")
    print(f"| first | {walls[0]:.3f} | {busy[0]:.3f} |")
    print(f"| best of {REPEATS} | {min(walls):.3f} | {min(busy):.3f} |")


def memory_table():
    print("\nMemory of a process that emulates 16-64-32-32-5 as events come\n")
    print("| events | peak memory | inferences/s |\n|---|---|---|")
    for events in (10**5, 10**6, 10**7):
        arguments = [sys.executable, __file__, "--stream", str(events)]
        shown = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.strip()
        print(f"| {events:,} | {shown} |", flush=True)


def stream(events):
    network = made.dense_network(16, 64, 32, 32, 5, pruned=0.75)
    chunk = random_events(network, CHUNK)
    start = time.perf_counter()
    for _ in emulate_chunks(network, (chunk for _ in range(events // CHUNK))):
        pass
    seconds = time.perf_counter() - start
    print(f"{peak_mb(os.getpid()):.0f} MB | {events / seconds:,.0f}")


def peak_mb(process):
    """Return the peak memory of a process that runs; what rusage says begins with its parent's."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) / 1024 if found else 0.0


def file_table():
    """Print what `codesign emulate` does to a file of events that does not fit a small memory."""
    network = made.dense_network(16, 64, 32, 32, 5, pruned=0.75)
    print("\n`codesign emulate` on a ROOT file, 16-64-32-32-5, 16 columns of float32\n")
    print("| events | file | peak memory | wall, s | CPU, s | events per CPU second |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        save_network(network, folder / "network")
        for events in (FILE_EVENTS // 10, FILE_EVENTS):
            source = folder / "events.root"
            write_root_chunks(_random_sets(events), source)
            size = source.stat().st_size / 2**20
            peak, wall, busy = _emulate(folder, source)
            shown = f"{peak:.0f} MB | {wall:.0f} | {busy:.0f} | {events / busy:,.0f}"
            print(f"| {events:,} | {size:,.0f} MB | {shown} |", flush=True)


def _random_sets(events):
    rng = np.random.default_rng(0)
    for _ in range(events // CHUNK):
        yield EventSet(
            features=rng.normal(0, 3, (CHUNK, 16)).astype(np.float32),
            feature_names=tuple(f"x{index}" for index in range(16)),
            units=("",) * 16,
            labels=np.zeros(CHUNK, dtype=np.int64),
            label_names=("event",),
            sample="random",
        )


def _emulate(folder, source):
    """Return peak memory in MB, wall and CPU seconds of the command."""
    arguments = ["emulate", folder / "network", source, "-o", folder / "scores.root"]
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "codesign", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak, ended = 0.0, 0
    while not ended:
        peak = max(peak, peak_mb(process.pid))
        time.sleep(0.1)
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
    process.returncode = status
    if status:
        msg = f"codesign emulate ended with status {status}"
        raise RuntimeError(msg)
    return peak, time.perf_counter() - start, used.ru_utime + used.ru_stime


TABLES = {
    "jets": lambda: dense_table(
        "16-64-32-32-5, 6 bit, 75 % pruned", 16, 64, 32, 32, 5, pruned=0.75
    ),
    "dense": lambda: dense_table("16-64-32-32-5, 6 bit, dense", 16, 64, 32, 32, 5, pruned=0.0),
    "small": lambda: dense_table("57-32-16-8, 6 bit, 75 % pruned", 57, 32, 16, 8, pruned=0.75),
    "image": image_table,
    "lowering": lowering_table,
    "memory": memory_table,
    "file": file_table,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", help=", ".join(TABLES))
    parser.add_argument("--stream", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.stream:
        stream(chosen.stream)
        return
    unknown = set(chosen.tables) - set(TABLES)
    if unknown:
        parser.error(f"no table {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    failed = False
    for name in chosen.tables or TABLES:
        try:
            TABLES[name]()
        except Exception as error:  # noqa: BLE001 # one table must not cost the others
            failed = True
            print(f"\n{name}: {type(error).__name__}: {error}")
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"\n{platform.machine()}, {cores} cores, load average {load:.1f}, NumPy {np.__version__}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
