"""Objects found in towers that are filled by hand, and crossings drawn from a pool."""

import numpy as np
import pytest
from l1_pools import pool_of, stratum
from scipy.ndimage import maximum_filter, uniform_filter

from codesign.data.in_order import in_order
from codesign.data.l1 import EGAMMA, JET, L1Sample, check_objects, l1_chunks, l1_events
from codesign.data.l1.crossings import Drawn, overlay
from codesign.data.l1.objects import find_objects
from codesign.data.l1.pool_file import write_pool
from codesign.data.l1.slots import leading
from codesign.data.l1.supported import supported_share
from codesign.data.l1.towers import NUM_ETA, NUM_PHI, see, together
from codesign.data.l1.windows import local_maxima, sums_at, window_sum
from codesign.data.particles import Particles
from codesign.errors import InvalidDesignError

NO_MUONS = (np.zeros(0, np.int64), np.zeros((0, 3)))


def maps(*filled, crossings=1):
    towers = np.zeros((crossings, NUM_ETA, NUM_PHI), np.float32)
    for crossing, eta, phi, energy in filled:
        towers[crossing, eta, phi] = energy
    return towers


@pytest.fixture
def pool():
    return pool_of(stratum(made=1000, quiet=200, loud=50), seed=7)


@pytest.fixture
def pool_file(pool, tmp_path):
    write_pool(pool, tmp_path / "pool.npz")
    return tmp_path / "pool.npz"


@pytest.mark.parametrize("size", [3, 7, 9])
def test_windows_are_those_of_scipy(size):
    towers = np.random.default_rng(size).exponential(size=(3, NUM_ETA, NUM_PHI)).astype(np.float32)
    modes = ("nearest", "wrap")
    sums = [uniform_filter(one.astype(float), (size, size), mode=modes) * size**2 for one in towers]
    np.testing.assert_allclose(window_sum(towers, size), sums, rtol=1e-4)
    everywhere = np.arange(towers.size)
    largest = np.array([maximum_filter(one, (size, size), mode=modes) for one in towers])
    found = local_maxima(towers, everywhere, size)
    np.testing.assert_array_equal(found, np.flatnonzero(towers == largest))


@pytest.mark.parametrize("size", [3, 7, 9])
def test_windows_around_some_towers_are_those_around_all_bit_for_bit(size):
    generator = np.random.default_rng(size)
    towers = generator.exponential(size=(4, NUM_ETA, NUM_PHI)).astype(np.float32)
    some = generator.integers(0, towers.size, 3_000)
    np.testing.assert_array_equal(
        sums_at(towers, some, size), window_sum(towers, size).ravel()[some]
    )
    assert not len(sums_at(towers, some[:0], size))
    assert not len(local_maxima(towers, some[:0], size))


def test_a_jet_sums_its_towers_across_the_seam_in_phi():
    hcal = maps((0, 41, 0, 50.0), (0, 41, 71, 20.0), (0, 42, 1, 5.0), (0, 41, 20, 12.0))
    events = find_objects(maps(), hcal, *NO_MUONS)
    jets = events[0, JET.first :].reshape(-1, 3)
    assert jets[0].tolist() == [150, 1, 1]
    assert jets[1].tolist() == [24, 1, 41]
    assert not jets[2:].any()
    assert not events[0, EGAMMA.first : JET.first].any()


def test_missing_energy_points_away_from_what_is_seen():
    events = find_objects(maps(), maps((0, 10, 18, 40.0), (0, 10, 40, 0.9)), *NO_MUONS)
    pt, eta, phi = events[0, :3]
    assert (pt, eta) == (80, 0)
    assert phi == pytest.approx((18.5 * 2 + 72) % 144, abs=1)


def test_an_electron_is_ecal_energy_alone_and_a_jet_nearby_spoils_it():
    ecal = maps((0, 41, 30, 25.0), (1, 41, 30, 25.0), (2, 5, 30, 25.0), crossings=3)
    hcal = maps((1, 43, 32, 60.0), crossings=3)
    events = find_objects(ecal, hcal, *NO_MUONS)
    assert events[:, EGAMMA.first].tolist() == [50, 0, 0]
    assert events[0, EGAMMA.first : EGAMMA.first + 3].tolist() == [50, 1, 61]


def test_muons_come_in_falling_momentum_one_above_their_half_gev():
    event = np.array([1, 0, 1])
    muons = np.array([[5.0, 1.0, 3.0], [2.0, 0.0, 0.0], [300.0, -2.4, 6.28]])
    events = find_objects(maps(crossings=2), maps(crossings=2), event, muons)
    assert not events[0].any()
    assert events[1, 15:21].tolist() == [511, -221, 0, 11, 92, 275]


def test_the_leading_objects_take_the_slots():
    event = np.array([2, 0, 2, 2, 0])
    objects = np.array([[1.0, 0, 0], [5, 0, 0], [3, 0, 0], [2, 0, 0], [6, 0, 0]])
    slots = leading(event, objects, num_events=3, count=2)
    assert slots[:, :, 0].tolist() == [[6, 5], [0, 0], [3, 2]]


def test_collisions_in_one_crossing_add_up(pool):
    one, two = pool.strata[0].loud.take(np.array([3])), pool.strata[0].loud.take(np.array([9]))
    both = overlay([Drawn(seen=together([one, two]), crossing=np.array([0, 0]))], num_crossings=1)
    again = overlay(
        [Drawn(seen=two, crossing=np.array([0])), Drawn(seen=one, crossing=np.array([0]))],
        num_crossings=1,
    )
    np.testing.assert_array_equal(both, again)
    alone = overlay([Drawn(seen=one, crossing=np.array([1]))], num_crossings=2)
    assert not alone[0].any()
    assert (both != alone[1]).any()


def test_turned_collisions_keep_their_objects_elsewhere(pool):
    some = np.arange(30)
    seen = pool.strata[0].loud.take(some)
    crossings = [Drawn(seen=seen, crossing=some)]
    plain = overlay(crossings, num_crossings=30)
    steps = np.arange(30) % 9
    turned = overlay([Drawn(seen=seen.turned(steps + 72), crossing=some)], num_crossings=30)
    for kind in (EGAMMA, JET):
        np.testing.assert_array_equal(turned[:, kind.pt_columns], plain[:, kind.pt_columns])
        hardest = slice(kind.first, kind.first + 3)
        pt, eta, phi = plain[:, hardest].T
        there, turned_eta, turned_phi = pt > 0, *turned[:, hardest][:, 1:].T
        np.testing.assert_array_equal(turned_eta, -eta)
        np.testing.assert_array_equal(turned_phi, np.where(there, (phi + 2 * steps) % 144, 0))
    full = seen.turned(np.full(30, 71)).turned(np.full(30, 1))
    np.testing.assert_array_equal(full.ecal.tower, seen.ecal.tower)
    np.testing.assert_allclose(full.muons.momenta, seen.muons.momenta, rtol=1e-5)


def test_a_sample_is_the_same_in_chunks_at_once_and_by_two_processes(pool_file):
    sample = L1Sample(pool=pool_file, crossings=2_100, pile_up=5.0, seed=4)
    whole = l1_events(sample)
    assert whole.num_events == 2_100
    assert whole.label_names[0] == "zero_bias"
    check_objects(whole.features, place="generated")
    assert (whole.features[:1000] != whole.features[1000:2000]).any()
    parts = list(l1_chunks(sample, processes=2))
    np.testing.assert_array_equal(np.concatenate([p.features for p in parts]), whole.features)
    longer = l1_events(L1Sample(pool=pool_file, crossings=3_000, pile_up=5.0, seed=4))
    np.testing.assert_array_equal(longer.features[:2000], whole.features[:2000])
    other = l1_events(L1Sample(pool=pool_file, crossings=2_100, pile_up=5.0, seed=5))
    assert other != whole


def test_the_provenance_says_what_the_pool_allows(pool_file):
    events = l1_events(L1Sample(pool=pool_file, crossings=3, pile_up=5.0))
    told = dict(events.provenance)
    assert "a pool of 1,000 collisions in 1 strata (seed 7)" in told["pile-up"]
    assert told["strata"] == "soft: 1,000 of 78 mb, each in 5.0e-03 of all crossings"
    assert "a rate below 5.0e-02 of all crossings" in told["statistics"]
    assert supported_share(events.provenance) == 0.05


def test_without_pile_up_there_is_nothing(pool_file):
    assert not l1_events(L1Sample(pool=pool_file, crossings=30, pile_up=0.0)).features.any()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"signals": ("higgs",)}, "signals are 'higgs'; name some of ttbar, a_to_4l"),
        ({"signals": ("ttbar", "ttbar")}, "each once"),
        ({"crossings": 0}, "0 crossings and 0 events a signal with seed 1; expected at least one"),
        ({"seed": -1}, "seed >= 0"),
        ({"pile_up": -1.0}, "a pile-up of -1; expected 0 to 1000"),
    ],
)
def test_a_sample_that_cannot_be_made_is_refused(changes, message, tmp_path):
    with pytest.raises(InvalidDesignError, match=message):
        L1Sample(**({"pool": tmp_path, "crossings": 5} | changes))


def test_particles_become_towers_and_muons():
    pt, eta = 20.0, 0.5
    row = [pt, 0.0, pt * np.sinh(eta), pt * np.cosh(eta)]
    particles = Particles(
        event=np.array([0, 0, 2, 2, 2]),
        pdg_id=np.array([22, 211, -13, 12, 22]),
        momenta=np.array([row, row, row, row, [0.0, 0.0, 50.0, 50.0]]),
    )
    seen = see(particles, np.random.default_rng(1), num_events=3)
    assert seen.ecal.offsets.tolist() == seen.hcal.offsets.tolist() == [0, 1, 1, 1]
    assert seen.ecal.et_gev[0] == pytest.approx(pt, rel=0.2)
    assert int(seen.ecal.tower[0]) == 46 * NUM_PHI
    assert seen.muons.offsets.tolist() == [0, 0, 0, 1]


def test_results_come_in_the_order_of_the_jobs_from_few_at_a_time():
    taken = []

    def jobs():
        for job in range(20):
            taken.append(job)
            yield job

    results = in_order(abs, jobs(), processes=2)
    assert next(results) == 0
    assert len(taken) <= 5
    assert list(results) == list(range(1, 20))
