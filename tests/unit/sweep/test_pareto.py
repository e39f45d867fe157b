import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesign.errors import InvalidDesignError
from codesign.sweep.outcome import Measure
from codesign.sweep.results.dominance import certainly_worse, dominates, hypervolume, non_dominated
from codesign.sweep.results.seeds import averaged

POINTS = st.lists(st.tuples(*[st.integers(0, 6).map(float)] * 3), min_size=0, max_size=12)


def figure(value, error=0.0, name="accuracy", evidence="emulator"):
    return Measure(
        figure=name, value=value, low=value - error, high=value + error, evidence=evidence
    )


@given(POINTS)
def test_the_front_is_what_nothing_dominates(points):
    kept = non_dominated(points)
    front = {points[index] for index in kept}
    wanted = {p for p in points if not any(dominates(other, p) for other in points)}
    assert front == wanted
    assert len(kept) == len(front)


@given(POINTS)
def test_the_hypervolume_is_the_number_of_unit_cubes_that_are_dominated(points):
    reference = (7.0, 7.0, 7.0)
    cubes = itertools.product(range(7), repeat=3)
    counted = sum(
        any(all(p <= c for p, c in zip(q, cube, strict=True)) for q in points) for cube in cubes
    )
    assert hypervolume(points, reference) == pytest.approx(counted)


def test_what_is_beyond_the_reference_counts_for_nothing():
    assert hypervolume([(1.0, 9.0)], (3.0, 3.0)) == 0.0


def test_only_ranges_that_do_not_overlap_decide():
    a, b = [figure(10, 1, "lut")], [figure(5, 1, "lut")]
    assert certainly_worse(a, b, smaller=["lut"])
    assert not certainly_worse(b, a, smaller=["lut"])
    assert not certainly_worse([figure(10, 3, "lut")], [figure(5, 3, "lut")], smaller=["lut"])
    assert not certainly_worse(a, b, smaller=["lut", "ff"])


def test_the_mean_over_seeds_has_the_error_of_the_mean_or_of_one_measurement():
    found = averaged([figure(0.7, 0.01), figure(0.9, 0.01), figure(0.8, 0.01)])
    assert found.value == pytest.approx(0.8)
    assert found.high - found.value == pytest.approx(0.1 / math.sqrt(3))
    equal = averaged([figure(0.8, 0.01)] * 3)
    assert equal.high - equal.value == pytest.approx(0.01)
    with pytest.raises(InvalidDesignError, match="a mean needs figures of one evidence"):
        averaged([figure(0.7), figure(0.7, evidence="csim")])


def test_many_points_are_fast():
    random = np.random.default_rng(1)
    points = [tuple(row) for row in random.random((3000, 2)).tolist()]
    assert 1 <= len(non_dominated(points)) < 50
