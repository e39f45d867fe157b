"""Workers that go between being counted as free and getting a task, or while they certify."""

from contextlib import contextmanager

import pytest
from sweep_trials import quick

from codesign.errors import InfeasibleDesignError
from codesign.sweep.execution.driver import drive
from codesign.sweep.execution.executor import Ended, InProcess
from codesign.sweep.execution.verify import Verify
from codesign.sweep.outcome import Measure, Outcome, State
from codesign.sweep.store.places import Places
from codesign.sweep.store.store import Store
from sweeps import SWEEP, small_sweep


def certified(task):
    if not task.verify:
        return quick(task)
    exact = Measure(figure="bit_exact", value=1.0, low=1.0, high=1.0, evidence="csim")
    return Outcome(state=State.DONE, measures=(exact,))


class GoneBefore(InProcess):
    """Every second task finds that its worker has gone."""

    calls = 0

    def submit(self, number, task):
        self.calls += 1
        return self.calls % 2 == 0 and super().submit(number, task)


class GoneDuring(InProcess):
    """The worker ends with each certificate, so many times."""

    def __init__(self, evaluator, times):
        super().__init__(evaluator)
        self._times = times

    def wait(self, timeout_s):
        if self._times and self._waiting and self._waiting[0][1].verify:
            self._times -= 1
            return [Ended(number=self._waiting.pop(0)[0])]
        return super().wait(timeout_s)


def run(tmp_path, executor, *, attempts):
    @contextmanager
    def lent():
        yield executor

    sweep = small_sweep(SWEEP + f"\n[limits]\nattempts = {attempts}\n")
    places = Places.of(sweep.name, tmp_path)
    drive(sweep, places, lent, data="d", check=Verify.ALL)
    with Store(places.store, readonly=True) as store:
        return list(store.trials())


def test_a_task_waits_for_the_next_worker(tmp_path):
    trials = run(tmp_path, GoneBefore(certified), attempts=1)

    assert len(trials) == 12
    assert all(trial.figure("bit_exact") for trial in trials if trial.state is State.DONE)
    assert {trial.attempts for trial in trials} == {0}


def test_a_certificate_is_tried_again(tmp_path):
    trials = run(tmp_path, GoneDuring(certified, times=1), attempts=2)

    assert all(trial.figure("bit_exact") for trial in trials if trial.state is State.DONE)


def test_a_certificate_that_ends_its_worker_each_time_is_told(tmp_path):
    with pytest.raises(InfeasibleDesignError, match="its process ended without a word"):
        run(tmp_path, GoneDuring(certified, times=1), attempts=1)
