"""Event ids: carried through files, selections and scores, beside the events and not of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codesign.data import EventSet, iterate_root, joined, load_events, write_npz, write_root
from codesign.errors import InvalidDataError

NAMES = ("run", "luminosityBlock", "event")


def toy(events: int = 6) -> EventSet:
    numbers = np.arange(events)
    return EventSet(
        features=numbers[:, None].astype(np.int16),
        feature_names=("x",),
        units=("",),
        labels=numbers % 2,
        label_names=("zero_bias", "top"),
        sample="toy",
        ids=np.stack([numbers * 0 + 380_000, numbers // 2, 2**40 + numbers], axis=1),
        id_names=NAMES,
    )


@pytest.mark.parametrize("suffix", [".npz", ".root"])
def test_files_keep_them(tmp_path: Path, suffix: str) -> None:
    path, events = tmp_path / f"events{suffix}", toy()
    (write_root if suffix == ".root" else write_npz)(events, path)
    found = load_events(path)
    assert found.id_names == NAMES
    np.testing.assert_array_equal(found.ids, events.ids)


def test_chunks_of_a_tree_have_their_own(tmp_path: Path) -> None:
    path = tmp_path / "events.root"
    write_root(toy(), path)
    chunks = list(iterate_root(path, chunk_events=4))
    assert [int(chunk.ids[0, 2]) for chunk in chunks] == [2**40, 2**40 + 4]


def test_selections_and_joins_carry_them() -> None:
    events = toy()
    chosen = events.select(np.array([4, 1]))
    assert chosen.ids[:, 2].tolist() == [2**40 + 4, 2**40 + 1]
    assert joined([events, chosen]).ids.shape == (8, 3)
    assert joined([events, replace(chosen, ids=None, id_names=())]).ids is None


def test_the_same_events_are_the_same_whatever_their_ids() -> None:
    assert toy() == replace(toy(), ids=None, id_names=())


@pytest.mark.parametrize(
    ("ids", "names", "message"),
    [
        (np.zeros((5, 3), np.int64), NAMES, r"shape \(5, 3\).*expected integers of shape \(6, 3\)"),
        (np.zeros((6, 3)), NAMES, "dtype float64; expected integers"),
        (np.zeros((6, 1), np.int64), (), "no id_names"),
        (None, ("run",), r"expected integers of shape \(6, 1\)"),
        (np.full((6, 1), 2**63, np.uint64), ("event",), "do not fit 64 bits with a sign"),
        (np.zeros((6, 2), np.int64), ("run", "run"), "comes more than once"),
    ],
)
def test_what_are_no_ids_is_refused(ids, names, message: str) -> None:
    with pytest.raises(InvalidDataError, match=message):
        replace(toy(), ids=ids, id_names=names)


def test_an_id_with_the_name_of_a_column_is_not_written(tmp_path: Path) -> None:
    events = replace(toy(), id_names=("run", "x", "event"))
    with pytest.raises(InvalidDataError, match="id 'x' is the name of another column"):
        write_root(events, tmp_path / "events.root")
