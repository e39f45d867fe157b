"""The detector emulation: what is seen, energy is kept, widths are as stated."""

import numpy as np
import pytest

from codesign.data.jets.detector import (
    ECAL,
    HCAL,
    MAX_TRACK_PT_GEV,
    detect,
    fill_cells,
    smear_cells,
    smear_tracks,
)
from codesign.data.particles import Particles, together


def make(pdg_id, pt, eta, phi, event=None):
    pdg_id, pt, eta, phi = np.broadcast_arrays(pdg_id, pt, eta, phi)
    momenta = np.stack(
        [pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta), pt * np.cosh(eta)], 1
    )
    return Particles(
        event=np.zeros(len(pt), dtype=np.int64) if event is None else event,
        pdg_id=pdg_id.astype(np.int64),
        momenta=momenta,
    )


def random_photons(count, generator):
    return make(
        np.full(count, 22),
        generator.exponential(5.0, count),
        generator.uniform(-2.9, 2.9, count),
        generator.uniform(0, 2 * np.pi, count),
        event=np.sort(generator.integers(0, 3, count)),
    )


def test_cells_keep_the_energy_of_each_collision():
    photons = random_photons(500, np.random.default_rng(1))
    for calorimeter in (ECAL, HCAL):
        cells = fill_cells(photons, calorimeter)
        np.testing.assert_allclose(
            np.bincount(cells.event, weights=cells.energy),
            np.bincount(photons.event, weights=photons.energy),
        )


def test_cells_are_massless_and_near_what_fell_into_them():
    photons = make(np.array([22]), np.array([50.0]), np.array([1.234]), np.array([2.345]))
    cell = fill_cells(photons, ECAL)
    assert abs(cell.eta[0] - 1.234) <= ECAL.cell
    assert abs(cell.phi[0] - 2.345) <= ECAL.cell
    np.testing.assert_allclose(np.linalg.norm(cell.momenta[0, :3]), cell.energy[0])


def test_photons_in_one_cell_become_one():
    photons = make(np.full(2, 22), np.array([10.0, 20.0]), np.full(2, 0.5), np.full(2, 1.0))
    assert len(fill_cells(photons, ECAL).energy) == 1


@pytest.mark.parametrize(("calorimeter", "energy"), [(ECAL, 50.0), (ECAL, 500.0), (HCAL, 400.0)])
def test_cells_are_smeared_by_the_stated_resolution(calorimeter, energy):
    count = 20_000
    cells = make(np.zeros(count), np.full(count, energy), np.zeros(count), np.zeros(count))
    response = smear_cells(cells, calorimeter, np.random.default_rng(2)).energy / energy
    expected = float(calorimeter.resolution(np.array([energy]))[0])
    assert response.mean() == pytest.approx(1.0, abs=5 * expected / np.sqrt(count))
    assert response.std() == pytest.approx(expected, rel=5 / np.sqrt(2 * count))


def test_the_resolutions_are_the_published_ones():
    """At 100 GeV: HCAL 120 %/sqrt(E/7) and 5 %; ECAL 2.7 %, 0.15 GeV, 0.5 % at E/1.6."""
    energy = np.array([100.0])
    assert HCAL.resolution(energy)[0] == pytest.approx(np.sqrt(1.2**2 / (100 / 7) + 0.05**2))
    assert ECAL.resolution(energy)[0] == pytest.approx(
        np.sqrt(0.027**2 / 62.5 + (0.15 / 62.5) ** 2 + 0.005**2)
    )


def test_tracks_are_smeared_by_the_stated_resolution_and_keep_their_direction():
    count = 20_000
    tracks = make(
        np.full(count, 211), np.full(count, 100.0), np.full(count, 0.7), np.full(count, 2)
    )
    smeared = smear_tracks(tracks, np.random.default_rng(3))
    expected = np.hypot(0.00025 * 100, 0.015)
    assert (smeared.pt / 100).std() == pytest.approx(expected, rel=5 / np.sqrt(2 * count))
    np.testing.assert_allclose(smeared.eta, 0.7)


def test_neutrinos_and_broken_momenta_are_not_seen():
    particles = make(np.array([12, -14, 16, 211, 211]), np.full(5, 10.0), np.zeros(5), np.zeros(5))
    particles.momenta[3, 0] = np.nan
    seen = detect(particles, np.random.default_rng(4))
    assert len(seen.event) == 1
    assert seen.pdg_id[0] == 211


def test_a_charged_hadron_is_a_track_up_to_the_limit_and_a_cell_above_it():
    pt = np.array([MAX_TRACK_PT_GEV * 0.9, MAX_TRACK_PT_GEV * 1.1])
    seen = detect(
        make(np.full(2, -211), pt, np.zeros(2), np.array([1.0, 3.0])), np.random.default_rng(5)
    )
    assert sorted(seen.pdg_id) == [-211, 0]


def test_photons_and_neutral_hadrons_go_to_different_cells():
    particles = make(np.array([22, 130]), np.full(2, 50.0), np.full(2, 0.3), np.full(2, 1.0))
    assert len(detect(particles, np.random.default_rng(6)).event) == 2


def test_what_is_beyond_the_calorimeters_is_lost():
    particles = make(np.array([22, 130]), np.full(2, 50.0), np.array([3.2, -3.2]), np.full(2, 1.0))
    assert not len(detect(particles, np.random.default_rng(7)).event)


def test_the_same_seed_sees_the_same():
    photons = random_photons(50, np.random.default_rng(8))
    first, second = (detect(photons, np.random.default_rng(9)) for _ in range(2))
    np.testing.assert_array_equal(first.momenta, second.momenta)
    assert (np.diff(first.event) >= 0).all()


def test_parts_are_put_together_by_collision():
    late = make(np.array([22]), np.array([1.0]), np.zeros(1), np.zeros(1), event=np.array([1]))
    early = make(np.array([11]), np.array([2.0]), np.zeros(1), np.zeros(1), event=np.array([0]))
    both = together([late, early])
    assert both.pdg_id.tolist() == [11, 22]
    assert both.energy.tolist() == [2.0, 1.0]
