"""The generator makes zero bias and signals like those that are shipped (extra gen; a minute)."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from codesign.data import load_sample
from codesign.data.l1 import L1Sample, check_objects, l1_events, make_pool, read_pool, write_pool
from codesign.data.l1.towers import see, together
from codesign.data.pythia import Collisions

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


@pytest.fixture(scope="module")
def strata(pool):
    return read_pool(pool).strata


def _largest_and_sum(seen):
    """Return the hardest tower and the sum of all towers of each collision, in GeV."""
    largest, total = np.zeros(len(seen)), np.zeros(len(seen))
    for deposits in (seen.ecal, seen.hcal):
        event = np.repeat(np.arange(len(seen)), np.diff(deposits.offsets))
        np.maximum.at(largest, event, deposits.et_gev)
        np.add.at(total, event, deposits.et_gev)
    return largest, total


def test_the_strata_joined_are_inelastic_collisions(strata, pool):
    """Every stratum in its share, no collision twice: Kolmogorov-Smirnov against plain Pythia."""
    shares = read_pool(pool).shares
    scale = strata[0].made / shares[0]
    parts = []
    for stratum, share in zip(strata, shares, strict=True):
        loud = len(stratum.loud) / stratum.made
        for seen, part in ((stratum.quiet, 1 - loud), (stratum.loud, loud)):
            wanted = min(round(scale * share * part), len(seen))
            parts.append(seen.take(np.arange(wanted)))
    joined = together(parts)
    particles, made = Collisions("plain", ("SoftQCD:inelastic = on",), seed=77).next(4_000)
    plain = see(particles, np.random.default_rng(1), num_events=made)
    assert len(joined) > 3_000
    for ours, theirs in zip(_largest_and_sum(joined), _largest_and_sum(plain), strict=True):
        assert ks_2samp(ours, theirs).pvalue > SIGNIFICANCE
    without = together([one.loud.take(np.arange(50)) for one in strata[2:5]] + [joined])
    assert ks_2samp(_largest_and_sum(without)[0], _largest_and_sum(plain)[0]).pvalue < SIGNIFICANCE


def test_cross_sections_fall_from_stratum_to_stratum(strata):
    """Of soft collisions 78 mb less those above 10 GeV; of W and Z some 190 nb at lowest order."""
    found = [one.cross_section_mb for one in strata]
    assert found[:-1] == sorted(found[:-1], reverse=True)
    assert sum(found) == pytest.approx(78.05, rel=0.02)
    assert found[-1] == pytest.approx(1.9e-4, rel=0.2)
    assert all(one.error_mb < 0.15 * one.cross_section_mb for one in strata)


def test_a_pool_is_made_in_parts_that_are_found_again(tmp_path):
    made = make_pool(collisions=200, seed=5, parts=tmp_path)
    again = make_pool(collisions=200, seed=5, parts=tmp_path)
    assert len(list(tmp_path.iterdir())) == len(made.strata) == 8
    other = make_pool(collisions=200, seed=5, processes=2)
    for one, found, parallel in zip(made.strata, again.strata, other.strata, strict=True):
        assert one.cross_section_mb == found.cross_section_mb == parallel.cross_section_mb
        assert one.made == found.made == len(one.quiet) + len(one.loud)
        for name in ("tower", "et_gev", "offsets"):
            values = getattr(one.loud.hcal, name)
            np.testing.assert_array_equal(values, getattr(found.loud.hcal, name))
            np.testing.assert_array_equal(values, getattr(parallel.loud.hcal, name))
