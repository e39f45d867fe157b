"""All that is known about a score as a trigger: what ``codesign trigger run`` writes as JSON."""

from dataclasses import dataclass

from codesign.design.results import Measurement
from codesign.design.trigger_results import (
    Collisions,
    Efficiency,
    LossAt,
    MenuStudy,
    PointOf,
    RateCurve,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreHistogram:
    """How often scores occur.

    Attributes:
        version: Of the score.
        events_of: The class of the events.
        edges: Of the bins: 0, then powers of two and steps between them.
        counts: Events in each bin.
    """

    version: str
    events_of: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def events(self) -> int:
        """How many events it holds."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnOnCurve:
    """The efficiency of a trigger against a quantity of the event.

    Attributes:
        quantity: What it is.
        unit: Of the quantity.
        signal: Which events.
        rate_khz: Of the trigger.
        edges: Of the bins, rising.
        bins: One a bin; None where no event lies.
    """

    quantity: str
    unit: str
    signal: str
    rate_khz: float
    edges: tuple[float, ...]
    bins: tuple[Efficiency | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuAt:
    """A menu with the score as its last line.

    Attributes:
        rate_khz: What the score stays within.
        study: Rates on zero bias and efficiencies on signals.
    """

    rate_khz: float
    study: MenuStudy


@dataclass(frozen=True, slots=True, kw_only=True)
class PileUpPoint:
    """What a threshold means at another pile-up.

    Attributes:
        pile_up: Mean collisions a crossing.
        target_khz: The rate that the threshold was chosen for, at the pile-up of the sample.
        rate_khz: Its rate here.
        background: Zero-bias events accepted and seen.
        signals: The efficiency of each signal that came with them.
        is_supported: Whether at least ``ENOUGH_EVENTS`` zero-bias events are accepted.
        rests_on_few: As in :class:`WorkingPoint`.
    """

    pile_up: float
    target_khz: float
    rate_khz: Measurement
    background: Efficiency
    signals: tuple[tuple[str, Efficiency], ...]
    is_supported: bool
    rests_on_few: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedResult:
    """One training of several.

    Attributes:
        seed: Of weights, shuffling and the split of the events.
        is_bit_exact: Whether the certificate of its firmware says so.
        points: As in :class:`TriggerStudy`.
        losses: Likewise.
    """

    seed: int
    is_bit_exact: bool
    points: tuple[PointOf, ...]
    losses: tuple[LossAt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LossOverSeeds:
    """What a version loses on average over trainings.

    Attributes:
        rate_khz: That all stay within.
        signal: Which events.
        version: Which.
        loss: The mean over seeds. Its error adds in quadrature the mean error of one seed, since
            seeds share their events, and the standard deviation over seeds divided by the root of
            their number.
        spread: Standard deviation over seeds; 0 for a single one.
        seeds: How many.
        is_supported: Whether every seed's is.
    """

    rate_khz: float
    signal: str
    version: str
    loss: Measurement
    spread: float
    seeds: int
    is_supported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerStudy:
    """What a score is worth as a trigger.

    Attributes:
        design: Whose score it is.
        collisions: What rates are shares of.
        points: For each target rate, one entry a version.
        losses: For each target rate, version and signal what is lost against the first version.
        curves: Efficiency against rate of each version and signal.
        histograms: Distribution of the score of each version and class.
        turn_ons: Of the last version at the tightest target that the sample supports.
        menus: The score beside a menu, one entry a target rate.
        pile_ups: The last version's thresholds at other pile-ups.
        seeds: One entry a training, this one first; empty where there was no other.
        losses_over: The losses over those trainings.
        smallest_share: The share of zero-bias events below which a rate may rest on fewer than
            ``ENOUGH_COLLISIONS`` collisions; 0 where they share none.
    """

    design: str
    collisions: Collisions
    points: tuple[PointOf, ...]
    losses: tuple[LossAt, ...]
    curves: tuple[RateCurve, ...]
    histograms: tuple[ScoreHistogram, ...]
    turn_ons: tuple[TurnOnCurve, ...] = ()
    menus: tuple[MenuAt, ...] = ()
    pile_ups: tuple[PileUpPoint, ...] = ()
    seeds: tuple[SeedResult, ...] = ()
    losses_over: tuple[LossOverSeeds, ...] = ()
    smallest_share: float = 0.0

    @property
    def supported_khz(self) -> float:
        """The rate below which it may rest on too few collisions."""
        return self.smallest_share * self.collisions.rate_khz
