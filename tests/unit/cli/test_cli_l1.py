"""``codesign data make l1`` from a pool that is there, and ``codesign data convert --objects``."""

import json

import awkward as ak
import numpy as np
import pytest
import uproot
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.data import EventSet, read_npz, read_root, write_root_chunks
from codesign.data.l1 import FEATURE_NAMES, Pool, Stratum, write_pool
from codesign.data.l1.towers import Deposits, Muons, Seen

_KINDS = ("Electron", "Muon", "Jet")


def _invoke(*arguments):
    return CliRunner().invoke(app, ["data", *map(str, arguments)])


@pytest.fixture
def pool(tmp_path):
    deposits = Deposits(
        offsets=np.array([0, 1, 2]),
        tower=np.array([3000, 4000], np.uint16),
        et_gev=np.array([9.0, 30.0], np.float32),
    )
    muons = Muons(offsets=np.zeros(3, np.int64), momenta=np.zeros((0, 3), np.float32))
    seen = Seen(ecal=deposits, hcal=deposits, muons=muons)
    stratum = Stratum(
        name="soft",
        pt_hat_gev=0.0,
        cross_section_mb=78.0,
        error_mb=0.1,
        made=4,
        quiet=seen,
        loud=seen,
    )
    write_pool(Pool(strata=(stratum,), seed=1), tmp_path / "pool.npz")
    return tmp_path / "pool.npz"


@pytest.mark.parametrize("suffix", ["root", "npz"])
def test_zero_bias_is_made_from_a_pool_and_its_statistics_are_told(suffix, pool, tmp_path):
    output = tmp_path / f"l1.{suffix}"
    made = _invoke("make", "l1", "--events", 1200, "--pile-up", 2, "--pool", pool, "-o", output)
    assert made.exit_code == 0, made.output
    assert "1,200 events from a pool of 4 collisions with 0 muons" in made.stdout
    assert "a rate below 1.0e+00 of all crossings may rest on fewer than 10" in made.stdout
    events = (read_root if suffix == "root" else read_npz)(output)
    assert (events.num_events, events.feature_names) == (1200, FEATURE_NAMES)
    assert events.features.dtype == np.int16
    again = _invoke("make", "l1", "--events", 1200, "--pile-up", 2, "--pool", pool, "-o", output)
    assert again.exit_code == 0
    assert (read_root if suffix == "root" else read_npz)(output) == events


def test_a_pool_that_is_none_is_refused(tmp_path):
    pool = tmp_path / "pool.npz"
    np.savez(pool, x=np.ones(1))
    made = _invoke("make", "l1", "--pool", pool, "-o", tmp_path / "l1.root")
    assert made.exit_code == 2
    assert "is no pool of collisions" in made.stderr
    assert not (tmp_path / "l1.root").exists()


def _write_nano(path, *, baskets=4):
    generator = np.random.default_rng(1)
    names = [f"{kind}_{what}" for kind in _KINDS for what in ("pt", "eta", "phi")]
    met = ("MET_pt", "MET_phi")
    with uproot.recreate(path) as file:
        kinds = dict.fromkeys(names, "var * float32") | dict.fromkeys(met, "f4")
        tree = file.mktree("Events", kinds)
        for _ in range(baskets):
            columns = {
                name: ak.unflatten(generator.uniform(1, 3, 100).astype("f4"), np.full(50, 2))
                for name in names
            }
            tree.extend(columns | {name: generator.uniform(0, 3, 50).astype("f4") for name in met})


def _damage(path, tree, branch, basket):
    with uproot.open(path) as file:
        start = int(file[tree][branch].member("fBasketSeek")[basket])
    content = bytearray(path.read_bytes())
    content[start + 100 : start + 160] = b"\xff" * 60
    path.write_bytes(content)


def test_objects_are_converted_and_the_loss_is_said_and_written(tmp_path):
    nano, output = tmp_path / "nano.root", tmp_path / "out.root"
    _write_nano(nano)
    _damage(nano, "Events", "Muon_eta", 1)
    refused = _invoke("convert", nano, output, "--objects", "nanoaod")
    assert refused.exit_code == 2
    assert "branch 'Muon_eta' is damaged (basket 1 of 4, events 50 to 99" in refused.stderr
    done = _invoke("convert", nano, output, "--objects", "nanoaod", "--skip-bad")
    assert done.exit_code == 0, done.output
    assert "nanoaod: 150 events, 0 without any object; of 1,050 objects in slots" in done.stdout
    assert "lost: 50 events in 1 damaged baskets" in done.stdout
    events = read_root(output)
    assert events.num_events == 150
    assert events.label_names == ("zero_bias",)
    assert "50 events in 1 damaged baskets" in dict(events.provenance)["lost"]


def test_a_class_among_others_and_json(tmp_path):
    _write_nano(tmp_path / "nano.root")
    options = ("--objects", "nanoaod", "--class", "b", "--label-names", "zero_bias,b", "--json")
    done = _invoke("convert", tmp_path / "nano.root", tmp_path / "out.npz", *options)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["events"], told["lost"], told["digitized"]["saturated"]) == (200, 0, 0)
    events = read_npz(tmp_path / "out.npz")
    assert events.label_names == ("zero_bias", "b")
    assert set(events.labels) == {1}


def test_an_unknown_format_is_refused_by_name(tmp_path):
    _write_nano(tmp_path / "nano.root")
    done = _invoke("convert", tmp_path / "nano.root", tmp_path / "o.npz", "--objects", "aod")
    assert done.exit_code == 2
    assert "no format 'aod'; known are l1nano, nanoaod, delphes, adc2021" in done.stderr


def test_events_of_our_own_lose_only_a_damaged_basket(tmp_path):
    path, output = tmp_path / "own.root", tmp_path / "own.npz"
    chunks = [
        EventSet(
            features=np.random.default_rng(number).integers(0, 4, (100, 2)).astype("f4"),
            feature_names=("pt", "eta"),
            units=("GeV", ""),
            labels=np.zeros(100, np.int64),
            label_names=("event",),
            sample="toy",
        )
        for number in range(3)
    ]
    write_root_chunks(iter(chunks), path)
    _damage(path, "events", "eta", 2)
    assert _invoke("convert", path, output).exit_code == 2
    done = _invoke("convert", path, output, "--skip-bad")
    assert done.exit_code == 0, done.output
    assert "lost: 100 events in 1 damaged baskets" in done.stdout
    events = read_npz(output)
    np.testing.assert_array_equal(
        events.features, np.concatenate([one.features for one in chunks[:2]])
    )
