"""Events that come in chunks are written as one file, and joined to one set."""

from dataclasses import replace

import numpy as np
import pytest

from codesign.data import EventSet, iterate_root, joined, read_root, write_root_chunks
from codesign.errors import InvalidDataError


def events_of(count, seed=1, **changes):
    rng = np.random.default_rng(seed)
    made = EventSet(
        features=rng.normal(0, 1, (count, 2)).astype(np.float32),
        feature_names=("pt", "eta"),
        units=("GeV", ""),
        labels=rng.integers(0, 2, count),
        label_names=("background", "signal"),
        weights=rng.uniform(0, 1, count).astype(np.float32),
        sample="toy",
    )
    return replace(made, **changes)


def test_chunks_are_read_back_as_one_set(tmp_path):
    whole, path = events_of(1000), tmp_path / "events.root"
    chunks = [whole.select(np.arange(start, start + 250)) for start in range(0, 1000, 250)]

    write_root_chunks(iter(chunks), path)

    assert read_root(path) == whole
    assert joined(list(iterate_root(path, chunk_events=300))) == whole


def test_progress_tells_the_events_written(tmp_path):
    told = []

    write_root_chunks(
        [events_of(30), events_of(20)],
        tmp_path / "events.root",
        total=50,
        progress=lambda *step: told.append(step),
    )

    assert told == [(30, 50, "events"), (50, 50, "events")]


def test_no_chunk_is_no_file(tmp_path):
    with pytest.raises(InvalidDataError, match=r"events\.root: no events to write"):
        write_root_chunks([], tmp_path / "events.root")
    assert not list(tmp_path.iterdir())


def test_a_failing_source_leaves_nothing_behind(tmp_path):
    def chunks():
        yield events_of(10)
        msg = "the disk is gone"
        raise InvalidDataError(msg)

    with pytest.raises(InvalidDataError, match="the disk is gone"):
        write_root_chunks(chunks(), tmp_path / "events.root")
    assert not list(tmp_path.iterdir())


def test_joining_keeps_order_labels_and_weights():
    first, second = events_of(3, seed=1), events_of(2, seed=2)

    both = joined([first, second])

    np.testing.assert_array_equal(both.features[3:], second.features)
    np.testing.assert_array_equal(both.labels[:3], first.labels)
    np.testing.assert_array_equal(both.weights[3:], second.weights)


@pytest.mark.parametrize("change", [{"weights": None}, {"feature_names": ("pt", "phi")}])
def test_sets_of_other_columns_are_not_joined(change):
    with pytest.raises(InvalidDataError, match="cannot be joined"):
        joined([events_of(3), events_of(3, **change)])


def test_nothing_cannot_be_joined():
    with pytest.raises(InvalidDataError, match="no events to join"):
        joined([])
