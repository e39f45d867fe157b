"""Events as an .npz file: what is written comes back, and damage is named."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from codesign.data import EventSet, read_npz, write_npz
from codesign.errors import InvalidDataError

PRINTABLE = st.text(max_size=8).filter(str.isprintable)
FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)


@st.composite
def event_sets(draw):
    num_events, num_columns = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    names = st.text(min_size=1, max_size=6).filter(str.isprintable)
    dtype = draw(st.sampled_from([np.float32, np.int16, np.int32]))
    elements = FINITE if dtype == np.float32 else None
    label_names = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    return EventSet(
        features=draw(arrays.arrays(dtype, (num_events, num_columns), elements=elements)),
        feature_names=tuple(
            draw(st.lists(names, min_size=num_columns, max_size=num_columns, unique=True))
        ),
        units=tuple(draw(st.lists(PRINTABLE, min_size=num_columns, max_size=num_columns))),
        labels=draw(
            arrays.arrays(np.int64, num_events, elements=st.integers(0, len(label_names) - 1))
        ),
        label_names=tuple(label_names),
        weights=draw(st.none() | arrays.arrays(np.float64, num_events, elements=FINITE)),
        sample=draw(PRINTABLE),
        provenance=tuple(draw(st.lists(st.tuples(PRINTABLE, PRINTABLE), max_size=3))),
    )


@pytest.fixture
def small():
    return EventSet(
        features=np.arange(6, dtype=np.float32).reshape(3, 2),
        feature_names=("pt", "eta"),
        units=("GeV", ""),
        labels=np.array([0, 1, 1]),
        label_names=("q", "g"),
        sample="toy",
        provenance=(("seed", "1"),),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(events=event_sets())
def test_what_is_written_comes_back(events, tmp_path):
    path = tmp_path / "events.npz"
    write_npz(events, path)
    back = read_npz(path)
    assert back == events
    assert (back.sample, back.provenance) == (events.sample, events.provenance)
    assert back.features.dtype == events.features.dtype


def test_the_same_events_give_the_same_bytes(small, tmp_path):
    write_npz(small, tmp_path / "a.npz")
    write_npz(small, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_nothing_but_the_file_is_left_behind(small, tmp_path):
    write_npz(small, tmp_path / "a.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_a_cut_file_is_refused_at_every_length(small, tmp_path):
    path = tmp_path / "events.npz"
    write_npz(small, path)
    content = path.read_bytes()
    for length in range(1, len(content), 37):
        path.write_bytes(content[:length])
        with pytest.raises(InvalidDataError, match=r"events.npz is damaged or not an .npz file"):
            read_npz(path)


def test_a_flipped_bit_is_refused_or_harmless(small, tmp_path):
    path = tmp_path / "events.npz"
    write_npz(small, path)
    content = path.read_bytes()
    refused = 0
    for position in range(0, len(content), 3):
        damaged = bytearray(content)
        damaged[position] ^= 1 << (position % 8)
        path.write_bytes(damaged)
        try:
            assert read_npz(path) == small
        except InvalidDataError:
            refused += 1
    assert refused > len(content) / 6


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"empty \(0 bytes\); expected an .npz file"),
        (b"not a zip", "damaged or not an .npz file"),
    ],
)
def test_what_is_no_npz_file_is_refused(content, message, tmp_path):
    path = tmp_path / "events.npz"
    path.write_bytes(content)
    with pytest.raises(InvalidDataError, match=message):
        read_npz(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InvalidDataError, match=r"none.npz cannot be opened \(No such file"):
        read_npz(tmp_path / "none.npz")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InvalidDataError, match="is a folder"):
        read_npz(tmp_path)


def test_other_arrays_are_refused_naming_both_sides(tmp_path):
    np.savez(tmp_path / "events.npz", weights=np.ones(3), other=np.ones(2))
    with pytest.raises(InvalidDataError, match="holds the arrays other, weights; expected feature"):
        read_npz(tmp_path / "events.npz")


def test_pickled_objects_are_never_loaded(tmp_path):
    np.savez(tmp_path / "events.npz", features=np.array([{"a": 1}], dtype=object))
    with pytest.raises(InvalidDataError, match="allow_pickle=False"):
        read_npz(tmp_path / "events.npz")


def test_invalid_events_are_refused_naming_the_file(small, tmp_path):
    path = tmp_path / "events.npz"
    write_npz(small, path)
    arrays_read = dict(np.load(path))
    np.savez(path, **(arrays_read | {"labels": np.array([0, 1, 7])}))
    with pytest.raises(InvalidDataError, match=r"events.npz: 1 labels are outside"):
        read_npz(path)
    np.savez(path, **(arrays_read | {"units": np.ones(2)}))
    with pytest.raises(InvalidDataError, match="units is of dtype float64; expected text"):
        read_npz(path)
    np.savez(path, **(arrays_read | {"provenance": np.array(["a"])}))
    with pytest.raises(InvalidDataError, match=r"events.npz: "):
        read_npz(path)


def test_a_failed_write_leaves_the_old_file(small, tmp_path, monkeypatch):
    path = tmp_path / "events.npz"
    write_npz(small, path)
    before = path.read_bytes()

    def full(*_args, **_kwargs):
        message = "no space left"
        raise OSError(message)

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="no space left"):
        write_npz(small, path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["events.npz"]


def test_a_missing_folder_is_refused_before_writing(small, tmp_path):
    with pytest.raises(InvalidDataError, match=r"gone is not a folder; create it first"):
        write_npz(small, tmp_path / "gone" / "events.npz")
    with pytest.raises(InvalidDataError, match="it is a folder"):
        write_npz(small, tmp_path)
