import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from codesign.metrics import auc, roc_curve


@st.composite
def scored_events(draw):
    """Few distinct scores, so that ties are common; both kinds of event present."""
    events = draw(st.integers(2, 60))
    scores = draw(arrays(np.int64, events, elements=st.integers(-5, 5))).astype(np.float64)
    is_signal = draw(arrays(np.bool_, events))
    is_signal[:2] = [True, False]
    return scores, is_signal


@given(scored_events())
def test_a_curve_rises_from_nothing_to_everything(events):
    curve = roc_curve(*events)
    assert (curve.fpr[0], curve.tpr[0], curve.fpr[-1], curve.tpr[-1]) == (0, 0, 1, 1)
    assert (np.diff(curve.fpr) >= 0).all()
    assert (np.diff(curve.tpr) >= 0).all()
    assert (np.diff(curve.thresholds) < 0).all()
    assert len(curve.fpr) == len(np.unique(events[0])) + 1


@given(scored_events())
def test_each_point_is_what_its_threshold_accepts(events):
    scores, is_signal = events
    curve = roc_curve(scores, is_signal)
    for fpr, tpr, threshold in zip(curve.fpr, curve.tpr, curve.thresholds, strict=True):
        assert tpr == (scores[is_signal] >= threshold).mean()
        assert fpr == (scores[~is_signal] >= threshold).mean()


@given(scored_events())
def test_a_rising_transformation_of_the_scores_changes_nothing(events):
    scores, is_signal = events
    plain, bent = roc_curve(scores, is_signal), roc_curve(np.exp(scores) - 7, is_signal)
    np.testing.assert_array_equal(plain.fpr, bent.fpr)
    np.testing.assert_array_equal(plain.tpr, bent.tpr)
    assert auc(scores, is_signal) == auc(np.exp(scores) - 7, is_signal)


@given(scored_events(), st.randoms(use_true_random=False))
def test_the_order_of_events_changes_nothing(events, random):
    scores, is_signal = events
    order = list(range(len(scores)))
    random.shuffle(order)
    plain, shuffled = roc_curve(scores, is_signal), roc_curve(scores[order], is_signal[order])
    np.testing.assert_array_equal(plain.fpr, shuffled.fpr)
    np.testing.assert_array_equal(plain.tpr, shuffled.tpr)


@given(scored_events())
def test_turning_the_scores_around_turns_the_area_around(events):
    scores, is_signal = events
    plain, turned = auc(scores, is_signal), auc(-scores, is_signal)
    np.testing.assert_allclose(plain.value + turned.value, 1, atol=1e-12)
    if 2 <= is_signal.sum() <= len(scores) - 2:
        np.testing.assert_allclose(plain.error, turned.error, atol=1e-12)


@given(scored_events())
def test_the_area_of_the_curve_is_the_area_by_ranks(events):
    np.testing.assert_allclose(roc_curve(*events).area, auc(*events).value, atol=1e-12)


@given(scored_events(), st.integers(2, 20))
def test_thinning_keeps_points_of_the_curve_and_both_ends(events, points):
    curve = roc_curve(*events)
    thin = curve.thinned(points)
    assert 2 <= len(thin.fpr) <= max(points, 2)
    whole = set(zip(curve.fpr, curve.tpr, curve.thresholds, strict=True))
    assert set(zip(thin.fpr, thin.tpr, thin.thresholds, strict=True)) <= whole
    assert (thin.fpr[0], thin.fpr[-1]) == (0, 1)


@given(scored_events())
def test_equal_weights_are_no_weights(events):
    scores, is_signal = events
    weighted = roc_curve(scores, is_signal, weights=np.full(len(scores), 2.5))
    plain = roc_curve(scores, is_signal)
    np.testing.assert_allclose(weighted.fpr, plain.fpr, atol=1e-12)
    np.testing.assert_allclose(weighted.tpr, plain.tpr, atol=1e-12)
