"""What a sweep costs beside its trials: the store at 10,000 trials, the driver.

python benchmarks/sweep.py
"""

import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parents[1] / "tests" / "support"))

from sweep_trials import quick

from codesign.sweep.execution.clusters import local
from codesign.sweep.execution.driver import drive
from codesign.sweep.execution.executor import in_process
from codesign.sweep.execution.verify import Verify
from codesign.sweep.outcome import Measure, Outcome, State
from codesign.sweep.results.status import status_of
from codesign.sweep.store.places import Places
from codesign.sweep.store.records import Event, Trial
from codesign.sweep.store.schema import FILE
from codesign.sweep.store.store import Store
from sweeps import SWEEP, small_sweep

TRIALS = 10_000
FIGURES = ("accuracy", "auc", "lut", "ff", "dsp", "bram_18k", "latency_ns", "ii", "bops", "ebops")


def trial(index, candidate):
    return Trial(
        number=0,
        id=f"{index:064x}",
        state=State.PROPOSED,
        step="first",
        training=f"{index // 8:064x}",
        point={"bits": index % 16, "sparsity": 0.5, "strategy": "latency", "reuse_factor": 2},
        candidate=candidate,
        fidelity=1.0,
        attempts=0,
        reason="",
        seconds=0.0,
        started="",
        ended="",
    )


def outcome(random):
    measures = []
    for name in FIGURES:
        value = float(random.random())
        measures.append(
            Measure(figure=name, value=value, low=value, high=value, evidence="estimated")
        )
    return Outcome(state=State.DONE, measures=tuple(measures), host="here", pid=1)


def store_figures(folder):
    """Return rows for a store that grows to 10,000 trials."""
    from codesign.design.codec import encode

    sweep, random, took, memory = small_sweep(), np.random.default_rng(1), [], []
    candidate = encode(sweep.space.base)
    with Store(folder / FILE) as store:
        for index in range(TRIALS):
            made, result = trial(index, candidate), outcome(random)
            begin = time.perf_counter()
            event = Event(kind="ask", proposal=index, trial=made.id, point=made.point, costs=None)
            store.propose(event, made)
            waiting = store.next_trial()
            store.start(waiting.number)
            store.finish(waiting.number, result, seconds=1.0)
            store.told(index, made.id, (0.1, 0.2))
            took.append(time.perf_counter() - begin)
            if index in (TRIALS // 10, TRIALS - 1):
                memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        store.note("goals", '{"objectives": ["max accuracy", "min lut"]}')
        begin, busy = time.perf_counter(), time.process_time()
        status_of(folder, store)
        status, busy = time.perf_counter() - begin, time.process_time() - busy
    size = (folder / FILE).stat().st_size / 2**20
    return [
        ("ask + tell, median", f"{np.median(took) * 1e3:.1f} ms"),
        ("ask + tell, 99 %", f"{np.quantile(took, 0.99) * 1e3:.1f} ms"),
        ("status with the front of 10,000 trials", f"{status:.2f} s, CPU {busy:.2f} s"),
        ("memory from 1,000 to 10,000 trials", f"{memory[0]:.0f} -> {memory[1]:.0f} MB"),
        ("size of the file", f"{size:.1f} MB"),
    ]


def driver_figures(folder):
    """Return rows for the driver with trials that take no time."""
    bits = ", ".join(map(str, range(3, 63)))
    sweep = small_sweep(SWEEP.replace("[3, 4, 5, 6]", f"[{bits}]"))
    rows = []
    lenders = {
        "in this process": partial(in_process, quick),
        "2 processes of Dask": partial(local, 2, quick, memory_gb=2),
    }
    for name, lent in lenders.items():
        stamps = []
        drive(
            sweep,
            Places.of("small", folder / name.replace(" ", "_")),
            lent,
            data="d",
            check=Verify.NONE,
            progress=lambda done, _total, _what, s=stamps: s.append(
                (done, time.perf_counter(), time.process_time())
            ),
        )
        begun = next(s for s in stamps if s[0] >= 4)
        trials = stamps[-1][0] - begun[0]
        wall = (stamps[-1][1] - begun[1]) / trials
        cpu = (stamps[-1][2] - begun[2]) / trials
        rows.append((f"overhead a trial, {name}", f"{wall * 1e3:.1f} ms, CPU {cpu * 1e3:.1f} ms"))
    return rows


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows = [*store_figures(folder), *driver_figures(folder)]
    print("| what | measured |\n|---|---|")
    for name, value in rows:
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
