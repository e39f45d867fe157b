"""Read the clock around calls, and say what the durations are."""

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.baselines.host import BusyCores
from codesign.baselines.runtime import Answer, Reals
from codesign.design.baseline_results import Quantiles
from codesign.design.protocol import Protocol

_RESAMPLES = 200
_BLOCK = 100
_TAIL_CALLS = 1000
_CLOCK_READS = 10_000


@dataclass(frozen=True, eq=False, kw_only=True)
class Timed:
    """The calls of one cell.

    Attributes:
        durations_ns: Wall time of each call in nanoseconds.
        warmup: Calls before them.
        cpu_s: Time that they kept cores busy, all threads together.
        foreign_cores: Cores that other programs kept busy; None where it was too short to tell.
    """

    durations_ns: NDArray[np.int64]
    warmup: int
    cpu_s: float
    foreign_cores: float | None


def time_calls(answer: Answer, pool: Sequence[Sequence[Reals]], protocol: Protocol) -> Timed:
    """Time calls one by one, each with other events, until their number or their time is reached.

    The garbage collector is off meanwhile.

    Args:
        answer: The runtime.
        pool: The inputs of one call an entry, taken in turn.
        protocol: How many calls and how long.
    """
    warmup = _warm_up(answer, pool, protocol)
    clock, size, calls = time.perf_counter_ns, len(pool), protocol.calls
    durations = np.empty(calls, np.int64)
    gc.collect()
    gc.disable()
    busy, cpu = BusyCores(), time.process_time()
    done, deadline = 0, clock() + round(protocol.cell_s * 1e9)
    try:
        while done < calls:
            given = pool[done % size]
            begun = clock()
            answer(given)
            ended = clock()
            durations[done] = ended - begun
            done += 1
            if ended > deadline:
                break
    finally:
        gc.enable()
    return Timed(
        durations_ns=durations[:done],
        warmup=warmup,
        cpu_s=time.process_time() - cpu,
        foreign_cores=busy.foreign_cores(),
    )


def _warm_up(answer: Answer, pool: Sequence[Sequence[Reals]], protocol: Protocol) -> int:
    deadline = time.monotonic() + protocol.warmup_s
    for call in range(protocol.warmup_calls):
        answer(pool[call % len(pool)])
        if time.monotonic() > deadline:
            return call + 1
    return protocol.warmup_calls


def quantiles(durations_ns: NDArray[np.int64], *, seed: int) -> Quantiles:
    """Return the quantiles of durations, and an interval of the median.

    The interval holds 95 % of the medians of resampled sequences. Whole blocks of consecutive calls
    are drawn: what disturbs one call disturbs its neighbors, and single calls drawn would make the
    interval too narrow.

    Args:
        durations_ns: In the order of the calls, shape (calls,).
        seed: Of the resampling.

    Source:
        Circular block bootstrap, Politis and Romano (1992), in Exploring the Limits of Bootstrap.
    """
    us = durations_ns / 1000
    p50, p90, p99, p999 = np.quantile(us, (0.5, 0.9, 0.99, 0.999), method="inverted_cdf")
    low, high = _median_interval(us, seed)
    return Quantiles(
        p50_us=float(p50),
        low_us=min(low, float(p50)),
        high_us=max(high, float(p50)),
        p90_us=float(p90),
        p99_us=float(p99),
        p999_us=float(p999) if len(us) >= _TAIL_CALLS else None,
    )


def _median_interval(us: NDArray[np.float64], seed: int) -> tuple[float, float]:
    block = max(1, min(_BLOCK, len(us) // 10))
    rng, blocks = np.random.default_rng(seed), -(-len(us) // block)
    starts = rng.integers(len(us), size=(_RESAMPLES, blocks, 1))
    chosen = (starts + np.arange(block)) % len(us)
    medians = np.median(us[chosen.reshape(_RESAMPLES, -1)], axis=1)
    low, high = np.quantile(medians, (0.025, 0.975))
    return float(low), float(high)


def clock_ns() -> float:
    """Return the median of what two readings of the clock with nothing between them differ by."""
    clock = time.perf_counter_ns
    return float(np.median([-(clock() - clock()) for _ in range(_CLOCK_READS)]))
