"""Evaluators for drivers: quick figures from the candidate, and trials that misbehave."""

import ctypes
import os
import platform
import subprocess
import time
from pathlib import Path

from codesign.sweep.execution.task import Task
from codesign.sweep.execution.watch import Watch
from codesign.sweep.outcome import Measure, Outcome, State


def quick(task: Task) -> Outcome:
    """Return figures that follow from the candidate alone."""
    bits = task.candidate.quantization.layers[0].weight.width
    hardware = task.candidate.hardware
    numbers = {
        "accuracy": 0.5 + bits / 20,
        "lut": 100.0 * bits / hardware.reuse_factor,
        "latency_ns": 5.0 * hardware.reuse_factor,
    }
    measures = tuple(
        Measure(figure=name, value=value, low=value, high=value, evidence="exact")
        for name, value in numbers.items()
    )
    return Outcome(
        state=State.DONE, measures=measures, host=platform.node(), pid=os.getpid(), utc="now"
    )


def slow(task: Task) -> Outcome:
    """Take a moment, and note that it was done, in a file a call."""
    time.sleep(0.15)
    with (Path(task.root) / "calls").open("a") as log:
        log.write(f"{task.id[:8]} {os.getpid()}\n")
    return quick(task)


_KEPT = []


def keeping(task: Task) -> Outcome:
    """Keep 200 MB for ever, as what TensorFlow has traced; wait until the scheduler knows."""
    _KEPT.append(b"x" * 200_000_000)
    time.sleep(1.5)
    return slow(task)


def awkward(task: Task) -> Outcome:
    """Misbehave for some widths: 3 crashes, 4 hangs, 5 eats memory, 6 is infeasible."""
    bits = task.candidate.quantization.layers[0].weight.width
    watch = Watch(Path(task.scratch), task.id[:16], memory_gb=task.limits.memory_gb)
    with watch.watching():
        watch.stage("training", seconds=task.limits.train_s)
        if bits == 3:
            ctypes.string_at(0)
        if bits == 4:
            subprocess.run(["/bin/sleep", "300"], check=False, start_new_session=True)
        if bits == 5:
            eaten = []
            while True:
                eaten.append(bytearray(50_000_000))
                time.sleep(0.02)
        if bits == 6:
            return Outcome(state=State.INFEASIBLE, reason="the loss is nan in epoch 1")
        return quick(task)


def full_disk(task: Task) -> Outcome:
    """Meet a full disk."""
    raise OSError(28, "No space left on device", str(task.root))
