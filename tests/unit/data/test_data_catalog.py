"""The shipped samples, the choice of a reader, and what importing costs."""

import subprocess
import sys
from importlib.resources import files

import numpy as np
import pytest

from codesign.data import JET_CLASSES, JET_FEATURES, load_events, load_sample
from codesign.data.optional import optional_module
from codesign.errors import InvalidDataError, ToolNotFoundError

HEAVY = ("uproot", "awkward", "h5py", "pyarrow", "matplotlib", "pythia8mc", "fastjet", "tensorflow")


def test_the_shipped_jets_are_balanced_raw_and_mixed():
    jets = load_sample("jets")
    assert jets.feature_names == JET_FEATURES
    assert jets.label_names == JET_CLASSES
    assert jets.features.dtype == np.float32
    assert np.bincount(jets.labels).tolist() == [5000] * 5
    assert np.bincount(jets.labels[:1000]).min() > 100


def test_the_shipped_jets_are_small_and_tell_how_they_came_to_be():
    sample = files("codesign.data") / "samples" / "jets.npz"
    assert len(sample.read_bytes()) <= 2_500_000
    provenance = dict(load_sample("jets").provenance)
    assert "generate_jets(jets=25000, seed=" in provenance["command"]
    assert not any("/" in text for text in provenance.values())


def test_the_classes_differ_as_physics_says():
    jets = load_sample("jets")
    mass = {
        name: float(np.median(jets.column("mass_mmdt")[jets.labels == label]))
        for label, name in enumerate(jets.label_names)
    }
    assert mass["w"] == pytest.approx(80.4, rel=0.05)
    assert mass["z"] == pytest.approx(91.2, rel=0.05)
    assert mass["t"] == pytest.approx(172.5, rel=0.1)  # some lose a decay product


def test_an_unknown_sample_is_refused_naming_the_known_ones():
    with pytest.raises(InvalidDataError, match="no sample 'muons'; known samples are jets"):
        load_sample("muons")


def test_an_unknown_suffix_is_refused_naming_the_known_ones(tmp_path):
    with pytest.raises(InvalidDataError, match=r"no reader for suffix '.xlsx'; known are .arff"):
        load_events(tmp_path / "jets.xlsx")


def test_a_missing_optional_package_is_named_with_the_remedy():
    with pytest.raises(ToolNotFoundError, match=r"no_such_package .*pip install codesign\[gen\]"):
        optional_module("no_such_package", extra="gen")


def test_importing_the_package_loads_nothing_heavy():
    program = f"import codesign.data, sys; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
