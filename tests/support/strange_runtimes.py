"""Runtimes that misbehave, and one that does not; children find them by their dotted path."""

# ruff: noqa: ARG001 - what opens a runtime is told the batch size, whether it needs it or not

import os
import time

import numpy as np

from codesign.baselines.numpy_twin import NumpyTwin
from codesign.baselines.runtime import Runtime

SLOW_S = 0.002


def _runtime(name, **options):
    return Runtime(
        name=name,
        opener=f"strange_runtimes:open_{name}",
        module="numpy",
        package="numpy",
        included="arrays in and out",
        **options,
    )


HONEST = _runtime("honest")
SLOW = _runtime("slow")
STUTTERING = _runtime("stuttering")
WRONG = _runtime("wrong")
NOT_A_NUMBER = _runtime("not_a_number")
ROUGH = _runtime("rough", rounds=True)
CRASHING = _runtime("crashing")
HANGING = _runtime("hanging")
RAISING = _runtime("raising")


def open_honest(task, batch):
    return NumpyTwin(task.network)


def open_slow(task, batch):
    answer = NumpyTwin(task.network)

    def slow(inputs):
        time.sleep(SLOW_S)
        return answer(inputs)

    return slow


def open_stuttering(task, batch):
    """Return what takes ten times as long every twentieth call."""
    answer, calls = NumpyTwin(task.network), 0

    def stutter(inputs):
        nonlocal calls
        calls += 1
        time.sleep(10 * SLOW_S if calls % 20 == 0 else SLOW_S)
        return answer(inputs)

    return stutter


def open_wrong(task, batch):
    answer = NumpyTwin(task.network)
    return lambda inputs: [out + np.float32(0.01) for out in answer(inputs)]


def open_not_a_number(task, batch):
    answer = NumpyTwin(task.network)
    return lambda inputs: [out * np.float32("nan") for out in answer(inputs)]


def open_rough(task, batch):
    answer = NumpyTwin(task.network)
    return lambda inputs: [np.round(out * 8) / 8 for out in answer(inputs)]


def open_crashing(task, batch):
    """Return what ends its process at a batch of more than 4, as a vanished device does."""
    answer = NumpyTwin(task.network)

    def crash(inputs):
        if batch > 4:
            os.abort()
        return answer(inputs)

    return crash


def open_hanging(task, batch):
    answer = NumpyTwin(task.network)

    def hang(inputs):
        if batch > 4:
            time.sleep(3600)
        return answer(inputs)

    return hang


def open_raising(task, batch):
    if batch > 4:
        msg = "CUDA error 700: an illegal memory access was encountered"
        raise RuntimeError(msg)
    return NumpyTwin(task.network)
