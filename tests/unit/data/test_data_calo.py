"""The calorimeter: laws of showers and of what is measured of them."""

from dataclasses import replace

import numpy as np
import pytest

from codesign.data import joined
from codesign.data.calo import FULL, REDUCED, CaloSample, calo_chunks, generate_chunk
from codesign.data.calo.readout import as_image, deposit, read_out, sample
from codesign.data.calo.showers import PBWO4, draw_profiles, draw_spots
from codesign.data.calo.upstream import CONVERSION_X0, draw_starts
from codesign.errors import InvalidDesignError


def energies(gev, count=200):
    return np.full(count, float(gev))


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("gev", [5, 50, 500])
def test_the_shower_maximum_lies_at_ln_of_energy_over_the_critical_energy(rng, gev):
    found = np.median(draw_profiles(energies(gev, 4000), rng).maximum_x0)

    # Review of Particle Physics, passage of particles through matter: ln(E/Ec) - 0.5 for electrons
    assert found == pytest.approx(np.log(gev * 1e3 / PBWO4.critical_energy_mev) - 0.5, abs=0.4)


def test_showers_are_deeper_by_one_radiation_length_for_each_factor_e(rng):
    gev = np.array([5.0, 20.0, 80.0, 320.0])
    depth = []
    for one in gev:
        spots = draw_spots(energies(one), rng, most_spots=1000)
        depth.append(np.average(spots.depth_x0, weights=spots.energy_gev))

    assert np.polyfit(np.log(gev), depth, 1)[0] == pytest.approx(1.0, abs=0.12)


@pytest.mark.parametrize("gev", [5, 50])
def test_nine_tenths_of_the_energy_lie_within_about_one_moliere_radius(rng, gev):
    spots = draw_spots(energies(gev), rng, most_spots=3000)
    order = np.argsort(spots.radius_rm)
    inside = np.cumsum(spots.energy_gev[order]) / spots.energy_gev.sum()

    assert spots.radius_rm[order][np.searchsorted(inside, 0.9)] == pytest.approx(1.1, abs=0.1)


def test_the_spots_of_a_shower_hold_its_energy(rng):
    gev = np.array([1.0, 7.0, 40.0, 150.0])

    spots = draw_spots(gev, rng, most_spots=500)

    np.testing.assert_allclose(np.bincount(spots.shower, spots.energy_gev), gev, rtol=1e-9)


def test_sampling_gives_a_tenth_over_the_root_of_the_energy(rng):
    for gev in (1.0, 10.0, 100.0):
        spread = np.full((4000, 5), gev / 5)

        measured = sample(spread, rng).sum(axis=1)

        assert measured.mean() == pytest.approx(gev, rel=0.01)
        assert measured.std() / gev == pytest.approx(0.10 / np.sqrt(gev), rel=0.05)


def test_nothing_deposited_is_nothing_sampled(rng):
    assert not sample(np.zeros((3, 4)), rng).any()


def test_noise_and_pile_up_have_the_spread_of_their_layers_and_no_mean(rng):
    quiet = read_out(
        np.zeros((4000, REDUCED.num_cells)), REDUCED, pile_up=np.full(4000, 60.0), generator=rng
    )

    for number, layer in enumerate(REDUCED.layers):
        cells = quiet.energy_gev[:, REDUCED.layer_of == number]
        expected = np.hypot(layer.noise_gev, layer.pile_up_gev)
        assert cells.std() == pytest.approx(expected, rel=0.03)
        assert cells.mean() == pytest.approx(0, abs=0.02 * expected)


def test_a_shower_that_starts_deeper_loses_more_behind_and_less_in_front(rng):
    spots = draw_spots(energies(50), rng, most_spots=1000)
    place = np.zeros((200, 2))

    def layer(start, number):
        cells = deposit(spots, FULL, start_x0=np.full(200, start), position=place)
        return cells[:, FULL.layer_of == number].sum()

    assert layer(-3.0, 0) > layer(0.0, 0)
    assert layer(3.0, 3) > layer(0.0, 3)


def test_photons_convert_after_nine_sevenths_of_a_radiation_length(rng):
    starts = draw_starts(np.arange(20_000) % 2 == 1, rng)

    assert not starts[::2].any()
    assert starts[1::2].mean() == pytest.approx(CONVERSION_X0, rel=0.05)


@pytest.mark.parametrize("geometry", [FULL, REDUCED])
def test_every_cell_has_pixels_of_one_layer_and_images_keep_the_energy(geometry, rng):
    cells = rng.exponential(size=(3, geometry.num_cells))

    image = as_image(cells, geometry, shared=True)

    assert geometry.pixels_of.min() > 0
    assert image.shape == (3, *geometry.shape)
    np.testing.assert_allclose(image.sum(axis=(1, 2, 3)), cells.sum(axis=1))


def test_cells_differ_in_size_as_strips_and_middle_cells_do():
    sizes = [FULL.pixels_of[FULL.layer_of == number].max() for number in range(4)]

    assert sizes == [8 * 4, 1 * 4, 8 * 1, 16 * 1]
    assert FULL.shape == (56, 11, 4)


def test_the_same_seed_gives_the_same_events_and_another_does_not():
    asked = CaloSample(events=40, seed=3)

    assert generate_chunk(asked, 0) == generate_chunk(asked, 0)
    assert generate_chunk(asked, 0) != generate_chunk(replace(asked, seed=4), 0)


@pytest.mark.slow
def test_the_number_of_processes_does_not_change_the_events():
    asked = CaloSample(events=1100)

    alone, shared = (joined(list(calo_chunks(asked, processes=n))) for n in (1, 2))

    assert alone.num_events == 1100
    assert alone == shared


def test_the_columns_are_what_they_say():
    events = generate_chunk(CaloSample(events=100), 0)
    pixels = events.features[:, :616].reshape(-1, *REDUCED.shape)
    share = pixels[:, REDUCED.core].sum(axis=1)

    np.testing.assert_allclose(share.sum(axis=1), 1, atol=1e-4)
    for number, layer in enumerate(REDUCED.layers):
        np.testing.assert_allclose(
            events.column(f"share_{layer.name}"), share[:, number], atol=1e-5
        )
    np.testing.assert_allclose(
        events.column("log_energy"), np.log(events.column("cluster_energy")), rtol=1e-5
    )
    found = events.column("track_0_found")
    electrons = events.labels == 0
    assert events.label_names == ("electron", "photon")
    assert found[electrons].all()
    assert not found[~electrons].all()
    assert 0.8 < np.median(events.column("cluster_energy") / events.column("true_energy")) < 1.0


def test_progress_counts_the_events():
    told = []

    list(calo_chunks(CaloSample(events=30), progress=lambda *said: told.append(said)))

    assert told == [(30, 30, "showers")]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"events": 0}, "got events=0, seed=1; expected 1 or more"),
        ({"geometry": "huge"}, "unknown geometry 'huge'; known are reduced, full"),
        ({"energy_gev": (20.0, 5.0)}, "energy_gev from 20.0 to 5.0; expected 1 <= low <= high"),
        ({"pile_up": (-1.0, 5.0)}, "pile_up from -1.0 to 5.0; expected 0 <= low"),
    ],
)
def test_impossible_samples_are_refused(wrong, message):
    with pytest.raises(InvalidDesignError, match=message):
        CaloSample(**{"events": 10, **wrong})


def test_no_process_is_refused():
    with pytest.raises(InvalidDesignError, match="processes=0; expected at least 1"):
        next(calo_chunks(CaloSample(events=1), processes=0))
