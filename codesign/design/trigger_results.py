"""What a trigger does: rates in kHz, efficiencies, and how sure they are."""

import math
from dataclasses import dataclass

from codesign.design.results import Measurement
from codesign.errors import InvalidDesignError

ENOUGH_EVENTS = 10
"""Accepted events below which a rate is flagged: its relative error is above 30 %."""

ENOUGH_COLLISIONS = 10
"""Distinct collisions behind a rate below which it is flagged, where events share collisions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collisions:
    """How often something happens that a trigger can accept.

    Attributes:
        clock_mhz: Bunch crossings a microsecond, filled or not.
        filled: The share of crossings in which two filled bunches meet.
    """

    clock_mhz: float = 40.0
    filled: float = 2760 / 3564
    """2,760 colliding bunch pairs in 3,564 slots: LHC Design Report vol. I (CERN-2004-003), and the
    2,748-2,760 of a full machine in the years since."""

    def __post_init__(self) -> None:
        if not 0 < self.filled <= 1 or not 0 < self.clock_mhz <= 1000:
            msg = (
                f"crossings at {self.clock_mhz} MHz of which {self.filled} are filled: expected a "
                "clock in (0, 1000] MHz and a share in (0, 1]"
            )
            raise InvalidDesignError(msg)

    @property
    def rate_khz(self) -> float:
        """Filled crossings a millisecond: the rate of a trigger that accepts everything."""
        return self.clock_mhz * 1000 * self.filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """A share of events with its interval.

    Attributes:
        accepted: Events accepted.
        events: Events seen.
        low: Lower end of the 68.3 % Clopper-Pearson interval.
        high: Upper end of it.
    """

    accepted: int
    events: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share."""
        return self.accepted / self.events

    @property
    def error(self) -> float:
        """The binomial error ``sqrt(p (1 - p) / n)``, the rule of arXiv:2108.03986."""
        share = self.value
        return float((share * (1 - share) / self.events) ** 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingPoint:
    """A threshold and what it means.

    Attributes:
        threshold: Events with a score at or above it are accepted; None where the largest score
            alone is more frequent than the target, so that none is.
        target_khz: The rate asked for; the rate reached is at most this.
        rate_khz: Of zero-bias crossings, with its Poisson error.
        background: Zero-bias events accepted and seen.
        signals: The efficiency of each signal, by name.
        is_supported: Whether at least ``ENOUGH_EVENTS`` zero-bias events are accepted.
        rests_on_few: Whether the rate may rest on fewer than ``ENOUGH_COLLISIONS`` collisions, by
            what the events say of the pool that they were drawn from.
    """

    threshold: float | None
    target_khz: float
    rate_khz: Measurement
    background: Efficiency
    signals: tuple[tuple[str, Efficiency], ...]
    is_supported: bool
    rests_on_few: bool = False

    @property
    def least_score(self) -> float:
        """The smallest score that is accepted; infinity where none is."""
        return math.inf if self.threshold is None else self.threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCurve:
    """The efficiency of one signal against the rate of the trigger, for one version of a score.

    Attributes:
        version: Of the score: ``"float"``, ``"firmware"``, ...
        signal: Which events.
        rates_khz: Of each threshold, rising; from the first that accepts ``ENOUGH_EVENTS``.
        efficiencies: Of the signal at each threshold.
        thresholds: Falling.
        background: Zero-bias events seen.
        events: Signal events seen.
    """

    version: str
    signal: str
    rates_khz: tuple[float, ...]
    efficiencies: tuple[float, ...]
    thresholds: tuple[float, ...]
    background: int
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRate:
    """What one line of a menu costs.

    Attributes:
        name: Of the seed.
        total_khz: Of all its events.
        pure_khz: Of those that no other seed accepts.
        proportional_khz: Each event shared equally among the seeds that accept it: the sum over
            seeds is the rate of the menu.
        is_supported: Whether at least ``ENOUGH_EVENTS`` events are accepted.
    """

    name: str
    total_khz: Measurement
    pure_khz: Measurement
    proportional_khz: Measurement
    is_supported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuRates:
    """What a menu costs.

    Attributes:
        seeds: In the order of the menu.
        overlap_khz: The rate of events that both of two seeds accept, one row a seed.
        total_khz: Of events that any seed accepts.
        events: Zero-bias events seen.
        collisions: What the rates are shares of.
    """

    seeds: tuple[SeedRate, ...]
    overlap_khz: tuple[tuple[float, ...], ...]
    total_khz: Measurement
    events: int
    collisions: Collisions


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEfficiency:
    """What a menu keeps of one signal.

    Attributes:
        signal: Which events.
        seeds: The efficiency of each seed, in the order of the menu.
        pure: For each seed the share of events that it alone accepts.
        any_seed: Of the menu.
    """

    signal: str
    seeds: tuple[Efficiency, ...]
    pure: tuple[Efficiency, ...]
    any_seed: Efficiency


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuStudy:
    """A menu on a sample.

    Attributes:
        menu: Its name.
        rates: On zero-bias events.
        signals: One entry a signal.
    """

    menu: str
    rates: MenuRates
    signals: tuple[MenuEfficiency, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedLoss:
    """The efficiency that is lost from one version of a score to another, on the same events.

    Attributes:
        signal: Which events.
        reference: The version that is replaced.
        version: The version that replaces it.
        loss: ``efficiency(reference) - efficiency(version)`` and its error at fixed thresholds,
            which counts only events on which the two disagree.
        gained: Events that only the new version accepts.
        lost: Events that only the reference accepts.
        events: Events seen.
    """

    signal: str
    reference: str
    version: str
    loss: Measurement
    gained: int
    lost: int
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointOf:
    """A working point of one version of a score.

    Attributes:
        version: Which.
        point: Its threshold, rate and efficiencies.
    """

    version: str
    point: WorkingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class LossAt:
    """What a version loses at a rate.

    Attributes:
        rate_khz: That both versions stay within, each by a threshold of its own.
        loss: The efficiency lost, and its error at these thresholds.
        error: Its error where the thresholds are those of other zero-bias events too: standard
            deviation over a bootstrap of zero bias and signal, both versions on the same events.
        is_supported: Whether both thresholds accept at least ``ENOUGH_EVENTS`` zero-bias events.
    """

    rate_khz: float
    loss: PairedLoss
    error: float
    is_supported: bool
