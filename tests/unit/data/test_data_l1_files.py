"""Level-1 objects from L1Nano, NanoAOD, Delphes and ADC2021 files that the tests write."""

import awkward as ak
import h5py
import numpy as np
import pytest
import uproot

from codesign.data.l1 import (
    EGAMMA,
    JET,
    MUON,
    Conversion,
    ObjectReading,
    check_objects,
    iterate_adc2021,
    iterate_objects_root,
)
from codesign.data.root_baskets import events_lost
from codesign.errors import InvalidDataError

CALO, MU = 2 * np.pi / 144, 2 * np.pi / 576


def lists(*values, dtype=np.float32):
    flat = np.array([number for one in values for number in one], dtype=dtype)
    return ak.unflatten(flat, [len(one) for one in values])


def ints(*values):
    return lists(*values, dtype=np.int16)


def l1nano():
    """Three events; in the first two e/gammas of crossing 0, of which the second is harder."""
    empty = lists([], [], [])
    return {
        "L1EG_pt": lists([12.5, 30.0, 99.0], [], [300.0]),
        "L1EG_eta": lists([0.0435, -1.0005, 0.0], [], [2.5]),
        "L1EG_phi": lists([CALO, -CALO, 0.0], [], [3.0]),
        "L1EG_bx": ints([0, 0, 1], [], [0]),
        "L1Mu_pt": lists([22.0], [], []),
        "L1Mu_eta": lists([-0.010875], [], []),
        "L1Mu_phi": lists([-MU], [], []),
        "L1Mu_bx": ints([0], [], []),
        "L1Jet_pt": empty,
        "L1Jet_eta": empty,
        "L1Jet_phi": empty,
        "L1Jet_bx": ints([], [], []),
        "L1EtSum_pt": lists([100, 45.5, 44], [200, 10, 11], [9, 8, 7]),
        "L1EtSum_phi": lists([0, CALO * 3, 0], [0, 0, 0], [0, -CALO, 0]),
        "L1EtSum_etSumType": ints([1, 2, 2], [1, 2, 8], [1, 2, 3]),
        "L1EtSum_bx": ints([0, 0, -1], [0, 0, 0], [0, 0, 0]),
    }


def write(path, branches, *, tree="Events", ntuple=False):
    with uproot.recreate(path) as file:
        kinds = {
            name: str(column.type).split(" * ", 1)[1] if isinstance(column, ak.Array) else "float32"
            for name, column in branches.items()
        }
        made = (file.mkrntuple if ntuple else file.mktree)(tree, kinds)
        made.extend(branches)
    return path


def read(path, name, **reading):
    chunks = list(iterate_objects_root(path, name, ObjectReading(**reading)))
    total = sum((chunk.conversion for chunk in chunks), Conversion())
    features = np.concatenate([chunk.events.features for chunk in chunks])
    check_objects(features, place=str(path))
    return features, total, chunks


@pytest.mark.parametrize("ntuple", [False, True], ids=["ttree", "rntuple"])
def test_l1nano_gives_back_the_integers_of_crossing_zero(ntuple, tmp_path):
    path = write(tmp_path / "nano.root", l1nano(), ntuple=ntuple)
    features, total, chunks = read(path, "l1nano")
    assert features.dtype == np.int16
    assert features[:, :3].tolist() == [[91, 0, 3], [20, 0, 0], [16, 0, 143]]
    assert features[0, EGAMMA.first : EGAMMA.first + 6].tolist() == [60, -23, 143, 25, 1, 1]
    assert features[0, MUON.first : MUON.first + 3].tolist() == [45, -1, 575]
    assert features[2, EGAMMA.first] == 511
    assert not features[1, 3:].any()
    assert (total.events, total.empty, total.surplus) == (3, 1, 0)
    assert (total.digitized.rounded, total.digitized.saturated) == (0, 1)
    assert chunks[0].events.label_names == ("zero_bias",)
    assert "1 saturated" in str(total)


def test_the_ids_of_cms_are_kept_where_all_are_there(tmp_path):
    numbers = {"run": np.full(3, 380_000, np.uint32), "luminosityBlock": np.array([1, 1, 2], "u4")}
    event = {"event": np.array([2**40, 7, 9], np.uint64)}
    kinds = {name: column.dtype for name, column in (numbers | event).items()}
    for name, ids in (("all.root", numbers | event), ("some.root", numbers)):
        with uproot.recreate(tmp_path / name) as file:
            columns = {key: str(one.type).split(" * ", 1)[1] for key, one in l1nano().items()}
            tree = file.mktree("Events", columns | {key: kinds[key] for key in ids})
            tree.extend(l1nano() | ids)
    _, _, (whole,) = read(tmp_path / "all.root", "l1nano")
    _, _, (partial,) = read(tmp_path / "some.root", "l1nano")
    assert whole.events.id_names == ("run", "luminosityBlock", "event")
    assert whole.events.ids.tolist() == [[380_000, 1, 2**40], [380_000, 1, 7], [380_000, 2, 9]]
    assert partial.events.ids is None


def nano(**changes):
    two = lists([31.3, 2.0], [5.0])
    one = {
        f"{name}_{what}": two if what == "pt" else lists([0.5, 0.5], [-0.5])
        for name in ("Electron", "Muon", "Jet")
        for what in ("pt", "eta", "phi")
    }
    flat = {"PuppiMET_pt": np.array([33.2, 1.0], "f4"), "PuppiMET_phi": np.array([1.0, -1], "f4")}
    return one | flat | changes


@pytest.mark.parametrize("ntuple", [False, True], ids=["ttree", "rntuple"])
def test_nanoaod_is_rounded_and_that_is_counted(ntuple, tmp_path):
    features, total, _ = read(write(tmp_path / "n.root", nano(), ntuple=ntuple), "nanoaod")
    assert features[0, :3].tolist() == [66, 0, 23]
    assert features[0, JET.first : JET.first + 6].tolist() == [63, 11, 11, 4, 11, 11]
    assert features[0, MUON.first : MUON.first + 3].tolist() == [64, 46, 46]
    assert (total.digitized.objects, total.digitized.rounded) == (11, 4)


def test_the_next_missing_energy_is_taken_where_the_first_is_not_there(tmp_path):
    branches = nano()
    branches["PFMET_pt"] = branches.pop("PuppiMET_pt") * 2
    branches["PFMET_phi"] = branches.pop("PuppiMET_phi")
    features, _, _ = read(write(tmp_path / "n.root", branches), "nanoaod")
    assert features[0, 0] == 133


def test_objects_beyond_the_slots_are_counted(tmp_path):
    many = lists(range(20, 34), [5.0])
    zeros = lists([0.0] * 14, [0.0])
    branches = nano(Jet_pt=many, Jet_eta=zeros, Jet_phi=zeros)
    features, total, _ = read(write(tmp_path / "n.root", branches), "nanoaod")
    assert features[0, JET.pt_columns].tolist() == [2 * pt for pt in range(33, 23, -1)]
    assert total.surplus == 4


def delphes(*, photons=True):
    names = ("Electron", "Muon", "Jet", *(("Photon",) if photons else ()))
    pts = {"Electron": 10.0, "Muon": 20.0, "Jet": 40.0, "Photon": 15.0}
    one = {
        f"{name}.{what}": lists([pts[name] if what == "PT" else 0.0], [])
        for name in names
        for what in ("PT", "Eta", "Phi")
    }
    return one | {"MissingET.MET": lists([7.0], [8.0]), "MissingET.Phi": lists([0.0], [0.0])}


@pytest.mark.parametrize(("photons", "expected"), [(True, [30, 20, 0, 0]), (False, [20, 0, 0, 0])])
def test_delphes_electrons_and_photons_are_merged(photons, expected, tmp_path):
    path = write(tmp_path / "d.root", delphes(photons=photons), tree="Delphes")
    features, total, _ = read(path, "delphes")
    assert features[0, EGAMMA.pt_columns].tolist() == expected
    assert features[:, 0].tolist() == [14, 16]
    assert total.empty == 1


def test_chunks_together_are_the_whole(tmp_path):
    generator = np.random.default_rng(1)
    counts = generator.integers(0, 6, 500)
    branches = nano(
        **{
            f"Jet_{what}": ak.unflatten(generator.uniform(0, 3, counts.sum()), counts)
            for what in ("pt", "eta", "phi")
        }
    )
    for name in ("Electron", "Muon"):
        for what in ("pt", "eta", "phi"):
            branches[f"{name}_{what}"] = branches[f"Jet_{what}"]
    for what in ("pt", "phi"):
        branches[f"PuppiMET_{what}"] = generator.uniform(0, 3, 500).astype("f4")
    path = write(tmp_path / "n.root", branches)
    whole, total, _ = read(path, "nanoaod")
    parts, total_of_parts, chunks = read(path, "nanoaod", chunk_events=64)
    np.testing.assert_array_equal(whole, parts)
    assert total == total_of_parts
    assert len(chunks) == 8


def without(name):
    return {key: column for key, column in l1nano().items() if not key.startswith(name)}


@pytest.mark.parametrize(
    ("branches", "message"),
    [
        (without("L1Mu_"), r"tree 'Events' has no muon: no branch L1Mu_pt, L1Mu_eta, L1Mu_phi"),
        (without("L1Jet_bx"), "has no jet: no branch L1Jet_bx; is this a file of format 'l1nano'"),
        (
            l1nano() | {"L1EG_phi": lists([143, 1, 2], [], [3])},
            r"egamma: event 0 has phi 143; expected an angle in radians: are these hardware",
        ),
        (
            l1nano() | {"L1EG_eta": lists([115, 1, 2], [], [3])},
            "egamma: event 0 has eta 115; expected a pseudorapidity within 10",
        ),
        (
            l1nano() | {"L1Mu_pt": lists([np.nan], [], [])},
            "muon: event 0 has pt nan; expected a transverse momentum in GeV",
        ),
        (
            l1nano() | {"L1Mu_pt": lists([1.0, 2.0], [], [])},
            "branches 'L1Mu_pt' and 'L1Mu_eta' hold different numbers of objects",
        ),
        (
            l1nano()
            | {name: lists([], [], []) for name in ("L1EG_pt", "L1EG_eta", "L1EG_phi")}
            | {"L1EG_bx": ints([], [], []), "L1Mu_bx": ints([1], [], [])},
            "none of 3 events has an e/gamma, a muon or a jet",
        ),
    ],
)
def test_what_cannot_be_trigger_objects_is_refused(branches, message, tmp_path):
    path = write(tmp_path / "bad.root", branches)
    with pytest.raises(InvalidDataError, match=f"bad.root: .*{message}"):
        read(path, "l1nano")


def test_an_unknown_format_or_class_is_refused(tmp_path):
    path = write(tmp_path / "nano.root", l1nano())
    with pytest.raises(InvalidDataError, match="no format 'aod'; known are l1nano, nanoaod, delp"):
        read(path, "aod")
    with pytest.raises(InvalidDataError, match="class 'ttbar' is none of zero_bias"):
        read(path, "l1nano", label="ttbar")
    with pytest.raises(InvalidDataError, match="no tree 'Delphes'; its trees are Events"):
        read(path, "delphes")


@pytest.fixture
def damaged(tmp_path):
    """Four baskets of 50 events; bytes of the third basket of Jet_pt are overwritten."""
    generator = np.random.default_rng(1)
    path = tmp_path / "damaged.root"
    names = [
        f"{name}_{what}" for name in ("Electron", "Muon", "Jet") for what in ("pt", "eta", "phi")
    ]
    met = ("PuppiMET_pt", "PuppiMET_phi")
    with uproot.recreate(path) as file:
        tree = file.mktree(
            "Events", dict.fromkeys(names, "var * float32") | dict.fromkeys(met, "f4")
        )
        for _ in range(4):
            columns = {
                name: ak.unflatten(generator.uniform(1, 3, 150).astype("f4"), np.full(50, 3))
                for name in names
            }
            tree.extend(columns | {name: generator.uniform(0, 3, 50).astype("f4") for name in met})
    with uproot.open(path) as file:
        start = int(file["Events"]["Jet_pt"].member("fBasketSeek")[2])
    content = bytearray(path.read_bytes())
    content[start + 100 : start + 200] = b"\xff" * 100
    path.write_bytes(content)
    return path


def test_a_damaged_basket_is_named(damaged):
    message = r"damaged.root: branch 'Jet_pt' is damaged \(basket 2 of 4, events 100 to 149: "
    with pytest.raises(InvalidDataError, match=message + r".*--skip-bad\)"):
        read(damaged, "nanoaod")


@pytest.mark.parametrize("chunk_events", [30, 64, 1000])
def test_a_damaged_basket_can_be_left_out_and_the_loss_is_told(damaged, chunk_events):
    bad = []
    features, total, _ = read(damaged, "nanoaod", on_bad=bad.append, chunk_events=chunk_events)
    assert (len(features), total.events) == (150, 150)
    assert events_lost(bad) == 50
    assert {(one.branch, one.number) for one in bad} == {("Jet_pt", 2)}


def particles(num_events=5):
    array = np.zeros((num_events, 19, 4), np.float32)
    array[:, 0] = (25.2, 0.0, -3.0, 1)
    array[:, 1] = (30.0, -2.0, 1.0, 2)
    array[:, 9] = (1200.0, 4.5, 0.0, 4)
    array[:, 10] = (20.0, 0.435, 0.0, 4)
    return array


def write_h5(path, **arrays):
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array
    return path


def test_adc2021_becomes_hardware_integers(tmp_path):
    path = write_h5(tmp_path / "adc.h5", Particles=particles())
    reading = ObjectReading(label="ttbar", label_names=("zero_bias", "ttbar"), chunk_events=2)
    chunks = list(iterate_adc2021(path, reading))
    total = sum((chunk.conversion for chunk in chunks), Conversion())
    assert [chunk.events.num_events for chunk in chunks] == [2, 2, 1]
    features = chunks[0].events.features
    check_objects(features, place="adc")
    assert features[0, :6].tolist() == [50, 0, 75, 60, -46, 23]
    assert features[0, JET.first : JET.first + 6].tolist() == [2047, 103, 0, 40, 10, 0]
    assert (total.events, total.digitized.saturated, total.digitized.rounded) == (5, 5, 5)
    assert chunks[0].events.labels.tolist() == [1, 1]


def test_adc2021_of_another_layout_is_refused(tmp_path):
    wrong = particles()
    wrong[3, 5] = (10.0, 0.0, 0.0, 2)
    cases = (
        ({"Particles": wrong}, "event 3 has an object of class 2 among the muon; expected 3"),
        ({"Particles": particles()[:, :18]}, r"holds Particles \(5, 18, 4\); expected"),
        ({"x": np.ones(3)}, r"expected Particles of shape \(events, 19, 4\)"),
    )
    for arrays, message in cases:
        path = write_h5(tmp_path / "adc.h5", **arrays)
        with pytest.raises(InvalidDataError, match=message):
            list(iterate_adc2021(path, ObjectReading(chunk_events=2)))
    path.write_bytes(b"no hdf5")
    with pytest.raises(InvalidDataError, match="adc.h5 is truncated, damaged or not an HDF5 file"):
        list(iterate_adc2021(path, ObjectReading()))
