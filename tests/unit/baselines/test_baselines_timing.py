import time
from dataclasses import replace

import numpy as np
import pytest
from timed_networks import QUICK

from codesign.baselines.timing import clock_ns, quantiles, time_calls
from codesign.design.baseline_results import Quantiles
from codesign.errors import InvalidDesignError


def test_quantiles_are_those_of_the_durations():
    durations = np.arange(1, 10_001) * 1000

    found = quantiles(durations, seed=1)

    assert (found.p50_us, found.p90_us, found.p99_us, found.p999_us) == (5000, 9000, 9900, 9990)


def test_the_interval_holds_the_median_and_is_wider_for_calls_that_come_in_bursts():
    rng = np.random.default_rng(1)
    alone = rng.exponential(1000, 10_000).astype(np.int64) + 1
    bursts = np.sort(alone.reshape(100, 100), axis=None).reshape(100, 100)
    bursts = bursts[rng.permutation(100)].ravel()  # the same durations, neighbors alike

    narrow, wide = (quantiles(each, seed=1) for each in (alone, bursts))

    assert narrow.p50_us == wide.p50_us
    assert narrow.low_us < narrow.p50_us < narrow.high_us
    assert wide.high_us - wide.low_us > 5 * (narrow.high_us - narrow.low_us)


def test_the_interval_covers_the_true_median():
    rng = np.random.default_rng(2)
    true = 1.0 + np.log(2)
    covered = 0
    for seed in range(40):
        found = quantiles((1000 * (1 + rng.exponential(1, 2000))).astype(np.int64), seed=seed)
        covered += found.low_us <= true <= found.high_us
    assert covered >= 33  # of 40 at 95 %: fewer is less likely than 0.2 %


def test_few_calls_have_no_quantile_of_one_in_a_thousand():
    assert quantiles(np.arange(1, 1000) * 1000, seed=1).p999_us is None


def test_calls_are_timed_one_by_one_with_other_events_each():
    seen = []

    def answer(inputs):
        seen.append(inputs[0])
        time.sleep(0.001)
        return ()

    found = time_calls(answer, [["a"], ["b"], ["c"]], replace(QUICK, calls=30, warmup_calls=3))

    assert found.warmup == 3
    assert len(found.durations_ns) == 30
    assert found.durations_ns.min() >= 1_000_000
    assert seen[3:9] == ["a", "b", "c", "a", "b", "c"]


def test_timing_ends_with_its_time_and_keeps_what_it_has():
    found = time_calls(lambda inputs: time.sleep(0.01), [[]], replace(QUICK, cell_s=0.1))

    assert 2 <= len(found.durations_ns) <= 11


def test_reading_the_clock_takes_less_than_a_call():
    assert 0 < clock_ns() < 100_000


def test_quantiles_that_fall_are_no_quantiles():
    with pytest.raises(InvalidDesignError, match="quantiles of durations rise"):
        Quantiles(p50_us=2.0, low_us=2.0, high_us=2.0, p90_us=1.0, p99_us=3.0, p999_us=None)
