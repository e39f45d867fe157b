from dataclasses import replace
from functools import partial

import pytest
from sweep_trials import quick

from codesign.sweep.execution.bugs import SweepBugError
from codesign.sweep.execution.driver import drive
from codesign.sweep.execution.executor import in_process
from codesign.sweep.execution.trial import bug_outcome, run_task
from codesign.sweep.execution.verify import Verify
from codesign.sweep.execution.work import task_of, trial_of
from codesign.sweep.outcome import Fault, State
from codesign.sweep.search.proposers import Proposal
from codesign.sweep.store.places import Places
from codesign.sweep.store.store import Store
from sweeps import small_sweep


def broken(task, *, reuse):
    """Meet an error that nobody expected at some reuse factors."""
    if task.candidate.hardware.reuse_factor not in reuse:
        return quick(task)
    try:
        return {}["reuse"]
    except KeyError as error:
        return bug_outcome(error)


def run(tmp_path, *reuse):
    sweep = small_sweep()
    evaluator = partial(broken, reuse=reuse)
    places = Places.of(sweep.name, tmp_path)
    return drive(sweep, places, partial(in_process, evaluator), data="d", check=Verify.NONE)


def stored(tmp_path):
    with Store(Places.of("small", tmp_path).store, readonly=True) as store:
        return list(store.trials())


@pytest.fixture
def task(tmp_path):
    """The first trial of a small sweep, unwatched."""
    sweep = small_sweep()
    trial = trial_of(sweep, Proposal(number=0, values=next(sweep.space.points())), data="d")
    return replace(task_of(sweep, Places.of("small", tmp_path), trial), scratch="")


def test_a_bug_is_told_at_the_end_and_the_other_trials_are_done(tmp_path):
    with pytest.raises(SweepBugError, match=r"^4 trials met an error of codesign itself") as told:
        run(tmp_path, 2)

    assert "bug of codesign: KeyError: 'reuse' (test_bugs.py:" in str(told.value)
    assert str(told.value).endswith("codesign sweep retry, then resume")
    failed = [t for t in stored(tmp_path) if t.state is State.FAILED]
    assert {t.fault for t in failed} == {Fault.BUG}
    assert len(failed) == 4
    assert sum(t.state is State.DONE for t in stored(tmp_path)) == 8


def test_the_traceback_of_a_bug_is_in_the_log_of_its_trial(tmp_path):
    with pytest.raises(SweepBugError):
        run(tmp_path, 2)

    failed = next(t for t in stored(tmp_path) if t.state is State.FAILED)
    log = Places.of("small", tmp_path).log(failed.candidate["name"]).read_text("utf-8")
    assert log.startswith("Traceback (most recent call last):")
    assert log.rstrip().endswith("KeyError: 'reuse'")
    assert failed.reason.endswith("; traceback in logs/")


def test_a_sweep_whose_every_trial_meets_a_bug_stops_early(tmp_path):
    with pytest.raises(SweepBugError, match="^stopped after 3 in a row"):
        run(tmp_path, 1, 2)

    assert len(stored(tmp_path)) == 3


def test_trials_that_met_a_bug_are_done_once_it_is_mended(tmp_path):
    with pytest.raises(SweepBugError):
        run(tmp_path, 2)
    with Store(Places.of("small", tmp_path).store) as store:
        assert store.retry([State.FAILED]) == 4

    counts = run(tmp_path)

    assert counts[State.DONE] == 12
    assert {t.fault for t in stored(tmp_path)} == {Fault.NONE}


def test_an_error_that_nobody_expected_is_marked_as_a_bug(task):
    outcome = run_task(replace(task, candidate=None))

    assert (outcome.state, outcome.fault) == (State.FAILED, Fault.BUG)
    assert "AttributeError" in outcome.reason
    assert outcome.log.startswith("Traceback")


def test_an_error_that_codesign_raises_on_purpose_is_of_the_design(task):
    few = replace(task.candidate.validation, events=10**9)

    outcome = run_task(replace(task, candidate=replace(task.candidate, validation=few)))

    assert (outcome.state, outcome.fault, outcome.log) == (State.FAILED, Fault.DESIGN, "")
    assert "ask for fewer or bring more events" in outcome.reason


def test_what_goes_wrong_with_the_machine_is_raised(task, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OSError, match="Not a directory|File exists"):
        run_task(replace(task, root=str(tmp_path / "file")))
