"""A pool of inelastic collisions, made once, from which pile-up is drawn.

Tails of a trigger come from the few collisions with much energy or a muon. A pool is stratified:
hard collisions are made apart, many more than their share, and drawn in their share. Of each
stratum it keeps every collision with a muon or much energy, the loud, and of the others, the quiet,
the first `MAX_QUIET`. So a pool of many collisions stays small and loses nothing where it matters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from math import hypot
from typing import Final

import numpy as np

from codesign.data.l1.towers import Seen, together

MAX_QUIET: Final = 50_000
"""Collisions of a stratum with neither much energy nor a muon that a pool keeps."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stratum:
    """Collisions of one kind as towers and muons.

    Attributes:
        name: What kind.
        pt_hat_gev: The least transverse momentum of their hardest parton interaction; None where
            that does not tell how hard they are.
        cross_section_mb: How often such collisions happen, in mb.
        error_mb: Its statistical error.
        made: How many were made.
        quiet: Collisions with neither much energy nor a muon; not all that were made.
        loud: All others.
    """

    name: str
    pt_hat_gev: float | None
    cross_section_mb: float
    error_mb: float
    made: int
    quiet: Seen
    loud: Seen

    @property
    def num_muons(self) -> int:
        """Muons in the collisions."""
        return len(self.loud.muons.momenta)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """Inelastic collisions as towers and muons.

    Attributes:
        strata: Kinds of collisions, those with a pT-hat from the softest to the hardest.
        seed: Of the making.
    """

    strata: tuple[Stratum, ...]
    seed: int

    @property
    def made(self) -> int:
        """How many collisions were made."""
        return sum(stratum.made for stratum in self.strata)

    @property
    def num_muons(self) -> int:
        """Muons in the pool."""
        return sum(stratum.num_muons for stratum in self.strata)

    @property
    def shares(self) -> tuple[float, ...]:
        """Which share of all collisions is of each stratum."""
        total = sum(stratum.cross_section_mb for stratum in self.strata)
        return tuple(stratum.cross_section_mb / total for stratum in self.strata)


def joined_strata(parts: Iterable[Stratum]) -> tuple[Stratum, ...]:
    """Return parts that follow one another and are of one name as one stratum.

    Of the quiet collisions the first `MAX_QUIET` are kept. Cross sections are averaged by the
    number of collisions.
    """
    return tuple(_joined(some) for _, some in groupby(parts, key=lambda part: part.name))


def _joined(parts: Iterable[Stratum]) -> Stratum:
    first: Stratum | None = None
    quiet: list[Seen] = []
    loud: list[Seen] = []
    made, total, error = 0, 0.0, 0.0
    for part in parts:
        first = first or part
        room = MAX_QUIET - sum(map(len, quiet))
        quiet.append(part.quiet.take(np.arange(min(room, len(part.quiet)))))
        loud.append(part.loud)
        made += part.made
        total += part.made * part.cross_section_mb
        error = hypot(error, part.made * part.error_mb)
    assert first is not None  # noqa: S101 - a group has a part
    return Stratum(
        name=first.name,
        pt_hat_gev=first.pt_hat_gev,
        cross_section_mb=total / made,
        error_mb=error / made,
        made=made,
        quiet=together(quiet),
        loud=together(loud),
    )
