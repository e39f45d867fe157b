"""Emulating firmware on files of events from the command line, without the training stack."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import uproot

from codesign.data import (
    load_sample,
    read_npz,
    read_root,
    write_npz,
    write_root,
    write_root_chunks,
)
from codesign.design.constant import Constant
from codesign.design.contract import InputFeature, NetworkInput
from codesign.design.fixed_point import dequantize
from codesign.design.layers import Dense
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.emulator import emulate
from codesign.lowering import save_network

TEXT = Precision.from_text


@pytest.fixture
def network(tmp_path):
    """Save a network of two jet features and return it."""
    wide = TEXT("fixed<16,10>")
    made = QuantizedNetwork(
        name="two_features",
        inputs=(
            NetworkInput(
                name="x",
                shape=(2,),
                precision=TEXT("fixed<10,4,RND_CONV,SAT>"),
                features=(
                    InputFeature(name="mass_mmdt", unit="GeV", offset=100.0, shift=6),
                    InputFeature(name="zlogz", offset=-2.5, shift=-1),
                ),
            ),
        ),
        layers=(
            Dense(
                name="score",
                inputs=("x",),
                shape=(2,),
                precision=wide,
                accumulator=wide,
                kernel=Constant.of([[3, -2], [1, 5]], TEXT("fixed<4,4>")),
                bias=Constant.of([1, -1], TEXT("fixed<4,4>")),
            ),
        ),
        outputs=("score",),
    )
    save_network(made, tmp_path / "network")
    return made


@pytest.fixture
def events():
    return load_sample("jets").select(np.arange(500))


def codesign(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "codesign", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def expected_of(network, events):
    hardware = network.inputs[0].to_hardware(events.only(("mass_mmdt", "zlogz")).features)
    return emulate(network, hardware)


def test_a_root_file_is_answered_with_a_root_file(network, events, tmp_path):
    write_root(events, tmp_path / "events.root")

    done = codesign(
        "emulate", tmp_path / "network", tmp_path / "events.root", "-o", tmp_path / "scores.root"
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(tmp_path / "scores.root")
    scores = read_root(tmp_path / "scores.root")
    assert scores.feature_names == ("score_0", "score_1")
    real = dequantize(expected_of(network, events), TEXT("fixed<16,10>"))
    np.testing.assert_array_equal(scores.features, real)
    np.testing.assert_array_equal(scores.labels, events.labels)


def test_hardware_integers_are_written_where_asked(network, events, tmp_path):
    write_npz(events, tmp_path / "events.npz")

    done = codesign(
        "emulate", tmp_path / "network", tmp_path / "events.npz", "-o", tmp_path / "scores.npz",
        "--integers", "--json",
    )  # fmt: skip

    assert json.loads(done.stdout) == {
        "network": "two_features",
        "events": 500,
        "file": str(tmp_path / "scores.npz"),
    }
    scores = read_npz(tmp_path / "scores.npz")
    assert scores.units == ("2^-6", "2^-6")
    np.testing.assert_array_equal(scores.features, expected_of(network, events))


def test_scores_stand_beside_the_ids_of_their_events(network, events, tmp_path):
    ids = np.stack([np.full(500, 380_000), np.arange(500) + 2**40], axis=1)
    known = replace(events, ids=ids, id_names=("run", "event"))
    write_root(known, tmp_path / "events.root")

    codesign(
        "emulate", tmp_path / "network", tmp_path / "events.root", "-o", tmp_path / "scores.root"
    )

    with uproot.open(tmp_path / "scores.root") as file:
        found = file["events"].arrays(["run", "event", "score_0"], library="np")
    np.testing.assert_array_equal(found["event"], ids[:, 1])
    real = dequantize(expected_of(network, events), TEXT("fixed<16,10>"))
    np.testing.assert_array_equal(found["score_0"], real[:, 0])


@pytest.mark.usefixtures("network")
def test_a_damaged_basket_costs_its_events_where_that_is_allowed(events, tmp_path):
    path = tmp_path / "events.root"
    write_root_chunks((events.select(np.arange(n, n + 100)) for n in range(0, 500, 100)), path)
    with uproot.open(path) as file:
        start = int(file["events"]["mass_mmdt"].member("fBasketSeek")[2])
    content = bytearray(path.read_bytes())
    content[start : start + 60] = b"\xff" * 60  # its key: the numbers behind it have no checksum
    path.write_bytes(content)
    arguments = ("emulate", tmp_path / "network", path, "-o", tmp_path / "scores.root")

    refused, done = codesign(*arguments), codesign(*arguments, "--skip-bad")

    assert refused.returncode == 2
    assert "branch 'mass_mmdt' is damaged" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert "lost: 100 events in 1 damaged baskets" in done.stderr
    assert read_root(tmp_path / "scores.root").num_events == 400


@pytest.mark.usefixtures("network")
def test_events_without_a_feature_of_the_network_are_refused(events, tmp_path):
    write_npz(events.only(("zlogz", "multiplicity")), tmp_path / "events.npz")

    done = codesign(
        "emulate", tmp_path / "network", tmp_path / "events.npz", "-o", tmp_path / "scores.npz"
    )

    assert done.returncode == 2
    assert "mass_mmdt" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "scores.npz").exists()


@pytest.mark.usefixtures("network")
def test_a_damaged_network_is_refused(events, tmp_path):
    write_npz(events, tmp_path / "events.npz")
    text = tmp_path / "network" / "network.json"
    text.write_text(text.read_text("utf-8").replace('"sha256": "', '"sha256": "0'), "utf-8")

    done = codesign(
        "emulate", tmp_path / "network", tmp_path / "events.npz", "-o", tmp_path / "scores.npz"
    )

    assert done.returncode == 2
    assert "belongs to another network" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("network")
def test_no_training_stack_is_imported(events, tmp_path):
    write_npz(events, tmp_path / "events.npz")
    arguments = ["emulate", str(tmp_path / "network"), str(tmp_path / "events.npz"), "-o"]
    code = (
        "import sys; from codesign.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([name for name in ('tensorflow', 'hls4ml', 'qkeras') if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, str(tmp_path / "scores.npz")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.splitlines()[-1] == "[]", done.stderr
