import time

import numpy as np
import pytest

from codesign.errors import InvalidDesignError, ReportError
from codesign.sweep.outcome import Fault, Measure, Outcome, State
from codesign.sweep.store.figures import read_figures
from codesign.sweep.store.merge import merge
from codesign.sweep.store.records import Event, Trial
from codesign.sweep.store.schema import FILE
from codesign.sweep.store.store import Store


def trial(index, *, training="t", point=None):
    return Trial(
        number=0,
        id=f"{index:064x}",
        state=State.PROPOSED,
        step="first",
        training=training,
        point=point or {"bits": index, "widths": (4, 4)},
        candidate={"name": "x", "hardware": {"device": "vu9p"}, "training": {"seed": 1}},
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


def propose_many(store):
    for index in range(1, 1000):
        propose(store, index, point={"text": "x" * 500})


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
        with pytest.raises(OSError, match="Read-only file system"):
            reader.start(1)


def test_merging_takes_over_what_is_final(tmp_path):
    with Store(tmp_path / "a") as ours, Store(tmp_path / "b") as theirs:
        propose(ours, 1)
        for index in (1, 2, 3):
            propose(theirs, index)
        for number in (1, 2):
            theirs.start(number)
            theirs.finish(number, done(), seconds=1)

        assert merge(ours, theirs) == (1, 1)
        assert merge(ours, theirs) == (0, 0)
        assert [t.state for t in ours.trials()] == [State.DONE] * 2
        assert ours.find(f"{2:064x}").figure("accuracy").value == 0.7


def test_a_missing_or_damaged_store_is_named(tmp_path):
    with pytest.raises(InvalidDesignError, match="no such sweep; start it with"):
        Store(tmp_path / FILE, readonly=True)
    (tmp_path / FILE).write_bytes(b"nonsense" * 1000)
    with pytest.raises(ReportError, match="cannot be read as a sweep"):
        Store(tmp_path / FILE)


def test_a_full_disk_is_told_as_the_system_does_and_nothing_is_lost(store):
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages + 4}")  # as if the disk ended there
    with pytest.raises(OSError, match=r"No space left on device: '.*sweep.sqlite'"):
        propose_many(store)
    count = store.size()
    assert 0 < count < 1000
    assert len(list(store.events())) == count
    store.connection.execute("PRAGMA max_page_count = 100000")

    assert propose(store, count + 1)
    assert store.size() == count + 1


def test_a_store_of_version_1_is_brought_up_to_date(tmp_path):
    with Store(tmp_path / FILE) as store:
        propose(store, 1)
        for column in ("fault", "device", "seed"):
            store.connection.execute(f"ALTER TABLE trials DROP COLUMN {column}")
        store.note("version", "1")
    with pytest.raises(ReportError, match="version 1 of the store.*codesign sweep retry"):
        Store(tmp_path / FILE, readonly=True)

    with Store(tmp_path / FILE) as store:
        assert store.trial(1).fault is Fault.NONE
        store.start(1)
        store.finish(1, done(), seconds=1)
        assert read_figures(store, ["accuracy"])[0].device == "vu9p"


def test_what_synthesis_found_stands_beside_and_is_never_compared(store):
    for number, lut in ((1, 100.0), (2, 200.0)):
        propose(store, number)
        store.start(number)
        store.finish(number, done(), seconds=1)
        estimate = Measure(figure="lut", value=lut, low=lut, high=lut, evidence="estimated csynth")
        store.add_measures(number, [estimate])
    found = Measure(figure="lut", value=900.0, low=900.0, high=900.0, evidence="logic_synth")
    store.add_measures(1, [found])

    assert store.trial(1).beside == (found,)
    assert store.trial(1).figure("lut").value == 100.0
    assert [one.figures["lut"].value for one in read_figures(store, ["lut"])] == [100.0, 200.0]


def test_asking_and_telling_stay_fast(store):
    took = []
    for index in range(1, 201):
        begin = time.perf_counter()
        propose(store, index)
        store.start(index)
        store.finish(index, done(), seconds=1)
        took.append(time.perf_counter() - begin)
    assert np.quantile(took, 0.5) < 0.05
