import numpy as np
import pytest

from codesign.errors import InvalidDataError
from codesign.metrics import auc, roc_curve


def _overlapping(signal, background, *, seed=1):
    """Scores rounded to one decimal, so that many are equal."""
    generator = np.random.default_rng(seed)
    scores = np.concatenate([generator.normal(1, 1, signal), generator.normal(0, 1, background)])
    return np.round(scores, 1), np.arange(signal + background) < signal


def _count_pairs(scores, is_signal, weights):
    won = scores[is_signal][:, None] - scores[~is_signal][None, :]
    worth = weights[is_signal][:, None] * weights[~is_signal][None, :]
    return (worth * ((won > 0) + 0.5 * (won == 0))).sum() / worth.sum()


def _delong_by_definition(scores, is_signal):
    won = scores[is_signal][:, None] - scores[~is_signal][None, :]
    psi = (won > 0) + 0.5 * (won == 0)
    return np.sqrt(
        psi.mean(axis=1).var(ddof=1) / psi.shape[0] + psi.mean(axis=0).var(ddof=1) / psi.shape[1]
    )


def test_the_area_is_the_share_of_pairs_in_the_right_order_ties_counting_half():
    scores, is_signal = _overlapping(80, 120)
    expected = _count_pairs(scores, is_signal, np.ones(200))
    assert auc(scores, is_signal).value == pytest.approx(expected, abs=1e-14)
    assert roc_curve(scores, is_signal).area == pytest.approx(expected, abs=1e-14)


def test_the_weighted_area_is_the_weighted_share_of_pairs():
    scores, is_signal = _overlapping(60, 90)
    weights = np.random.default_rng(3).uniform(0, 2, 150)
    expected = _count_pairs(scores, is_signal, weights)
    assert auc(scores, is_signal, weights=weights).value == pytest.approx(expected, abs=1e-14)


def test_the_error_is_that_of_delong_computed_pair_by_pair():
    scores, is_signal = _overlapping(80, 120)
    expected = _delong_by_definition(scores, is_signal)
    assert auc(scores, is_signal).error == pytest.approx(expected, rel=1e-12)


def test_the_error_is_the_spread_over_repeated_experiments():
    areas = [auc(*_overlapping(150, 250, seed=seed)) for seed in range(400)]
    spread = np.std([area.value for area in areas])
    assert np.mean([area.error for area in areas]) == pytest.approx(spread, rel=0.1)


def test_the_weighted_error_is_near_the_spread_over_repeated_experiments():
    weights = np.tile([0.5, 1.5], 200)
    areas = [auc(*_overlapping(150, 250, seed=seed), weights=weights) for seed in range(400)]
    spread = np.std([area.value for area in areas])
    assert np.mean([area.error for area in areas]) == pytest.approx(spread, rel=0.2)


def test_the_error_of_hanley_and_mcneil_is_the_one_they_print():
    # Hanley and McNeil, Radiology 143 (1982) 29, table II: 58 normal and 51 abnormal images with
    # these ratings have an area of 0.893 and a standard error of 0.032.
    ratings = np.repeat([1, 2, 3, 4, 5], [33, 6, 6, 11, 2])
    abnormal = np.repeat([1, 2, 3, 4, 5], [3, 2, 2, 11, 33])
    scores = np.concatenate([abnormal, ratings])
    found = auc(scores, np.arange(109) < 51, weights=np.ones(109))
    assert found.value == pytest.approx(0.893, abs=5e-4)
    assert found.error == pytest.approx(0.032, abs=5e-4)


def test_an_area_of_one_event_of_a_kind_has_an_error():
    found = auc(np.array([0.5, 0.1, 0.9]), np.array([True, False, False]))
    assert found.value == 0.5
    assert 0 < found.error < 1


def test_equal_scores_share_one_point():
    curve = roc_curve(np.array([2, 1, 1, 0]), np.array([True, True, False, False]))
    assert curve.thresholds.tolist() == [np.inf, 2, 1, 0]
    assert curve.tpr.tolist() == [0, 0.5, 1, 1]
    assert curve.fpr.tolist() == [0, 0, 0.5, 1]
    assert (curve.signal, curve.background) == (2, 2)


def test_the_rejection_is_that_of_a_threshold_that_exists():
    scores = np.array([9, 8, 7, 6, 5, 4, 3, 2])
    is_signal = np.array([True, True, False, True, False, False, True, False])
    curve = roc_curve(scores, is_signal)
    assert curve.rejection_at(0.75).value == 4
    assert curve.rejection_at(0.6).value == 4
    assert curve.rejection_at(0.75).error == pytest.approx(np.sqrt(0.25 * 0.75 / 4) * 16)
    assert curve.rejection_at(0.5).value == np.inf
    assert curve.rejection_at(1.0).value == pytest.approx(4 / 3)


def test_a_thinned_curve_stays_within_a_percent_and_keeps_its_ends():
    generator = np.random.default_rng(5)
    scores = np.concatenate([generator.normal(2, 1, 5000), generator.normal(0, 1, 20000)])
    curve = roc_curve(scores, np.arange(25000) < 5000)
    thin = curve.thinned(300)
    assert len(thin.fpr) <= 300
    assert (thin.fpr[0], thin.tpr[0], thin.fpr[-1], thin.tpr[-1]) == (0, 0, 1, 1)
    before = np.searchsorted(-thin.thresholds, -curve.thresholds, side="right") - 1
    floor = 0.5 / curve.background
    assert np.abs(thin.tpr[before] - curve.tpr).max() < 0.012
    assert np.abs(thin.fpr[before] - curve.fpr).max() < 0.012
    decades = np.log10(np.maximum(thin.fpr[before], floor) / np.maximum(curve.fpr, floor))
    assert np.abs(decades).max() < 0.012 * np.log10(1 / floor)
    assert curve.thinned(10**6) is curve


@pytest.mark.parametrize(
    ("scores", "is_signal", "weights", "message"),
    [
        (np.ones((3, 2)), np.ones(3, bool), None, r"shape \(3, 2\); expected \(events,\)"),
        (np.ones(0), np.ones(0, bool), None, r"shape \(0,\)"),
        (np.array(["a"]), np.ones(1, bool), None, "dtype <U1"),
        (np.array([1, np.nan]), np.array([True, False]), None, r"nan at index \(1,\)"),
        (np.ones(3), np.ones(2, bool), None, r"is_signal has shape \(2,\)"),
        (np.ones(2), np.array([0, 1]), None, "labels == class"),
        (np.ones(2), np.ones(2, bool), None, "2 of 2 events are signal"),
        (np.ones(2), np.zeros(2, bool), None, "0 of 2 events are signal"),
        (np.ones(2), np.array([True, False]), np.ones(3), r"weights have shape \(3,\)"),
        (np.ones(2), np.array([True, False]), np.array([1.0, -1.0]), "of event 1 is negative"),
        (np.ones(2), np.array([True, False]), np.array([0.0, 1.0]), "all 1 signal events are zero"),
    ],
)
def test_bad_arrays_are_refused_by_shape_and_value(scores, is_signal, weights, message):
    with pytest.raises(InvalidDataError, match=message):
        roc_curve(scores, is_signal, weights=weights)


def test_an_efficiency_outside_its_range_is_refused():
    curve = roc_curve(np.array([1, 0]), np.array([True, False]))
    with pytest.raises(InvalidDataError, match=r"efficiency of 0 is not in \(0, 1\]"):
        curve.rejection_at(0)
    with pytest.raises(InvalidDataError, match="at least 2 points, got 1"):
        curve.thinned(1)
