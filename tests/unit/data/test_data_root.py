"""Flat ROOT trees: round trips, chunks, and every way a tree can be wrong."""

from contextlib import suppress

import awkward as ak
import numpy as np
import pytest
import uproot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from codesign.data import EventSet, RootLayout, iterate_root, read_root, write_root
from codesign.errors import InvalidDataError

LAYOUT = RootLayout(
    tree="events", features=("pt", "eta"), label="label", label_names=("q", "g"), weight="weight"
)


def make(num_events=300, **changes):
    generator = np.random.default_rng(1)
    fields = {
        "features": generator.normal(size=(num_events, 2)),
        "feature_names": ("pt", "eta"),
        "units": ("GeV", ""),
        "labels": np.arange(num_events) % 2,
        "label_names": ("q", "g"),
        "weights": generator.uniform(size=num_events),
        "sample": "toy µ",
        "provenance": (("seed", "1"),),
    }
    return EventSet(**(fields | changes))


@pytest.fixture
def events():
    return make()


@pytest.fixture
def path(events, tmp_path):
    path = tmp_path / "events.root"
    write_root(events, path)
    return path


def write_tree(path, branches, *, name="events", ntuple=False):
    with uproot.recreate(path) as file:
        types = {key: column.dtype for key, column in branches.items()}
        make_tree = file.mkrntuple if ntuple else file.mktree
        make_tree(name, types).extend(branches)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20
)
@given(
    features=st.sampled_from([np.float32, np.int16, np.int32]).flatmap(
        lambda dtype: arrays.arrays(
            dtype,
            (5, 2),
            elements=st.floats(-1e6, 1e6, width=32) if dtype == np.float32 else None,
        )
    ),
    weighted=st.booleans(),
)
def test_what_is_written_comes_back(features, weighted, tmp_path):
    events = make(5, features=features, weights=np.arange(5.0) if weighted else None)
    write_root(events, tmp_path / "a.root")
    back = read_root(tmp_path / "a.root")
    assert back == events
    assert back.features.dtype == events.features.dtype
    assert (back.sample, back.provenance) == (events.sample, events.provenance)


def test_chunks_together_are_the_whole(events, path):
    chunks = list(iterate_root(path, chunk_events=128))
    assert [chunk.num_events for chunk in chunks] == [128, 128, 44]
    np.testing.assert_array_equal(
        np.concatenate([chunk.features for chunk in chunks]), events.features
    )


def test_progress_reaches_the_total(path):
    seen = []
    read_root(path, progress=lambda done, total, what: seen.append((done, total, what)))
    assert seen[-1] == (300, 300, "events")


def test_nothing_but_the_file_is_left_behind(path):
    assert [one.name for one in path.parent.iterdir()] == ["events.root"]


def test_a_foreign_tree_needs_a_layout(tmp_path):
    path = tmp_path / "foreign.root"
    write_tree(path, {"pt": np.ones(3), "flag": np.array([0, 1, 1])})
    with pytest.raises(InvalidDataError, match=r"give a RootLayout .*; its trees are events"):
        read_root(path)
    layout = RootLayout(
        tree="events", features=("pt",), units=("GeV",), label="flag", label_names=("q", "g")
    )
    events = read_root(path, layout)
    assert events.units == ("GeV",)
    np.testing.assert_array_equal(events.labels, [0, 1, 1])


@pytest.mark.parametrize("ntuple", [False, True])
def test_trees_and_ntuples_read_alike(ntuple, tmp_path):
    path = tmp_path / "flat.root"
    write_tree(path, {"pt": np.arange(3.0), "eta": np.ones(3)}, ntuple=ntuple)
    events = read_root(path, RootLayout(tree="events", features=("eta", "pt")))
    np.testing.assert_array_equal(events.features, [[1, 0], [1, 1], [1, 2]])
    assert events.label_names == ("event",)


def test_integer_branches_stay_integers_and_booleans_count(tmp_path):
    path = tmp_path / "bits.root"
    write_tree(path, {"pt": np.arange(3, dtype=np.int16), "bit": np.array([True, False, True])})
    events = read_root(path, RootLayout(tree="events", features=("pt", "bit")))
    assert events.features.dtype == np.int16


def test_integers_that_float32_cannot_hold_are_refused(tmp_path):
    path = tmp_path / "large.root"
    write_tree(path, {"pt": np.ones(2), "number": np.array([1, 2**24 + 1])})
    with pytest.raises(InvalidDataError, match="column 'number' holds integers above 16777216"):
        read_root(path, RootLayout(tree="events", features=("pt", "number")))


def test_a_missing_tree_is_refused_naming_the_trees(path):
    with pytest.raises(InvalidDataError, match="no tree 'Events'; its trees are events"):
        read_root(path, RootLayout(tree="Events", features=("pt",)))


def test_a_missing_branch_is_refused_naming_the_nearest(path):
    with pytest.raises(
        InvalidDataError, match=r"no branch 'ptt'; did you mean 'pt'\? known branches are pt, eta"
    ):
        read_root(path, RootLayout(tree="events", features=("ptt",)))


@pytest.mark.parametrize("branch", ["jets", "pairs"])
def test_a_branch_of_several_numbers_is_refused_by_name(branch, tmp_path):
    path = tmp_path / "jagged.root"
    with uproot.recreate(path) as file:
        file.mktree("events", {"jets": "var * float32", "pairs": "2 * float32"}).extend(
            {"jets": ak.Array([[1.0, 2.0], [3.0]]), "pairs": np.ones((2, 2))}
        )
    with pytest.raises(InvalidDataError, match=f"branch '{branch}' is jagged or not numeric"):
        read_root(path, RootLayout(tree="events", features=(branch,)))


def test_a_tree_without_events_is_refused(tmp_path):
    path = tmp_path / "hollow.root"
    with uproot.recreate(path) as file:
        file.mktree("events", {"pt": "f4"})
    with pytest.raises(InvalidDataError, match="tree 'events' holds no events"):
        read_root(path, RootLayout(tree="events", features=("pt",)))


def test_a_label_out_of_range_is_refused_naming_file_and_tree(path):
    layout = RootLayout(tree="events", features=("pt",), label="label", label_names=("q",))
    with pytest.raises(
        InvalidDataError, match=r"events.root: tree 'events': 150 labels are outside"
    ):
        read_root(path, layout)


def test_not_a_number_is_refused_by_column(tmp_path):
    path = tmp_path / "nan.root"
    write_tree(path, {"pt": np.array([1.0, np.nan])})
    with pytest.raises(InvalidDataError, match=r"nan in event 1, column 'pt'"):
        read_root(path, RootLayout(tree="events", features=("pt",)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"events.root is empty \(0 bytes\)"),
        (b"not root at all", r"events.root is truncated, damaged or not a ROOT file"),
        (b"root", r"events.root is truncated, damaged or not a ROOT file"),
    ],
)
def test_what_is_no_root_file_is_refused(content, message, path):
    path.write_bytes(content)
    with pytest.raises(InvalidDataError, match=message):
        read_root(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InvalidDataError, match=r"none.root cannot be opened"):
        read_root(tmp_path / "none.root")


def test_a_truncated_file_is_refused_at_every_length(path):
    content = path.read_bytes()
    for length in range(1, len(content), 211):
        path.write_bytes(content[:length])
        with pytest.raises(InvalidDataError, match=r"events.root"):
            read_root(path)


def test_a_truncated_file_is_named_as_such(path):
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(InvalidDataError, match=f"truncated: {len(content) - 1} of {len(content)}"):
        read_root(path)


def test_damaged_baskets_are_refused_naming_file_and_branch(path):
    with uproot.open(path) as file:
        keys = file["events"]["eta"].member("fBasketSeek")
        start = int(keys[0])
    content = bytearray(path.read_bytes())
    content[start + 100 : start + 160] = b"\xff" * 60
    path.write_bytes(content)
    with pytest.raises(InvalidDataError, match=r"events.root: branch 'eta' is damaged \("):
        read_root(path, LAYOUT)


def test_a_flipped_bit_is_refused_or_harmless(events, path):
    content = path.read_bytes()
    generator = np.random.default_rng(2)
    for position in generator.integers(0, len(content), size=150):
        damaged = bytearray(content)
        damaged[position] ^= 1 << int(generator.integers(8))
        path.write_bytes(damaged)
        with suppress(InvalidDataError):
            assert read_root(path) == events


def test_damage_that_root_does_not_see_is_found_by_the_digest(events, path):
    with uproot.open(path) as file:
        description = str(file["codesign_description"])
    with uproot.recreate(path) as file:
        branches = {name: events.column(name).copy() for name in events.feature_names}
        branches["pt"][7] += 1.0
        branches |= {"label": events.labels, "weight": events.weights}
        file.mktree("events", {name: one.dtype for name, one in branches.items()}).extend(branches)
        file["codesign_description"] = description
    with pytest.raises(InvalidDataError, match="do not match the digest they were written with"):
        read_root(path)


@pytest.mark.parametrize("name", ["jet.pt", "jet pt", "label", "1st"])
def test_a_name_that_cannot_be_a_branch_is_refused(name, tmp_path):
    with pytest.raises(InvalidDataError, match=f"feature '{name}' cannot be a branch"):
        write_root(make(feature_names=("pt", name)), tmp_path / "a.root")
    assert not list(tmp_path.iterdir())


def test_a_layout_that_says_too_little_is_refused():
    with pytest.raises(InvalidDataError, match="no features asked for"):
        RootLayout(tree="events", features=())
    with pytest.raises(InvalidDataError, match="label_names are q, g but no label branch"):
        RootLayout(tree="events", features=("pt",), label_names=("q", "g"))


def test_a_chunk_of_no_events_is_refused(path):
    with pytest.raises(InvalidDataError, match="chunk_events must be at least 1, got 0"):
        next(iterate_root(path, chunk_events=0))
