"""Level-1 samples: zero bias at any pile-up and signals in it, in chunks of any total."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codesign.data.event_set import EventSet, joined
from codesign.data.in_order import in_order
from codesign.data.l1.crossings import CLASSES, UNIT_CROSSINGS, Unit, make_unit
from codesign.data.l1.layout import FEATURE_NAMES, UNITS, ZERO_BIAS
from codesign.data.l1.pool import Pool
from codesign.data.l1.pool_file import read_pool
from codesign.data.l1.pool_statistics import FEW, smallest_share, smallest_unordered_share, weights
from codesign.data.l1.process import SIGNALS
from codesign.data.l1.supported import SMALLEST_SHARE
from codesign.data.optional import optional_module
from codesign.design.progress import Progress, silent
from codesign.errors import InvalidDesignError

CHUNK_UNITS: Final = 50
"""Units in one chunk: 50,000 crossings, 6 MB."""

_MAX_PILE_UP = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class L1Sample:
    """A Level-1 sample that can be made.

    Attributes:
        pool: The file of the pool of collisions; `write_pool` makes it.
        crossings: Zero-bias crossings.
        signal_events: Events of each signal.
        signals: Which signals.
        pile_up: Mean number of inelastic collisions a crossing; a signal comes on top.
        seed: The same seed and pool give the same events.

    Raises:
        InvalidDesignError: If a number is out of range or a signal unknown.
    """

    pool: Path
    crossings: int
    signal_events: int = 0
    signals: tuple[str, ...] = tuple(SIGNALS)
    pile_up: float = 50.0
    seed: int = 1

    def __post_init__(self) -> None:
        unknown = [name for name in self.signals if name not in SIGNALS]
        if unknown or len(set(self.signals)) != len(self.signals):
            msg = (
                f"signals are {', '.join(map(repr, self.signals))}; "
                f"name some of {', '.join(SIGNALS)}, each once"
            )
            raise InvalidDesignError(msg)
        if min(self.crossings, self.signal_events, self.seed) < 0 or self.total < 1:
            msg = (
                f"{self.crossings} crossings and {self.signal_events} events a signal with seed "
                f"{self.seed}; expected at least one event and a seed >= 0"
            )
            raise InvalidDesignError(msg)
        if not 0 <= self.pile_up <= _MAX_PILE_UP:
            msg = f"a pile-up of {self.pile_up:g}; expected 0 to {_MAX_PILE_UP:g} collisions"
            raise InvalidDesignError(msg)

    @property
    def total(self) -> int:
        """Events of all classes."""
        return self.crossings + self.signal_events * len(self.signals)

    @property
    def units(self) -> Iterator[Unit]:
        """The units that make it up, class by class, zero bias first."""
        for name in CLASSES:
            wanted = self.crossings if name == ZERO_BIAS else self.signal_events
            if name != ZERO_BIAS and name not in self.signals:
                continue
            for number, start in enumerate(range(0, wanted, UNIT_CROSSINGS)):
                yield Unit(
                    pool=self.pool,
                    name=name,
                    number=number,
                    crossings=min(UNIT_CROSSINGS, wanted - start),
                    pile_up=self.pile_up,
                    seed=self.seed,
                )


def l1_chunks(
    sample: L1Sample, *, processes: int = 1, progress: Progress = silent
) -> Iterator[EventSet]:
    """Yield a Level-1 sample in chunks of at most 50,000 events of one class.

    Args:
        sample: What to make.
        processes: How many work at it, each with the pool in memory; the events do not change.
            With more than one, a script that calls this needs the usual
            ``if __name__ == "__main__":``.
        progress: Told the number of crossings made.

    Raises:
        InvalidDataError: If the pool is not what it should be.
        InvalidDesignError: If there is no process.
        ToolNotFoundError: If signals are asked for and Pythia 8 is not installed (extra ``gen``).
        ToolFailedError: If Pythia fails.
    """
    if processes < 1:
        msg = f"got processes={processes}; expected at least 1"
        raise InvalidDesignError(msg)
    if sample.signal_events and sample.signals:
        optional_module("pythia8mc", extra="gen")
    provenance = _provenance(sample, read_pool(sample.pool))
    made = zip(sample.units, in_order(make_unit, sample.units, processes=processes), strict=True)
    done = 0
    for _, group in groupby(made, key=lambda pair: (pair[0].name, pair[0].number // CHUNK_UNITS)):
        units, parts = [], []
        for unit, events in group:
            units.append(unit)
            parts.append(events)
            done += unit.crossings
            progress(done, sample.total, "crossings")
        yield _chunk(units[0].name, parts, provenance)


def l1_events(sample: L1Sample, *, processes: int = 1, progress: Progress = silent) -> EventSet:
    """Return a whole Level-1 sample; arguments and errors as of `l1_chunks`."""
    return joined(list(l1_chunks(sample, processes=processes, progress=progress)))


def _chunk(
    name: str, parts: Sequence[NDArray[np.int16]], provenance: tuple[tuple[str, str], ...]
) -> EventSet:
    features = np.concatenate(parts)
    return EventSet(
        features=features,
        feature_names=FEATURE_NAMES,
        units=UNITS,
        labels=np.full(len(features), CLASSES.index(name)),
        label_names=CLASSES,
        sample="Level-1 objects, generated",
        provenance=provenance,
    )


def _provenance(sample: L1Sample, pool: Pool) -> tuple[tuple[str, str], ...]:
    """Return how the events come to be and what their statistics allow."""
    smallest = smallest_share(pool, sample.pile_up)
    unordered = smallest_unordered_share(pool, sample.pile_up)
    command = (
        f"codesign.data.l1.L1Sample(crossings={sample.crossings}, "
        f"signal_events={sample.signal_events}, signals={sample.signals}, "
        f"pile_up={sample.pile_up:g}, seed={sample.seed})"
    )
    pile_up = (
        f"Poisson with mean {sample.pile_up:g}, from a pool of {pool.made:,} collisions in "
        f"{len(pool.strata)} strata (seed {pool.seed}) with {pool.num_muons:,} muons, each turned "
        "and mirrored at random"
    )
    statistics = (
        f"crossings share collisions: a rate below {smallest:.1e} of all crossings may rest "
        f"on fewer than {FEW} of them; one that muons decide, below {unordered:.1e}"
    )
    strata = "; ".join(
        f"{stratum.name}: {stratum.made:,} of {stratum.cross_section_mb:.4g} mb, each in "
        f"{weight:.1e} of all crossings"
        for stratum, weight in zip(pool.strata, weights(pool, sample.pile_up), strict=True)
    )
    limits = (
        "jets are uncalibrated and more frequent than CMS measures; no decays in flight, no "
        "punch-through, no noise"
    )
    return (
        ("command", command),
        ("generator", "Pythia 8.317, 13 TeV, on a map of 82 x 72 trigger towers"),
        ("pile-up", pile_up),
        ("strata", strata),
        ("statistics", statistics),
        (SMALLEST_SHARE, f"{smallest:.3e}"),
        ("units", "hardware integers of a Global Trigger; see codesign.data.l1"),
        ("limits", limits),
    )
