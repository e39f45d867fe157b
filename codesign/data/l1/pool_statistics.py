"""What rates a pool of collisions supports.

Crossings are many, the collisions in them are not. One collision of a stratum is in a share of
crossings that is its *weight*: the share of the stratum among all collisions, by the number of
those made, times the pile-up. Where one such collision suffices to be accepted, a rate is a
multiple of the weight.

The harder a collision, the sooner a trigger accepts it: a share f of crossings is taken up by the
strata from the hardest downwards. A score does not order collisions by their pT-hat alone, so what
counts is the weight in the last of these or in the stratum below it, whichever is larger: a rate is
supported where ten such collisions are less than it.
"""

from itertools import accumulate
from typing import Final

from codesign.data.l1.pool import Pool

FEW: Final = 10
"""Distinct collisions below which a rate means little."""


def weights(pool: Pool, pile_up: float) -> tuple[float, ...]:
    """Return for each stratum which share of crossings one of its collisions is in."""
    pairs = zip(pool.strata, pool.shares, strict=True)
    return tuple(pile_up * share / stratum.made for stratum, share in pairs)


def distinct_collisions(pool: Pool, pile_up: float, *, share: float) -> float:
    """Return on how many distinct collisions a share of crossings rests, cautiously counted."""
    return share / _weight_at(pool, pile_up, share)


def smallest_share(pool: Pool, pile_up: float) -> float:
    """Return the share of crossings below which a rate may rest on under ten collisions."""
    smallest = 1.0
    for least, weight in _ladder(pool, pile_up):
        smallest = min(smallest, max(least, FEW * weight))
        if FEW * weight > least:
            break
    return smallest


def smallest_unordered_share(pool: Pool, pile_up: float) -> float:
    """Return the limit where pT-hat does not tell which collisions are accepted, as of a muon.

    A muon of a soft collision is accepted as soon as that of a hard one, and each soft collision is
    in many crossings: ten of the stratum of the largest weight.
    """
    return min(1.0, FEW * max(weights(pool, pile_up)))


def _weight_at(pool: Pool, pile_up: float, share: float) -> float:
    return next(weight for least, weight in _ladder(pool, pile_up) if share >= least)


def _ladder(pool: Pool, pile_up: float) -> list[tuple[float, float]]:
    """Return the least share that each stratum has a part in, and the weight that counts there.

    The softest comes first. A stratum without pT-hat is none of it.
    """
    rungs = [
        (share, weight)
        for stratum, share, weight in zip(
            pool.strata, pool.shares, weights(pool, pile_up), strict=True
        )
        if stratum.pt_hat_gev is not None
    ]
    harder = [0.0, *accumulate(pile_up * share for share, _ in reversed(rungs))]
    return [
        (harder[len(rungs) - 1 - number], max(weight, rungs[max(number - 1, 0)][1]))
        for number, (_, weight) in enumerate(rungs)
    ]
