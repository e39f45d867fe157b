"""When events go in: the patterns that bring out what a schedule can get wrong.

A *step* is what the test bench does next. It lasts one cycle, or, where it offers a beat, as many
as the design is not ready for. Beats of an event follow each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers
from codesign.design.rtl import RtlDesign

_FIRST_RESET = 2
_LONGEST_RESET = 3
_MARGIN = 16
_LONG_GAPS = 0.05
NO_BEAT = -1


class Pattern(StrEnum):
    """How events follow each other."""

    BACK_TO_BACK = "back_to_back"
    """As fast as the design takes them."""
    GAPPED = "gapped"
    """Random pauses between beats, now and then long enough to empty the pipeline."""
    RESET_IN_FLIGHT = "reset_in_flight"
    """Resets at random moments, most of them with events in the pipeline."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Stimulus:
    """What the test bench does, step by step.

    Attributes:
        reset: Whether ``rst`` is high, shape (steps,).
        beat: Which beat is offered, counted over all events, else :data:`NO_BEAT`; shape (steps,).
    """

    reset: NDArray[np.bool_]
    beat: Integers


def stimulus(pattern: Pattern, design: RtlDesign, *, events: int, seed: int) -> Stimulus:
    """Return the steps that send events through a design and wait for the last result.

    Args:
        pattern: How events follow each other.
        design: Says how many beats an event has and how long it takes.
        events: How many.
        seed: Of pauses and resets.
    """
    random = np.random.default_rng(seed)
    beats = np.arange(events * design.inputs[0].beats)
    match pattern:
        case Pattern.BACK_TO_BACK:
            middle = [_offer(beats)]
        case Pattern.GAPPED:
            middle = [_with_gaps(beats, _pauses(random, len(beats), design))]
        case Pattern.RESET_IN_FLIGHT:
            middle = list(_with_resets(random, beats, design))
    parts = [_resets(_FIRST_RESET), *middle, _idle(drain_cycles(design))]
    beat = np.concatenate([part.beat for part in parts])
    reset = np.concatenate([part.reset for part in parts])
    return Stimulus(reset=reset, beat=beat)


def drain_cycles(design: RtlDesign) -> int:
    """Return how long to wait for results after the last beat."""
    return (
        max(design.latency_cycles, 0)
        + design.initiation_interval * (1 + design.outputs[0].beats)
        + _MARGIN
    )


def _offer(beats: Integers) -> Stimulus:
    return Stimulus(reset=np.zeros(len(beats), dtype=np.bool_), beat=beats)


def _idle(cycles: int) -> Stimulus:
    return _offer(np.full(cycles, NO_BEAT))


def _resets(cycles: int) -> Stimulus:
    return Stimulus(reset=np.ones(cycles, dtype=np.bool_), beat=np.full(cycles, NO_BEAT))


def _pauses(random: np.random.Generator, beats: int, design: RtlDesign) -> Integers:
    """Return the cycles of pause before each beat: half of them none."""
    pauses = random.integers(0, 4, beats) * random.integers(0, 2, beats)
    longest = max(design.latency_cycles, 0) + 2 * design.initiation_interval
    rare = random.random(beats) < _LONG_GAPS * min(1, 64 / longest)
    pauses[rare] = random.integers(0, longest + 1, int(rare.sum()))
    return pauses


def _with_gaps(beats: Integers, pauses: Integers) -> Stimulus:
    places = np.arange(len(beats)) + np.cumsum(pauses)
    steps = np.full(int(places[-1]) + 1 if len(beats) else 0, NO_BEAT)
    steps[places] = beats
    return _offer(steps)


def _with_resets(
    random: np.random.Generator, beats: Integers, design: RtlDesign
) -> Iterator[Stimulus]:
    """Yield bursts of beats, each but the last ended by a reset, at times within an event.

    A burst is up to four times what the pipeline holds, so that most of the events come through.
    """
    each = design.inputs[0].beats
    held = max(design.latency_cycles, 0) // design.initiation_interval + 2
    start = 0
    while start < len(beats):
        stop = min(start + int(random.integers(1, 4 * held * each + 1)), len(beats))
        yield _offer(beats[start:stop])
        if stop < len(beats):
            yield _idle(int(random.integers(0, 3) * random.integers(0, 2)))
            yield _resets(int(random.integers(1, _LONGEST_RESET + 1)))
        start = -(-stop // each) * each
