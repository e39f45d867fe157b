"""Versions of a score side by side: parts as at once, errors that cover, menus counted by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from codesign.data.l1 import FEATURE_NAMES, JET
from codesign.design.codec import from_json, to_json
from codesign.design.trigger_results import Collisions
from codesign.design.trigger_study import PileUpPoint, SeedResult, TriggerStudy
from codesign.errors import InvalidDataError
from codesign.reporting.trigger_tables import pile_up_table, working_point_table
from codesign.trigger import read_menu
from codesign.trigger.anomaly_study import ScoreStudy
from codesign.trigger.bootstrap import loss_error, replica_thresholds
from codesign.trigger.histogram import HistogramCounts
from codesign.trigger.scored import Scored
from codesign.trigger.stability import losses_over, pile_up_points
from codesign.trigger.tail import TailScores

MHZ = Collisions(clock_mhz=1.0, filled=1.0)
VERSIONS = ("float", "firmware")


def scored(
    scores, labels=None, objects=None, names=("zero_bias", "top"), smallest_share=0.0
) -> Scored:
    values = np.asarray(scores, np.float64)
    if values.ndim == 1:
        values = np.stack([values, values], axis=1)
    labels = np.zeros(len(values), np.int64) if labels is None else np.asarray(labels)
    if objects is None:
        objects = np.zeros((len(values), len(FEATURE_NAMES)), np.int16)
    return Scored(
        objects=objects,
        labels=labels,
        label_names=names,
        versions=VERSIONS,
        scores=values,
        smallest_share=smallest_share,
    )


def sample(events: int = 4000, seed: int = 1) -> Scored:
    """Return zero bias and a signal: a score, and the same rounded as firmware does."""
    rng = np.random.default_rng(seed)
    labels = (rng.random(events) < 0.3).astype(np.int64)
    exact = rng.exponential(size=events) * (1 + 2 * labels)
    return scored(np.stack([exact, np.rint(exact * 16) / 16], axis=1), labels)


def part(whole: Scored, chosen: slice) -> Scored:
    return scored(whole.scores[chosen], whole.labels[chosen], whole.objects[chosen])


def study(parts, *, targets=(50.0,), **options) -> TriggerStudy:
    collected = ScoreStudy(VERSIONS, zero_bias="zero_bias", **options)
    for one in parts:
        collected.add(one)
    return collected.finish("toy", targets_khz=targets, collisions=MHZ)


class TestStudy:
    def test_parts_of_any_size_give_the_study_of_all_at_once(self) -> None:
        whole = sample()
        parts = [part(whole, slice(n, n + 333)) for n in range(0, 4000, 333)]
        menu = read_menu("cut_based")
        assert study(parts, menu=menu) == study([whole], menu=menu)

    def test_forgetting_small_scores_changes_no_threshold_and_no_error(self) -> None:
        whole = sample()
        parts = [part(whole, slice(n, n + 100)) for n in range(0, 4000, 100)]
        kept, forgot = study(parts), study(parts, keep=300)
        assert forgot.points == kept.points
        for one, other in zip(forgot.losses, kept.losses, strict=True):
            assert one.loss == other.loss
            assert one.error == pytest.approx(other.error, rel=0.2)

    def test_a_rate_that_reaches_below_what_was_kept_is_refused(self) -> None:
        parts = [part(sample(), slice(n, n + 100)) for n in range(0, 4000, 100)]
        with pytest.raises(InvalidDataError, match="kept"):
            study(parts, targets=(900.0,), keep=300)

    def test_can_be_written_and_read_where_no_threshold_is_tight_enough(self) -> None:
        found = study([scored([5.0] * 100 + [1.0, 7.0], [0] * 100 + [1, 1])], targets=(1.0,))
        assert found.points[0].point.threshold is None
        assert not found.losses[0].is_supported
        assert from_json(TriggerStudy, to_json(found), place="study") == found

    def test_events_without_zero_bias_give_no_rate(self) -> None:
        with pytest.raises(InvalidDataError, match="no events of class 'zero_bias'.*top"):
            study([scored([1.0, 2.0], [1, 1])])

    def test_a_score_that_is_not_finite_is_named(self) -> None:
        with pytest.raises(InvalidDataError, match="event 1 has the score nan by float"):
            scored([[0.0, 0.0], [np.nan, 0.0]])

    def test_turn_on_counts_the_signal_in_bins_of_its_jets(self) -> None:
        objects = np.zeros((24, len(FEATURE_NAMES)), np.int16)
        objects[20:, JET.first] = [50, 50, 250, 250]  # half a GeV each: 25 and 125 GeV
        scores = [*range(20), 1, 30, 30, 30]
        found = study([scored(scores, [0] * 20 + [1] * 4, objects)], targets=(500.0,))
        jets = next(curve for curve in found.turn_ons if curve.quantity == "sum of jet pT")
        counted = [(one.accepted, one.events) for one in jets.bins if one is not None]
        assert counted == [(1, 2), (2, 2)]


class TestCollisionsBehindARate:
    def test_a_rate_below_the_limit_of_the_pool_is_marked(self) -> None:
        events = scored(np.arange(1000), smallest_share=0.05)
        found = study([events], targets=(40.0, 60.0))
        few = {of.point.target_khz: of.point.rests_on_few for of in found.points}
        assert few == {40.0: True, 60.0: False}
        assert all(of.point.is_supported for of in found.points)
        assert (found.smallest_share, found.supported_khz) == (0.05, 50.0)
        assert from_json(TriggerStudy, to_json(found), place="study") == found
        table = working_point_table(found.points, MHZ)
        rates = [row[3] for row in table.rows]
        assert [rate.endswith("†") for rate in rates] == [True, True, False, False]
        assert "†: may rest on fewer than 10 collisions" in table.note

    def test_without_a_pool_nothing_is_said_of_it(self) -> None:
        found = study([scored(np.arange(1000))], targets=(40.0,))
        assert not found.points[0].point.rests_on_few
        assert "†" not in working_point_table(found.points, MHZ).note

    def test_another_pile_up_has_a_limit_of_its_own(self) -> None:
        found = study([scored(np.arange(1000))], targets=(40.0,))
        other = [scored(np.arange(1000), smallest_share=0.05)]
        (point,) = pile_up_points(
            other, found.points[-1:], pile_up=30, zero_bias="zero_bias", collisions=MHZ
        )
        assert point.rests_on_few
        assert pile_up_table([point], MHZ).rows[0][2].endswith("†")


class TestBootstrap:
    def test_identical_versions_lose_nothing_and_are_sure_of_it(self) -> None:
        rng = np.random.default_rng(2)
        background = TailScores(2).add(np.repeat(rng.random((500, 1)), 2, axis=1))
        thresholds = replica_thresholds(background, accepted=20, replicas=50)
        signal = np.repeat(rng.random((300, 1)), 2, axis=1)
        assert loss_error(signal, thresholds, version=1) == 0.0

    def test_thresholds_scatter_as_order_statistics_do(self) -> None:
        """Of uniform scores the k-th largest of n has the error sqrt(k) / n."""
        scores = np.random.default_rng(3).random((20_000, 1))
        found = replica_thresholds(TailScores(1).add(scores), accepted=100, replicas=400)
        assert found.std() == pytest.approx(100**0.5 / 20_000, rel=0.25)
        assert found.mean() == pytest.approx(np.sort(scores[:, 0])[-100], abs=1e-4)

    def test_the_error_covers_repeated_experiments(self) -> None:
        """The loss of independent samples scatters as the bootstrap of one says, or less.

        Events that are drawn twice make the thresholds of a replica coarser than they are, so that
        the error is too large by up to 1.8 where the firmware's scores are coarse, as here.
        """

        def loss_of(seed: int):
            found = study([sample(6000, seed)], targets=(20.0,)).losses[0]
            return found.loss.loss.value, found.error

        losses, errors = np.transpose([loss_of(seed) for seed in range(30)])
        assert 0.8 < np.mean(errors) / np.std(losses) < 2

    def test_one_score_for_all_events_gives_no_threshold(self) -> None:
        background = TailScores(1, keep=10)
        for _ in range(5):
            background.add(np.ones((10, 1)))
        assert np.isinf(replica_thresholds(background, accepted=3, replicas=5)).all()


def test_tail_keeps_every_event_above_what_it_says() -> None:
    scores = np.random.default_rng(5).integers(0, 200, (5000, 2)).astype(np.float64)
    tail = TailScores(2, keep=100)
    for start in range(0, 5000, 70):
        tail.add(scores[start : start + 70])
    assert tail.events == 5000
    assert len(tail.scores) < 700
    for version in (0, 1):
        above = tail.complete_above[version]
        assert (tail.scores[:, version] > above).sum() == (scores[:, version] > above).sum()


def test_histograms_hold_every_event() -> None:
    counts = HistogramCounts().add(np.array([0.0, 1.0, 1.5, 1e30, -1e-12]))
    found = counts.histogram(version="firmware", events_of="top")
    assert found.events == 5
    assert found.counts[0] == 2


class TestBesideMenu:
    def test_rates_overlap_and_pure_are_those_counted_by_hand(self) -> None:
        objects = np.zeros((1000, len(FEATURE_NAMES)), np.int16)
        # four jets of 120 GeV each: the first seed of the menu, on events 0 to 29
        objects[:30, JET.first : JET.first + 12 : 3] = 240
        scores = np.zeros(1000)
        scores[20:60] = np.arange(40) + 1  # the score has 40 events, 10 of them of the menu
        found = study(
            [scored(scores, objects=objects)], targets=(40.0,), menu=read_menu("cut_based")
        )
        (at,) = found.menus
        cuts, _, score = at.study.rates.seeds
        assert_allclose([cuts.total_khz.value, score.total_khz.value], [30, 40])
        assert_allclose([cuts.pure_khz.value, score.pure_khz.value], [20, 30])
        assert_allclose([cuts.proportional_khz.value, score.proportional_khz.value], [25, 35])
        assert_allclose(at.study.rates.overlap_khz[0][2], 10)
        assert_allclose(at.study.rates.total_khz.value, 60)

    def test_signal_kept_by_the_score_alone_is_told(self) -> None:
        whole = scored([*range(100), 99, 99, 0], [0] * 100 + [1] * 3)
        found = study([whole], targets=(100.0,), menu=read_menu("cut_based"))
        (signal,) = found.menus[0].study.signals
        assert (signal.pure[-1].accepted, signal.any_seed.accepted) == (2, 2)


class TestStability:
    def test_thresholds_are_kept_at_another_pile_up(self) -> None:
        nominal = study([scored(np.arange(1000.0))], targets=(20.0,))
        denser = [scored(np.arange(500, 1500.0)), scored([999.0, 3.0], [1, 1])]
        (point,) = pile_up_points(
            denser, nominal.points[1:], pile_up=60, zero_bias="zero_bias", collisions=MHZ
        )
        assert point.rate_khz.value == pytest.approx(520)
        assert [(name, one.accepted) for name, one in point.signals] == [("top", 1)]
        assert point.is_supported
        assert from_json(PileUpPoint, to_json(point), place="point") == point

    def test_pile_up_without_zero_bias_is_refused(self) -> None:
        with pytest.raises(InvalidDataError, match="pile-up 60: no events of class"):
            pile_up_points([], (), pile_up=60, zero_bias="zero_bias", collisions=MHZ)

    def test_errors_over_seeds_add_statistics_and_spread(self) -> None:
        seeds = [
            SeedResult(seed=seed, is_bit_exact=True, points=one.points, losses=one.losses)
            for seed in (1, 2, 3)
            for one in (study([sample(seed=seed)]),)
        ]
        (found,) = losses_over(seeds)
        values = [seed.losses[0].loss.loss.value for seed in seeds]
        errors = [seed.losses[0].error for seed in seeds]
        assert found.loss.value == pytest.approx(np.mean(values))
        assert found.spread == pytest.approx(np.std(values, ddof=1))
        expected = np.hypot(np.mean(errors), found.spread / 3**0.5)
        assert found.loss.error == pytest.approx(expected)
