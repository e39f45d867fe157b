import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from codesign.design.trigger_results import Collisions
from codesign.errors import InvalidDataError, InvalidDesignError
from codesign.trigger import (
    ScoreCounts,
    efficiency,
    paired_loss,
    tpr_at_fpr,
    turn_on,
    working_point,
)

EACH_KHZ = Collisions(clock_mhz=1.0, filled=1.0)  # 1,000 events at 1,000 kHz: one event is 1 kHz
SCORES = st.lists(st.integers(0, 30), min_size=1, max_size=200)


def counted(scores, **options):
    return ScoreCounts(**options).add(np.asarray(scores))


class TestThreshold:
    def test_is_the_loosest_that_stays_within_the_target(self) -> None:
        background = counted(np.arange(1000))
        point = working_point(
            background, {"top": counted([995, 10])}, target_khz=12, collisions=EACH_KHZ
        )
        assert point.threshold == 988
        assert point.rate_khz.value == pytest.approx(12)
        assert point.rate_khz.error == pytest.approx(12**0.5)
        assert point.is_supported
        name, signal = point.signals[0]
        assert (name, signal.accepted, signal.events) == ("top", 1, 2)

    def test_equal_scores_are_accepted_together_or_not_at_all(self) -> None:
        background = counted([5] * 20 + [9] * 3 + [0] * 977)
        point = working_point(background, {}, target_khz=10, collisions=EACH_KHZ)
        assert (point.threshold, point.background.accepted) == (9, 3)
        assert not point.is_supported

    def test_too_frequent_a_largest_score_gives_no_rate(self) -> None:
        point = working_point(counted([7] * 1000), {}, target_khz=10, collisions=EACH_KHZ)
        assert point.threshold is None
        assert point.background.accepted == 0

    @given(SCORES, st.floats(1, 1000))
    def test_never_exceeds_the_target_and_the_next_score_would(self, scores, target) -> None:
        background = counted(scores)
        point = working_point(background, {}, target_khz=target, collisions=EACH_KHZ)
        assert point.rate_khz.value <= target * (1 + 1e-9)
        lower = [score for score in set(scores) if score < point.least_score]
        if lower:
            looser = background.at_or_above(max(lower)) * 1000 / len(scores)
            assert looser > target * (1 - 1e-9)

    @pytest.mark.parametrize("target", [0, -1, 1001])
    def test_an_impossible_target_is_refused(self, target: float) -> None:
        with pytest.raises(InvalidDataError, match=r"target of .* is not in \(0, 1000\]"):
            working_point(counted([1]), {}, target_khz=target, collisions=EACH_KHZ)

    def test_no_events_are_refused(self) -> None:
        with pytest.raises(InvalidDataError, match="no zero-bias events"):
            working_point(ScoreCounts(), {}, target_khz=1, collisions=EACH_KHZ)


class TestCounts:
    @given(SCORES, SCORES)
    def test_chunks_count_as_one_shot_does(self, first, second) -> None:
        chunked = counted(first).add(np.asarray(second))
        whole = counted(first + second)
        assert np.array_equal(chunked.values, whole.values)
        assert np.array_equal(chunked.numbers, whole.numbers)
        assert chunked.events == whole.events

    def test_a_kept_tail_answers_within_itself_and_refuses_below(self) -> None:
        counts = counted(np.arange(100), keep=10).add(np.arange(100))
        assert counts.events == 200
        assert counts.at_or_above(95) == 10
        assert counts.smallest_accepting(4) == 98
        with pytest.raises(InvalidDataError, match="keep more"):
            counts.at_or_above(50)
        with pytest.raises(InvalidDataError, match="keep more"):
            counts.smallest_accepting(100)

    @pytest.mark.parametrize(
        ("scores", "message"),
        [
            (np.ones((2, 2)), "one number an event"),
            (np.array(["a"]), "one number an event"),
            (np.array([1.0, np.nan]), "event 1 has the score nan"),
        ],
    )
    def test_what_is_no_score_is_refused(self, scores, message: str) -> None:
        with pytest.raises(InvalidDataError, match=message):
            ScoreCounts().add(scores)


class TestEfficiency:
    @pytest.mark.parametrize(("accepted", "events"), [(0, 5), (5, 5), (3, 7), (20, 10_000)])
    def test_interval_is_that_of_clopper_and_pearson(self, accepted: int, events: int) -> None:
        tail = (1 - 0.682689492137086) / 2
        low = beta.ppf(tail, accepted, events - accepted + 1) if accepted else 0.0
        high = beta.ppf(1 - tail, accepted + 1, events - accepted) if accepted < events else 1.0
        found = efficiency(accepted, events)
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)

    def test_nothing_seen_is_refused(self) -> None:
        with pytest.raises(InvalidDataError, match="0 of 0 events"):
            efficiency(0, 0)

    def test_turn_on_bins_hold_their_lower_edge(self) -> None:
        curve = turn_on(
            np.array([0, 10, 10, 20, 35]),
            np.array([False, False, True, True, True]),
            edges=[0, 10, 20, 30],
        )
        assert [share and (share.accepted, share.events) for share in curve.bins] == [
            (0, 1),
            (1, 2),
            (1, 1),
        ]

    def test_an_empty_bin_has_no_efficiency(self) -> None:
        curve = turn_on(np.array([1.0]), np.array([True]), edges=[5, 6, 7])
        assert curve.bins == (None, None)

    def test_falling_edges_are_refused(self) -> None:
        with pytest.raises(InvalidDataError, match="do not rise"):
            turn_on(np.array([1.0]), np.array([True]), edges=[2, 1])


class TestTprAtFpr:
    def test_is_the_first_point_that_reaches_the_background_efficiency(self) -> None:
        scores = np.array([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 7.5, 8.5, 0.5, 9.5])
        is_signal = np.arange(14) >= 10
        share, threshold = tpr_at_fpr(scores, is_signal, fpr=0.2)
        assert (threshold, share.accepted, share.events) == (8, 2, 4)
        assert share.error == pytest.approx((0.5 * 0.5 / 4) ** 0.5)

    def test_needs_the_statistics(self) -> None:
        with pytest.raises(InvalidDataError, match="at least 100000 background events, found 2"):
            tpr_at_fpr(np.array([1.0, 2.0, 3.0]), np.array([True, False, False]))


class TestPairedLoss:
    def test_counts_only_where_the_versions_disagree(self) -> None:
        before = np.array([True] * 60 + [False] * 40)
        after = np.array([True] * 50 + [False] * 45 + [True] * 5)
        found = paired_loss(before, after, signal="top", names=("float", "firmware"))
        assert (found.lost, found.gained, found.events) == (10, 5, 100)
        assert found.loss.value == pytest.approx(0.05)
        assert found.loss.error == pytest.approx((15 - 25 / 100) ** 0.5 / 100)

    def test_events_must_be_the_same(self) -> None:
        with pytest.raises(InvalidDataError, match="top: decisions of shapes"):
            paired_loss(np.ones(2, bool), np.ones(3, bool), signal="top", names=("a", "b"))


@pytest.mark.parametrize(("clock", "filled"), [(0, 1), (40, 0), (40, 1.5)])
def test_impossible_collisions_are_refused(clock: float, filled: float) -> None:
    with pytest.raises(InvalidDesignError, match="expected a clock"):
        Collisions(clock_mhz=clock, filled=filled)
