"""Thresholds elsewhere: at another pile-up, and over trainings."""

from collections.abc import Iterable, Sequence

import numpy as np

from codesign.design.results import Measurement
from codesign.design.trigger_results import ENOUGH_EVENTS, Collisions, LossAt, PointOf
from codesign.design.trigger_study import LossOverSeeds, PileUpPoint, SeedResult
from codesign.errors import InvalidDataError
from codesign.trigger.efficiency import efficiency
from codesign.trigger.scored import Scored
from codesign.trigger.sharing import SharedCollisions
from codesign.trigger.working_point import rate


def pile_up_points(
    parts: Iterable[Scored],
    points: Sequence[PointOf],
    *,
    pile_up: float,
    zero_bias: str,
    collisions: Collisions,
) -> tuple[PileUpPoint, ...]:
    """Return what thresholds mean for events at another pile-up.

    Args:
        parts: The events; the last of their versions is the one of the thresholds.
        points: The thresholds, of that version.
        pile_up: Mean collisions a crossing.
        zero_bias: The class that rates are made of; every other class is a signal.
        collisions: What rates are shares of.

    Raises:
        InvalidDataError: If no events are of that class.
    """
    seen: dict[str, int] = {}
    shared = SharedCollisions()
    accepted: dict[str, list[int]] = {}
    for part in parts:
        for number, name in enumerate(part.label_names):
            scores = part.scores[part.labels == number, -1]
            if not len(scores):
                continue
            seen[name] = seen.get(name, 0) + len(scores)
            if name == zero_bias:
                shared.add(part.smallest_share, len(scores))
            passed = [int((scores >= of.point.least_score).sum()) for of in points]
            before = accepted.get(name, [0] * len(points))
            accepted[name] = [one + more for one, more in zip(before, passed, strict=True)]
    if zero_bias not in seen:
        found = ", ".join(seen) or "none"
        msg = f"pile-up {pile_up:g}: no events of class {zero_bias!r}; classes are {found}"
        raise InvalidDataError(msg)
    return tuple(
        PileUpPoint(
            pile_up=pile_up,
            target_khz=of.point.target_khz,
            rate_khz=rate(accepted[zero_bias][number], seen[zero_bias], collisions),
            background=efficiency(accepted[zero_bias][number], seen[zero_bias]),
            signals=tuple(
                (name, efficiency(accepted[name][number], events))
                for name, events in seen.items()
                if name != zero_bias
            ),
            is_supported=accepted[zero_bias][number] >= ENOUGH_EVENTS,
            rests_on_few=accepted[zero_bias][number] < shared.smallest_share * seen[zero_bias],
        )
        for number, of in enumerate(points)
    )


def losses_over(seeds: Sequence[SeedResult]) -> tuple[LossOverSeeds, ...]:
    """Return the mean loss over trainings, with an error; see :class:`LossOverSeeds`."""
    return tuple(
        _over([seed.losses[number] for seed in seeds]) for number in range(len(seeds[0].losses))
    )


def _over(losses: Sequence[LossAt]) -> LossOverSeeds:
    values = [at.loss.loss.value for at in losses]
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    of_one = float(np.mean([at.error for at in losses]))
    first = losses[0]
    return LossOverSeeds(
        rate_khz=first.rate_khz,
        signal=first.loss.signal,
        version=first.loss.version,
        loss=Measurement(
            value=float(np.mean(values)), error=float(np.hypot(of_one, spread / len(values) ** 0.5))
        ),
        spread=spread,
        seeds=len(losses),
        is_supported=all(at.is_supported for at in losses),
    )
