from itertools import pairwise

import numpy as np
import pytest

from codesign.errors import InvalidDataError
from codesign.metrics.regression import Binning, equal_edges, relative_iqr, resolution


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_of_a_normal_distribution_it_is_its_relative_width(rng):
    found = relative_iqr(rng.normal(2.0, 0.1, 100_000))

    assert found.value == pytest.approx(0.05, rel=0.01)


def test_tails_do_not_matter(rng):
    core = rng.normal(1.0, 0.02, 50_000)
    tailed = np.concatenate([core, rng.uniform(0.1, 0.5, 500)])

    assert relative_iqr(tailed).value == pytest.approx(relative_iqr(core).value, rel=0.03)


@pytest.mark.parametrize("draw", ["normal", "exponential"])
def test_the_error_is_that_of_repeated_experiments(rng, draw):
    def once():
        shape = rng.normal(size=800) if draw == "normal" else rng.exponential(size=800)
        return relative_iqr(1 + 0.05 * shape)

    found = [once() for _ in range(400)]

    spread = np.std([one.value for one in found])
    assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.12)


def test_bins_are_those_of_their_variable_and_thin_ones_are_left_out(rng):
    energy = rng.uniform(0, 3, 3000)
    response = rng.normal(1, np.where(energy < 1, 0.1, 0.01))
    binning = Binning(variable="energy", values=energy, edges=(0.0, 1.0, 3.0, 50.0))

    found = resolution("csim", response, [binning])

    assert [(entry.low, entry.high) for entry in found.bins] == [(0.0, 1.0), (1.0, 3.0)]
    assert found.bins[0].resolution.value == pytest.approx(0.1, rel=0.1)
    assert found.bins[1].resolution.value == pytest.approx(0.01, rel=0.1)
    assert found.events == 3000
    assert sum(entry.events for entry in found.bins) == 3000


def test_edges_share_the_events_equally_and_lose_none(rng):
    values = rng.exponential(size=1000).astype(np.float32)

    edges = np.array(equal_edges(values, 4))

    counts = [((values >= a) & (values < b)).sum() for a, b in pairwise(edges)]
    assert counts == [250] * 4


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (np.ones(5), r"shape \(5,\); expected \(events,\), at least 20"),
        (np.full(30, np.nan), "all finite"),
        (-np.ones(30), "the median response is -1; estimates of energies are above 0"),
    ],
)
def test_what_is_no_response_is_refused(response, message):
    with pytest.raises(InvalidDataError, match=message):
        relative_iqr(response)
