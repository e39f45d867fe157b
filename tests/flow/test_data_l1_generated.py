"""The generator makes zero bias and signals like those that are shipped (extra gen; a minute)."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from codesign.data import load_sample
from codesign.data.l1 import L1Sample, check_objects, l1_events, make_pool, write_pool

pytestmark = pytest.mark.gen

SIGNIFICANCE = 1e-3
COLUMNS = ("met_pt", "egamma1_pt", "jet1_pt", "jet4_pt", "jet10_pt", "jet1_eta", "jet1_phi")


@pytest.fixture(scope="module", autouse=True)
def _packages():
    pytest.importorskip("pythia8mc", reason="pythia8mc is not installed (extra gen)")


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    path = tmp_path_factory.mktemp("pool") / "pool.npz"
    write_pool(make_pool(collisions=6_000, seed=20_261_122), path)
    return path


@pytest.fixture(scope="module")
def generated(pool):
    sample = L1Sample(pool=pool, crossings=400, signal_events=200, signals=("ttbar", "a_to_4l"))
    return l1_events(sample)


def test_the_generated_events_are_distributed_as_the_shipped_ones(generated):
    """Two-sample Kolmogorov-Smirnov tests of columns and classes, Bonferroni-corrected."""
    shipped = load_sample("l1")
    check_objects(generated.features, place="generated")
    assert np.bincount(generated.labels).tolist() == [400, 200, 200]
    worst = {}
    for label, name in enumerate(generated.label_names[:3]):
        assert shipped.label_names[label] == name
        for column in COLUMNS:
            new, old = (one.column(column)[one.labels == label] for one in (generated, shipped))
            worst[f"{name} {column}"] = float(ks_2samp(new, old).pvalue)
    where = min(worst, key=worst.__getitem__)
    assert worst[where] > SIGNIFICANCE / len(worst), f"{where}: p = {worst[where]:.1e}"


def test_the_test_sees_a_class_that_is_mixed_up(generated):
    shipped = load_sample("l1")
    ttbar = generated.column("jet1_pt")[generated.labels == 1]
    zero_bias = shipped.column("jet1_pt")[shipped.labels == 0]
    assert ks_2samp(ttbar, zero_bias).pvalue < 1e-9


def test_four_leptons_are_seen(generated):
    muons = generated.column("muon1_pt")
    shares = [float((muons[generated.labels == label] > 0).mean()) for label in (0, 1, 2)]
    assert shares[0] < 0.1 < shares[1] < shares[2]


def test_a_pool_is_made_in_parts_that_are_found_again(tmp_path):
    made = make_pool(collisions=200, seed=5, parts=tmp_path)
    again = make_pool(collisions=200, seed=5, parts=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    for name in ("tower", "et_gev", "offsets"):
        one, other = (getattr(pool.soft.hcal, name) for pool in (made, again))
        np.testing.assert_array_equal(one, other)
    assert made.made == again.made == len(made.soft) + len(made.hard)
