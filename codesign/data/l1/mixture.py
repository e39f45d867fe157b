"""The collisions of a pool side by side, each kind drawn in its share."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from codesign.data.l1.pool import Pool
from codesign.data.l1.towers import Seen, together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixture:
    """Kinds of collisions, one behind the other.

    Attributes:
        seen: All collisions.
        first: Shape (kinds,), int64, where those of each kind begin.
        count: Shape (kinds,), int64, how many of each kind there are, at least 1.
        share: Shape (kinds,), float64, how much of all collisions each kind stands for.
    """

    seen: Seen
    first: NDArray[np.int64]
    count: NDArray[np.int64]
    share: NDArray[np.float64]

    @classmethod
    def of(cls, pool: Pool) -> Self:
        """Return the quiet and the loud collisions of each stratum as a kind each."""
        kinds = [
            (seen, share * number / stratum.made)
            for stratum, share in zip(pool.strata, pool.shares, strict=True)
            for seen, number in (
                (stratum.quiet, stratum.made - len(stratum.loud)),
                (stratum.loud, len(stratum.loud)),
            )
            if len(seen)
        ]
        count = np.array([len(seen) for seen, _ in kinds])
        return cls(
            seen=together([seen for seen, _ in kinds]),
            first=np.cumsum(count) - count,
            count=count,
            share=np.array([share for _, share in kinds]),
        )

    def draw(
        self, pile_up: float, generator: np.random.Generator, *, num_crossings: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the collisions of some crossings.

        Args:
            pile_up: The mean number of collisions a crossing.
            generator: The source of chance.
            num_crossings: How many crossings.

        Returns:
            Positions in ``seen``, and the crossing of each, from 0, both of shape (collisions,).
        """
        numbers = generator.poisson(pile_up * self.share[:, None], (len(self.share), num_crossings))
        crossing = np.repeat(np.tile(np.arange(num_crossings), len(numbers)), numbers.ravel())
        kind = np.repeat(np.arange(len(numbers)), numbers.sum(axis=1))
        return self.first[kind] + generator.integers(0, self.count[kind]), crossing
