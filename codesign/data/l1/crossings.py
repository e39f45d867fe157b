"""Bunch crossings: collisions drawn from a pool, or a signal among them, as trigger objects.

Crossings are made in units of `UNIT_CROSSINGS`, each with its own seed, so the result does not
depend on the number of processes.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codesign.data.l1.layout import FEATURE_NAMES, ZERO_BIAS
from codesign.data.l1.mixture import Mixture
from codesign.data.l1.objects import find_objects
from codesign.data.l1.pool_file import read_pool
from codesign.data.l1.process import SIGNALS, signal_collisions
from codesign.data.l1.towers import (
    NUM_ETA,
    NUM_PHI,
    NUM_TOWERS,
    TURNS,
    Deposits,
    Seen,
    see,
    together,
)
from codesign.data.pythia import MAX_SEED

UNIT_CROSSINGS: Final = 1_000
"""Crossings that are made with one seed."""

CLASSES: Final = (ZERO_BIAS, *SIGNALS)
"""The classes in the order of their labels."""

_BATCH_CROSSINGS = 40
_BATCH_SIGNALS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Crossings that are made together.

    Attributes:
        pool: The file of the pool.
        name: One of `CLASSES`.
        number: Counts the units of the class from 0.
        crossings: How many.
        pile_up: Mean number of collisions a crossing beside the signal.
        seed: That of the whole sample.
    """

    pool: Path
    name: str
    number: int
    crossings: int
    pile_up: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """Collisions in crossings.

    Attributes:
        seen: The collisions.
        crossing: Shape (collisions,), int64, that of each, from 0, in any order.
    """

    seen: Seen
    crossing: NDArray[np.int64]


def make_unit(unit: Unit) -> NDArray[np.int16]:
    """Return the crossings of a unit, shape (crossings, 57), in hardware integers.

    Raises:
        InvalidDataError: If the file of the pool is not what it should be.
        ToolNotFoundError: If a signal is asked for and Pythia 8 is not installed (extra ``gen``).
        ToolFailedError: If Pythia fails.
    """
    mixture = _mixture(unit.pool)
    key = (CLASSES.index(unit.name), unit.number)
    state = np.random.SeedSequence(unit.seed, spawn_key=key).generate_state(2)
    generator = np.random.default_rng(int(state[1]))
    signal = None
    if unit.name != ZERO_BIAS:
        pythia_seed = int(state[0]) % MAX_SEED + 1
        signal = _signal(unit.name, unit.crossings, pythia_seed, generator)
    events = np.empty((unit.crossings, len(FEATURE_NAMES)), dtype=np.int16)
    for start in range(0, unit.crossings, _BATCH_CROSSINGS):
        stop = min(start + _BATCH_CROSSINGS, unit.crossings)
        drawn = [draw(mixture, unit.pile_up, generator, num_crossings=stop - start)]
        if signal is not None:
            own = np.arange(start, stop)
            drawn.append(Drawn(seen=signal.take(own), crossing=own - start))
        events[start:stop] = overlay(drawn, num_crossings=stop - start)
    return events


def draw(
    mixture: Mixture, pile_up: float, generator: np.random.Generator, *, num_crossings: int
) -> Drawn:
    """Return a Poisson number of collisions for each crossing, of each kind in its share.

    Each is turned about the beam and mirrored in eta at random, which no collision minds: those of
    a small pool seldom meet again in the same way.
    """
    chosen, crossing = mixture.draw(pile_up, generator, num_crossings=num_crossings)
    turns = generator.integers(0, TURNS, len(chosen))
    return Drawn(seen=mixture.seen.take(chosen).turned(turns), crossing=crossing)


def overlay(drawn: list[Drawn], *, num_crossings: int) -> NDArray[np.int16]:
    """Return the objects of crossings, all their collisions in the same towers.

    Returns:
        Shape (crossings, 57), in hardware integers.
    """
    ecal = _filled([(one.seen.ecal, one.crossing) for one in drawn], num_crossings)
    hcal = _filled([(one.seen.hcal, one.crossing) for one in drawn], num_crossings)
    muon_event = [np.repeat(one.crossing, np.diff(one.seen.muons.offsets)) for one in drawn]
    momenta = [one.seen.muons.momenta for one in drawn]
    return find_objects(
        ecal,
        hcal,
        np.concatenate([*muon_event, np.zeros(0, np.int64)]),
        np.concatenate([*momenta, np.zeros((0, 3), np.float32)]),
    )


def _filled(
    parts: list[tuple[Deposits, NDArray[np.int64]]], num_crossings: int
) -> NDArray[np.float32]:
    """Return the energy of each tower, shape (crossings, 82, 72)."""
    key, energy = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
    for deposits, crossing in parts:
        owner = np.repeat(crossing, np.diff(deposits.offsets))
        key.append(owner * NUM_TOWERS + deposits.tower)
        energy.append(deposits.et_gev)
    summed = np.bincount(
        np.concatenate(key), weights=np.concatenate(energy), minlength=num_crossings * NUM_TOWERS
    )
    return summed.astype(np.float32).reshape(num_crossings, NUM_ETA, NUM_PHI)


def _signal(name: str, events: int, seed: int, generator: np.random.Generator) -> Seen:
    pythia = signal_collisions(name, seed=seed)
    parts, done = [], 0
    while done < events:
        particles, made = pythia.next(min(_BATCH_SIGNALS, events - done))
        parts.append(see(particles, generator, num_events=made))
        done += made
    return together(parts)


@lru_cache(maxsize=1)
def _mixture(path: Path) -> Mixture:
    """Return what a pool gives to draw from, read once a process."""
    return Mixture.of(read_pool(path))
