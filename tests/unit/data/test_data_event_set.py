"""The record of events: what it refuses, keeps and gives back."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesign.data import EventSet
from codesign.errors import InvalidDataError


def make(**changes):
    fields = {
        "features": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], dtype=np.float32),
        "feature_names": ("pt", "eta"),
        "units": ("GeV", ""),
        "labels": np.array([0, 1, 1]),
        "label_names": ("background", "signal"),
        "sample": "toy",
    }
    return EventSet(**(fields | changes))


def test_arrays_are_read_only_and_do_not_follow_the_caller():
    features = np.ones((3, 2), dtype=np.float32)
    events = make(features=features)
    features[0, 0] = 7.0
    assert events.features[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        events.features[0, 0] = 7.0


def test_a_read_only_view_of_a_writable_array_is_copied():
    owner = np.ones((3, 2), dtype=np.float32)
    view = owner[:]
    view.setflags(write=False)
    events = make(features=view)
    owner[:] = 7.0
    assert (events.features == 1.0).all()


@pytest.mark.parametrize(
    "again",
    [copy.deepcopy, lambda events: pickle.loads(pickle.dumps(events))],  # noqa: S301 - our own bytes
)
def test_a_copy_is_equal_and_read_only_too(again):
    events = make(weights=np.ones(3), provenance=(("seed", "1"),))
    copied = again(events)
    assert copied == events
    assert copied.provenance == events.provenance
    assert not any(one.flags.writeable for one in (copied.features, copied.labels, copied.weights))


def test_read_only_arrays_are_shared_not_copied():
    events = make()
    assert make(features=events.features).features is events.features


@pytest.mark.parametrize(
    ("given_dtype", "kept"),
    [
        (np.float64, np.float32),
        (np.float32, np.float32),
        (np.int16, np.int16),
        (np.int32, np.int32),
        (np.int64, np.int32),
        (np.uint8, np.int32),
    ],
)
def test_features_keep_a_dtype_of_ours(given_dtype, kept):
    assert make(features=np.ones((3, 2), dtype=given_dtype)).features.dtype == kept


def test_not_a_number_is_refused_naming_count_event_and_column():
    features = np.ones((3, 2))
    features[1, 1], features[2, 0] = np.nan, -np.inf
    with pytest.raises(
        InvalidDataError,
        match=r"2 feature values in 2 of 3 .* nan in event 1, column 'eta'.*remove",
    ):
        make(features=features)


def test_a_number_too_large_for_float32_is_refused():
    with pytest.raises(InvalidDataError, match=r"1e\+300 in event 0, column 'pt'"):
        make(features=np.array([[1e300, 0.0], [0.0, 0.0], [0.0, 0.0]]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"features": np.ones((3, 3))}, r"shape \(3, 3\); expected \(events, 2\).*pt, eta"),
        ({"features": np.ones(3)}, r"shape \(3,\)"),
        ({"features": np.ones((0, 2)), "labels": np.ones(0, dtype=int)}, "there is no event"),
        ({"features": np.array([["a", "b"]] * 3)}, "dtype <U1; expected float32"),
        ({"features": np.full((3, 2), 2**40)}, "do not fit 32 bits"),
        ({"labels": np.array([0, 1])}, r"labels have shape \(2,\); expected \(3,\)"),
        ({"labels": np.array([0.0, 1.0, 1.0])}, "labels are of dtype float64"),
        (
            {"labels": np.array([0, 2, -1])},
            r"2 labels are outside 0 to 1, the first is 2 in event 1",
        ),
        ({"label_names": ("a", "a")}, "label_names: 'a' comes more than once"),
        ({"label_names": ()}, "give at least one name"),
        ({"feature_names": ("pt", "pt")}, "feature_names: 'pt' comes more than once"),
        ({"feature_names": ("pt", "")}, "none of them empty"),
        ({"units": ("GeV",)}, "1 units for 2 columns"),
        ({"units": ("GeV", 3)}, "units: 3 is not a line of printable text"),
        ({"sample": "two\nlines"}, "sample: .* is not a line of printable text"),
        ({"weights": np.ones(2)}, r"weights have shape \(2,\)"),
        ({"weights": np.array([1.0, np.nan, 1.0])}, "1 weights are not finite.*event 1"),
        ({"weights": np.array(["a"] * 3)}, "expected real numbers"),
    ],
)
def test_a_wrong_field_is_refused_by_name(changes, message):
    with pytest.raises(InvalidDataError, match=message):
        make(**changes)


def test_the_digest_changes_with_every_field_but_where_events_came_from():
    events = make()
    same = make(sample="other", provenance=(("seed", "1"),))
    assert same == events
    assert hash(same) == hash(events)
    changed = [
        make(features=events.features + 1),
        make(feature_names=("pt", "phi")),
        make(units=("GeV", "rad")),
        make(labels=np.array([1, 1, 1])),
        make(label_names=("signal", "background")),
        make(weights=np.ones(3)),
        make(features=events.features.astype(np.int32)),
    ]
    assert len({one.digest for one in [events, *changed]}) == len(changed) + 1
    assert events != "events"


def test_a_column_is_found_by_name():
    np.testing.assert_array_equal(make().column("eta"), [2.0, 4.0, 6.0])


def test_a_missing_column_is_refused_naming_the_known_ones():
    with pytest.raises(InvalidDataError, match=r"toy: no column 'phi'; known columns are pt, eta"):
        make().column("phi")


def test_only_reorders_columns_with_their_units():
    events = make().only(("eta", "pt"))
    assert events.units == ("", "GeV")
    np.testing.assert_array_equal(events.features[0], [2.0, 1.0])


def test_select_takes_events_in_the_order_asked_for():
    events = make(weights=np.array([1.0, 2.0, 3.0])).select(np.array([2, 0]))
    np.testing.assert_array_equal(events.column("pt"), [5.0, 1.0])
    np.testing.assert_array_equal(events.labels, [1, 0])
    np.testing.assert_array_equal(events.weights, [3.0, 1.0])


@pytest.mark.parametrize(
    ("indices", "message"),
    [
        (np.array([3]), "index 3 is outside 0 to 2"),
        (np.array([-1]), "index -1 is outside"),
        (np.zeros(3, dtype=bool), "none of the 3 events"),
        (np.array([], dtype=int), "none of the 3 events"),
        (np.ones(2, dtype=bool), r"booleans of shape \(3,\)"),
        (np.array([0.5]), "dtype float64; expected integers"),
    ],
)
def test_select_refuses_events_that_do_not_exist(indices, message):
    with pytest.raises(InvalidDataError, match=message):
        make().select(indices)


def test_relabel_moves_ids_with_their_names():
    events = make().relabel(("signal", "background"))
    assert [events.label_names[label] for label in events.labels] == [
        "background",
        "signal",
        "signal",
    ]


def test_relabel_refuses_other_classes():
    with pytest.raises(InvalidDataError, match="labels are background, signal, asked for signal"):
        make().relabel(("signal",))


@given(
    labels=st.lists(st.integers(0, 3), min_size=40, max_size=200),
    fractions=st.sampled_from([(1.0,), (0.5, 0.5), (0.6, 0.2, 0.2), (0.7, 0.3)]),
    seed=st.integers(0, 2**32),
)
def test_a_split_is_a_stratified_partition(labels, fractions, seed):
    events = EventSet(
        features=np.arange(len(labels), dtype=np.int32)[:, None],
        feature_names=("number",),
        units=("",),
        labels=np.array(labels),
        label_names=("a", "b", "c", "d"),
        sample="toy",
    )
    parts = events.split(fractions=fractions, seed=seed)
    numbers = np.concatenate([part.column("number") for part in parts])
    assert sorted(numbers) == list(range(len(labels)))
    assert parts == events.split(fractions=fractions, seed=seed)
    for part, fraction in zip(parts, fractions, strict=True):
        for label in range(4):
            expected = fraction * labels.count(label)
            assert abs(np.count_nonzero(part.labels == label) - expected) <= 1


def test_another_seed_splits_otherwise():
    events = make(
        features=np.arange(200.0).reshape(100, 2), labels=np.arange(100) % 2, label_names=("a", "b")
    )
    first, second = (events.split(fractions=(0.5, 0.5), seed=seed)[0] for seed in (1, 2))
    assert first != second


@pytest.mark.parametrize("fractions", [(0.5, 0.6), (1.5, -0.5), (), (0.0, 1.0), (math.nan, 0.5)])
def test_fractions_that_do_not_make_one_are_refused(fractions):
    with pytest.raises(InvalidDataError, match=r"fractions .* sum to"):
        make().split(fractions=fractions, seed=1)


def test_a_split_into_more_parts_than_events_is_refused():
    with pytest.raises(InvalidDataError, match=r"part \d of fractions .* none of the 3 events"):
        make().split(fractions=(0.2,) * 5, seed=1)
