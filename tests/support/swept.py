"""A finished sweep without trainings: figures that behave like those of a small tagger."""

import math
from functools import partial

import numpy as np

from codesign.sweep.execution.driver import drive
from codesign.sweep.execution.executor import in_process
from codesign.sweep.execution.task import Task
from codesign.sweep.execution.verify import Verify
from codesign.sweep.outcome import Measure, Outcome, State
from codesign.sweep.store.places import Places
from codesign.sweep.store.store import Store
from sweeps import small_sweep

HEAD = """\
name = "small"
recipe = "small_tagger.toml"
objectives = ["max accuracy", "min lut", "min latency_ns"]
constraints = ["lut < 25%", "accuracy > 0.4"]

[[dimensions]]
set = "mode"
values = ["qat", "ptq"]

[[dimensions]]
set = "bits"
values = [12, 8, 6, 4, 3, 2]

[[dimensions]]
set = "sparsity"
values = [0.0, 0.5, 0.9]
"""
HARDWARE = """
[[dimensions]]
set = "strategy"
values = ["latency", "resource"]

[[dimensions]]
set = "reuse_factor"
values = "legal"
at_most = 6
when = { strategy = ["resource"] }
"""
SEEDS = """
[[dimensions]]
set = "seed"
values = [1, 2, 3]
"""
EVENTS = 4000


def tagger(task: Task) -> Outcome:
    """Return figures as a jet tagger might have them; three bits crash, PTQ to two diverges."""
    candidate = task.candidate
    bits = candidate.quantization.layers[0].weight.width
    sparsity, mode = candidate.pruning.sparsity, candidate.training.mode
    if task.verify:
        return Outcome(state=State.DONE, measures=(_exact("bit_exact", 1.0, "csim"),))
    if bits == 2 and mode == "ptq":
        return Outcome(state=State.INFEASIBLE, reason="the loss is nan in epoch 1")
    if bits == 3 and mode == "ptq" and sparsity:
        return Outcome(state=State.FAILED, reason="Traceback ...\n  File x\nMemoryError: of trial")
    reuse = candidate.hardware.reuse_factor
    weak = 1.6 if mode == "ptq" else 0.7
    luck = np.random.default_rng(candidate.training.seed * 100 + bits).normal(0, 0.004)
    accuracy = 0.76 - 0.9 * math.exp(-bits / weak) - 0.03 * sparsity**4 + luck
    left = 1 - sparsity
    lut = 40.0 * bits**1.7 * (left + 0.05) / reuse**0.6 + 300
    return Outcome(
        state=State.DONE,
        measures=(
            _measured("accuracy", accuracy, math.sqrt(accuracy * (1 - accuracy) / EVENTS)),
            _exact("test_events", EVENTS),
            _exact("bops", 126 * bits * bits * (left + 0.1)),
            _exact("sparsity", sparsity),
            _estimated("lut", lut, 0.12),
            _estimated("dsp", 20.0 if bits > 10 else 0.0, 0.0),
            _exact("latency_ns", 5.0 * (3 + reuse), "estimated csynth"),
        ),
        host="here",
        pid=1,
        utc="2026-01-02T03:04:05+00:00",
        versions=(("codesign", "0.1.0"),),
    )


def swept(root, text=HEAD + HARDWARE, *, check=Verify.FRONT, data="d"):
    """Run a sweep of made-up figures below a folder and return its places."""
    sweep = small_sweep(text)
    places = Places.of(sweep.name, root)
    drive(sweep, places, partial(in_process, tagger), data=data, check=check)
    return places


def opened(places):
    """Return the store of a sweep for reading."""
    return Store(places.store, readonly=True)


def _exact(figure, value, evidence="exact"):
    return Measure(figure=figure, value=value, low=value, high=value, evidence=evidence)


def _measured(figure, value, error):
    return Measure(
        figure=figure, value=value, low=value - error, high=value + error, evidence="emulator"
    )


def _estimated(figure, value, share):
    return Measure(
        figure=figure,
        value=value,
        low=value * (1 - share),
        high=value * (1 + share),
        evidence="estimated csynth",
    )
