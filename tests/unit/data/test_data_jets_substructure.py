"""Energy correlators against configurations that can be worked out by hand."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesign.data.jets import substructure
from codesign.data.jets.substructure import angles, correlator_ratios, correlators, triplets

NAMES = "c1_b0 c1_b1 c1_b2 c2_b1 c2_b2 d2_b1 d2_b2 d2_a1_b1 d2_a1_b2 m2_b1 m2_b2 n2_b1 n2_b2"


def ratios(pt, rapidity, phi):
    values = correlator_ratios(np.array(pt), np.array(rapidity), np.array(phi))
    return dict(zip(NAMES.split(), values, strict=True))


def test_two_particles_have_pair_correlators_only():
    found = ratios([30.0, 10.0], [0.0, 0.3], [0.0, 0.4])
    assert found["c1_b0"] == pytest.approx(0.75 * 0.25)
    assert found["c1_b1"] == pytest.approx(0.75 * 0.25 * 0.5)
    assert found["c1_b2"] == pytest.approx(0.75 * 0.25 * 0.25)
    assert all(found[name] == 0.0 for name in NAMES.split()[3:])


def test_one_particle_has_no_substructure():
    assert set(ratios([30.0], [0.1], [0.2]).values()) == {0.0}


def test_three_particles_in_an_equilateral_triangle():
    """With z = 1/3 and sides R: e2 = R^b / 3, v_e3 = R^(v b) / 27."""
    side = 0.4
    found = ratios([5.0] * 3, [0.0, side, side / 2], [0.0, 0.0, side * np.sqrt(3) / 2])
    assert found["c1_b1"] == pytest.approx(side / 3)
    assert found["c1_b2"] == pytest.approx(side**2 / 3)
    assert found["m2_b1"] == pytest.approx(1 / 9)
    assert found["n2_b1"] == pytest.approx(1 / 3)
    assert found["n2_b2"] == pytest.approx(1 / 3)
    assert found["c2_b1"] == pytest.approx(side / 3)
    assert found["d2_b1"] == found["d2_a1_b1"] == pytest.approx(1.0)
    assert found["d2_b2"] == pytest.approx(1.0)
    assert found["d2_a1_b2"] == pytest.approx(np.sqrt(27) / 27)


def test_the_variants_take_the_smallest_angles():
    """Sides 0.3, 0.4 and 0.5 of a right triangle: 1, 2, 3 of the smallest are multiplied."""
    z = np.array([0.5, 0.3, 0.2])
    one, two = correlators(z, angles(np.array([0.0, 0.3, 0.0]), np.array([0.0, 0.0, 0.4])))
    assert one.three == pytest.approx([0.03 * 0.3, 0.03 * 0.12, 0.03 * 0.06])
    assert two.three == pytest.approx([0.03 * 0.09, 0.03 * 0.0144, 0.03 * 0.0036])
    assert one.two == pytest.approx(0.15 * 0.3 + 0.1 * 0.4 + 0.06 * 0.5)


def test_azimuth_wraps_around():
    assert angles(np.zeros(2), np.array([0.1, 2 * np.pi - 0.1]))[0, 1] == pytest.approx(0.2)


def test_particles_in_the_same_direction_do_not_divide_by_zero():
    assert set(list(ratios([1.0] * 3, [0.0] * 3, [0.0] * 3).values())[1:]) == {0.0}


@given(st.integers(1, 40))
def test_triplets_are_all_and_name_the_right_pairs(count):
    table = triplets(count)
    pairs = {(i, j): j * (j - 1) // 2 + i for i, j in combinations(range(count), 2)}
    expected = {
        (pairs[i, j], pairs[i, k], pairs[j, k], k) for i, j, k in combinations(range(count), 3)
    }
    assert table.shape == (4, comb(count, 3))
    assert set(map(tuple, table.T.tolist())) == expected


@given(st.integers(3, 12), st.integers(0, 2**32))
def test_the_sums_are_those_of_the_definition(count, seed):
    generator = np.random.default_rng(seed)
    z = generator.dirichlet(np.ones(count))
    distances = angles(generator.normal(size=count), generator.uniform(-3, 3, count))
    found = correlators(z, distances)
    for power, one in zip((1, 2), found, strict=True):
        sums = np.zeros(3)
        for i, j, k in combinations(range(count), 3):
            sides = np.sort([distances[i, j], distances[i, k], distances[j, k]]) ** power
            sums += z[i] * z[j] * z[k] * np.cumprod(sides)
        np.testing.assert_allclose(one.three, sums, rtol=1e-9)
        pairs = [z[i] * z[j] * distances[i, j] ** power for i, j in combinations(range(count), 2)]
        np.testing.assert_allclose(one.two, np.sum(pairs), rtol=1e-9)


def test_blocks_do_not_change_the_sums(monkeypatch):
    generator = np.random.default_rng(3)
    z, distances = generator.dirichlet(np.ones(20)), angles(*generator.normal(size=(2, 20)))
    whole = correlators(z, distances)
    monkeypatch.setattr(substructure, "_BLOCK", 7)
    for one, other in zip(whole, correlators(z, distances), strict=True):
        np.testing.assert_allclose(one.three, other.three, rtol=1e-12)
