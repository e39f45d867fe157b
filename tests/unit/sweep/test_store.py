import time

import numpy as np
import pytest

from codesign.errors import InvalidDesignError, ReportError
from codesign.sweep.outcome import Measure, Outcome, State
from codesign.sweep.store import FILE, Event, Store, Trial


def trial(index, *, training="t", point=None):
    return Trial(
        number=0,
        id=f"{index:064x}",
        state=State.PROPOSED,
        step="first",
        training=training,
        point=point or {"bits": index, "widths": (4, 4)},
        candidate={"name": "x"},
        fidelity=1.0,
        attempts=0,
        reason="",
        seconds=0.0,
        started="",
        ended="",
    )


def propose(store, index, **options):
    made = trial(index, **options)
    event = Event(kind="ask", proposal=index, trial=made.id, point=made.point, costs=None)
    return store.propose(event, made)


def done(value=0.7):
    figure = Measure(
        figure="accuracy", value=value, low=value - 0.01, high=value + 0.01, evidence="emulator"
    )
    return Outcome(state=State.DONE, measures=(figure,), host="here", pid=1)


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / FILE) as store:
        yield store


def test_a_candidate_is_there_once(store):
    assert propose(store, 1)
    assert not propose(store, 1)
    assert store.counts()[State.PROPOSED] == 1


def test_what_is_kept_comes_back(store):
    propose(store, 1)
    assert store.start(1)
    assert store.finish(1, done(), seconds=3.5)

    found = store.trial(1)

    assert found.state is State.DONE
    assert found.seconds == 3.5
    assert found.point == {"bits": 1, "widths": (4, 4)}
    assert found.figure("accuracy").value == 0.7
    assert found == next(store.trials())
    assert store.provenance(1)["host"] == "here"


def test_a_state_changes_only_from_the_one_before(store):
    propose(store, 1)
    assert not store.finish(1, done(), seconds=1)
    assert store.start(1)
    assert not store.start(1)
    assert store.finish(1, done(0.7), seconds=1)
    assert not store.finish(1, done(0.1), seconds=1)
    assert store.trial(1).figure("accuracy").value == 0.7


def test_what_ran_when_the_driver_ended_waits_again_without_blame(store):
    propose(store, 1)
    store.start(1)
    assert store.recover() == 1
    assert store.next_trial().number == 1
    assert store.trial(1).attempts == 0


def test_a_trial_that_ends_its_processes_is_set_aside_with_its_reason(store):
    propose(store, 1)
    states = []
    for _ in range(3):
        store.start(1)
        states.append(store.give_back(1, "ended by SIGSEGV", attempts=3))
    assert states == [State.PROPOSED, State.PROPOSED, State.FAILED]
    assert store.trial(1).reason == "ended by SIGSEGV"
    assert store.next_trial() is None
    assert store.retry([State.FAILED]) == 1
    assert store.next_trial().attempts == 0


def test_no_training_is_given_out_twice(store):
    propose(store, 1, training="a")
    propose(store, 2, training="a")
    propose(store, 3, training="b")
    assert store.next_trial(not_training=["a"]).number == 3
    assert store.next_trial(not_training=["a", "b"]) is None


def test_events_come_back_in_order(store):
    propose(store, 1)
    store.told(1, trial(1).id, (0.5, 2.0))
    assert [(e.kind, e.proposal, e.costs) for e in store.events()] == [
        ("ask", 1, None),
        ("tell", 1, (0.5, 2.0)),
    ]


def test_a_reader_sees_the_store_while_it_is_written(store):
    propose(store, 1)
    with Store(store.path, readonly=True) as reader:
        store.start(1)
        assert reader.counts()[State.RUNNING] == 1
        with pytest.raises(Exception, match="readonly"):
            reader.start(1)


def test_merging_takes_over_what_is_final(tmp_path):
    with Store(tmp_path / "a") as ours, Store(tmp_path / "b") as theirs:
        propose(ours, 1)
        for index in (1, 2, 3):
            propose(theirs, index)
        for number in (1, 2):
            theirs.start(number)
            theirs.finish(number, done(), seconds=1)

        assert ours.merge(theirs) == (1, 1)
        assert ours.merge(theirs) == (0, 0)
        assert [t.state for t in ours.trials()] == [State.DONE] * 2
        assert ours.find(f"{2:064x}").figure("accuracy").value == 0.7


def test_a_missing_or_damaged_store_is_named(tmp_path):
    with pytest.raises(InvalidDesignError, match="no such sweep; start it with"):
        Store(tmp_path / FILE, readonly=True)
    (tmp_path / FILE).write_bytes(b"nonsense" * 1000)
    with pytest.raises(ReportError, match="cannot be read as a sweep"):
        Store(tmp_path / FILE)


def test_asking_and_telling_stay_fast(store):
    took = []
    for index in range(1, 201):
        begin = time.perf_counter()
        propose(store, index)
        store.start(index)
        store.finish(index, done(), seconds=1)
        took.append(time.perf_counter() - begin)
    assert np.quantile(took, 0.5) < 0.05
