"""Level-1 objects that are damaged, in other units, out of order or not there at all."""

import awkward as ak
import h5py
import numpy as np
import pytest
import uproot

from codesign.data import EventSet
from codesign.data.l1 import (
    EGAMMA,
    FEATURE_NAMES,
    JET,
    MUON,
    UNITS,
    ZERO_BIAS,
    Conversion,
    ObjectReading,
    check_objects,
    iterate_adc2021,
    iterate_objects_root,
)
from codesign.data.l1.contract import objects_contract
from codesign.design.precision import Precision
from codesign.errors import InvalidDataError

COLLECTIONS = ("Electron", "Muon", "Jet")


def lists(*values, dtype=np.float32):
    flat = np.array([number for one in values for number in one], dtype=dtype)
    return ak.unflatten(flat, [len(one) for one in values])


def nanoaod(**changes):
    """Two events, one object of each kind in the first."""
    one, zero = lists([20.0], []), lists([0.0], [])
    branches = {f"{name}_{what}": zero for name in COLLECTIONS for what in ("eta", "phi")}
    branches |= {f"{name}_pt": one for name in COLLECTIONS}
    flat = {name: np.array([10.0, 20.0], "f4") for name in ("PuppiMET_pt",)}
    return branches | flat | {"PuppiMET_phi": np.zeros(2, "f4")} | changes


def write(path, branches, *, tree="Events", ntuple=False):
    with uproot.recreate(path) as file:
        kinds = {
            name: str(column.type).split(" * ", 1)[1] if isinstance(column, ak.Array) else "float32"
            for name, column in branches.items()
        }
        (file.mkrntuple if ntuple else file.mktree)(tree, kinds).extend(branches)
    return path


def features_of(chunks):
    found = list(chunks)
    total = sum((chunk.conversion for chunk in found), Conversion())
    return np.concatenate([chunk.events.features for chunk in found]), total


def read(path, name="nanoaod", **reading):
    return features_of(iterate_objects_root(path, name, ObjectReading(**reading)))


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e30, -1e10])
def test_what_no_integer_holds_is_no_hardware_integer(value):
    events = np.zeros((2, len(FEATURE_NAMES)))
    events[1, JET.first] = value
    with pytest.raises(InvalidDataError, match=r"here: event 1, jet1_pt = .* is no hardware int"):
        check_objects(events, place="here")


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int64, np.float32])
def test_hardware_integers_of_any_type_are_checked(dtype):
    events = np.zeros((3, len(FEATURE_NAMES)), dtype)
    events[1, MUON.pt_columns] = (9, 7, 7, 0)
    found = check_objects(events, place="here")
    assert np.issubdtype(found.dtype, np.integer)
    np.testing.assert_array_equal(found, events)
    events[2, EGAMMA.first + 3] = 5
    with pytest.raises(InvalidDataError, match="event 2 has egamma 2 of pt 5 behind one of 0"):
        check_objects(events, place="here")


@pytest.mark.parametrize(
    ("branches", "message"),
    [
        (nanoaod(Jet_pt=lists([-3.0], [])), "jet: event 0 has pt -3; expected a transverse mom"),
        (nanoaod(Jet_pt=lists([np.inf], [])), "jet: event 0 has pt inf; expected a transverse"),
        (nanoaod(Muon_phi=lists([90.0], [])), "muon: event 0 has phi 90; expected an angle in ra"),
        (nanoaod(Muon_phi=lists([np.nan], [])), "muon: event 0 has phi nan; expected an angle"),
        (nanoaod(Electron_eta=lists([np.nan], [])), "egamma: event 0 has eta nan; expected a ps"),
        (
            nanoaod(PuppiMET_pt=np.array([1.0, np.nan], "f4")),
            "met: event 1 has pt nan; expected a transverse momentum in GeV",
        ),
        (
            nanoaod(Jet_eta=lists([], [0.0])),
            "branches 'Jet_pt' and 'Jet_eta' hold different numbers of objects",
        ),
        (
            nanoaod(Jet_phi=ak.Array([["north"], []])),
            "branch 'Jet_phi' holds no numbers or lists of numbers",
        ),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_event(branches, message, tmp_path):
    path = write(tmp_path / "bad.root", branches, ntuple=True)
    with pytest.raises(InvalidDataError, match=f"bad.root: .*{message}"):
        read(path)


@pytest.mark.parametrize("name", [*COLLECTIONS, "PuppiMET"])
def test_each_missing_collection_is_named(name, tmp_path):
    branches = {key: one for key, one in nanoaod().items() if not key.startswith(name)}
    path = write(tmp_path / "some.root", branches)
    missing = "PFMET_pt, PFMET_phi" if name == "PuppiMET" else f"{name}_pt, {name}_eta, {name}_phi"
    with pytest.raises(InvalidDataError, match=f"some.root: .* no branch {missing}; is this a fil"):
        read(path)


def test_events_without_any_object_stay_and_are_counted(tmp_path):
    none = lists([], [7.0], [])
    branches = {
        f"{name}_{what}": none if what == "pt" else lists([], [1.0], [])
        for name in COLLECTIONS
        for what in ("pt", "eta", "phi")
    }
    met = {"PuppiMET_pt": np.zeros(3, "f4"), "PuppiMET_phi": np.ones(3, "f4")}
    features, total = read(write(tmp_path / "n.root", branches | met))
    assert not features[[0, 2]].any()
    assert features[1].any()
    assert (total.events, total.empty) == (3, 2)
    assert "3 events, 2 without any object" in str(total)


def test_a_chunk_without_objects_is_no_reason_to_refuse_the_file(tmp_path):
    path = write(tmp_path / "n.root", nanoaod())
    features, total = read(path, chunk_events=1)
    assert (len(features), total.empty) == (2, 1)


def test_a_tree_without_events_is_refused(tmp_path):
    with uproot.recreate(tmp_path / "empty.root") as file:
        file.mktree("Events", {"Jet_pt": "var * float32"})
    with pytest.raises(InvalidDataError, match=r"empty.root: tree 'Events' holds no events"):
        read(tmp_path / "empty.root")


@pytest.mark.parametrize("ntuple", [False, True], ids=["ttree", "rntuple"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(ntuple, share, tmp_path):
    path = write(tmp_path / "cut.root", nanoaod(), ntuple=ntuple)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InvalidDataError, match=r"cut.root.*(empty|truncated|damaged)"):
        read(path)


def test_missing_energy_of_another_crossing_is_not_taken_and_two_of_one_are_counted(tmp_path):
    nothing = lists([], [], [])
    branches = {
        f"L1{name}_{what}": nothing for name in ("EG", "Mu") for what in ("pt", "eta", "phi", "bx")
    }
    branches |= {
        "L1Jet_pt": lists([30.0], [40.0], [50.0]),
        "L1Jet_eta": lists([0.0], [0.0], [0.0]),
        "L1Jet_phi": lists([0.0], [0.0], [0.0]),
        "L1Jet_bx": lists([0], [-1], [0], dtype=np.int16),
        "L1EtSum_pt": lists([10.0], [20.0], [5.0, 6.0]),
        "L1EtSum_phi": lists([0.0], [0.0], [0.0, 0.0]),
        "L1EtSum_etSumType": lists([2], [2], [2, 2], dtype=np.int16),
        "L1EtSum_bx": lists([1], [0], [0, 0], dtype=np.int16),
    }
    features, total = read(write(tmp_path / "nano.root", branches), "l1nano")
    assert features[:, 0].tolist() == [0, 40, 12]
    assert features[:, JET.first].tolist() == [60, 0, 100]
    assert (total.surplus, total.empty) == (1, 1)


def particles(num_events=4):
    array = np.zeros((num_events, 19, 4), np.float32)
    array[:, 0] = (25.0, 0.0, -3.0, 1)
    array[:, 9] = (100.0, 1.0, 0.0, 4)
    return array


def read_h5(path, array, **reading):
    with h5py.File(path, "w") as file:
        file["Particles"] = array
    return features_of(iterate_adc2021(path, ObjectReading(**reading)))


def changed(event, slot, *values):
    array = particles()
    array[event, slot] = values
    return array


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (changed(2, 9, np.nan, 0, 0, 4), "jet: event 2 has pt nan; expected a transverse momentum"),
        (changed(2, 9, -5, 0, 0, 4), "jet: event 2 has pt -5; expected a transverse momentum"),
        (changed(1, 5, 9, 0, 144, 3), "muon: event 1 has phi 144; expected an angle in radians"),
        (changed(1, 5, 9, 115, 1, 3), "muon: event 1 has eta 115; expected a pseudorapidity"),
        (changed(3, 10, 9, 0, 0, 0), "event 3 has an object of class 0 among the jet; expected 4"),
        (np.zeros((3, 19, 4), np.float32), "none of 3 events has an e/gamma, a muon or a jet"),
        (particles(0), r"holds Particles \(0, 19, 4\); expected Particles of shape \(events, 19,"),
    ],
)
def test_adc2021_that_cannot_be_is_refused(array, message, tmp_path):
    with pytest.raises(InvalidDataError, match=f"bad.h5.*{message}"):
        read_h5(tmp_path / "bad.h5", array)


def test_adc2021_out_of_order_and_with_gaps_is_put_in_order(tmp_path):
    array = particles()
    array[:, 9:] = 0
    array[:, 10] = (20.0, 0.0, 0.0, 4)
    array[:, 18] = (50.0, 0.0, 0.0, 4)
    features, _ = read_h5(tmp_path / "gaps.h5", array)
    assert features[0, JET.pt_columns].tolist() == [100, 40, *[0] * 8]
    check_objects(features, place="gaps")


def test_a_truncated_adc2021_file_is_refused(tmp_path):
    path = tmp_path / "cut.h5"
    read_h5(path, particles(500))
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(InvalidDataError, match=r"cut.h5 is truncated, damaged or not an HDF5"):
        list(iterate_adc2021(path, ObjectReading()))


def hardware(features, names=FEATURE_NAMES):
    return EventSet(
        features=features,
        feature_names=names,
        units=UNITS,
        labels=np.zeros(len(features), np.int64),
        label_names=(ZERO_BIAS,),
        sample="by hand",
    )


GRID = Precision.from_text("fixed<8,4>")


def test_the_contract_of_other_columns_is_refused():
    names = (*FEATURE_NAMES[1:], FEATURE_NAMES[0])
    with pytest.raises(InvalidDataError, match="by hand: columns met_eta, met_phi, .* are not the"):
        objects_contract(hardware(np.zeros((2, 57), np.int16), names), GRID, name="x")


def test_the_contract_of_events_without_objects_holds_the_largest_momentum():
    contract = objects_contract(hardware(np.zeros((2, 57), np.int16)), GRID, name="x")
    largest = np.zeros((1, 57), np.int16)
    largest[0, JET.pt_columns] = JET.pt_max
    standardized = contract.standardize(largest)
    assert GRID.largest / 2 < standardized.max() <= GRID.largest
