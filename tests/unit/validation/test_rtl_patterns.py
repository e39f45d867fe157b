import numpy as np
import pytest
from rtl_designs import dense_network, design_of

from codesign.validation.rtl import Pattern
from codesign.validation.rtl.patterns import NO_BEAT, stimulus

DESIGN = design_of(dense_network(), latency=7, interval=2)


@pytest.mark.parametrize("pattern", [Pattern.BACK_TO_BACK, Pattern.GAPPED])
def test_every_beat_is_offered_once_in_order(pattern: Pattern) -> None:
    steps = stimulus(pattern, DESIGN, events=500, seed=3)

    offered = steps.beat[steps.beat != NO_BEAT]

    np.testing.assert_array_equal(offered, np.arange(500))
    assert steps.reset.sum() == 2
    assert steps.reset[:2].all()


def test_back_to_back_leaves_no_pause_and_gapped_does() -> None:
    for pattern, pauses in ((Pattern.BACK_TO_BACK, False), (Pattern.GAPPED, True)):
        steps = stimulus(pattern, DESIGN, events=500, seed=3)
        places = np.flatnonzero(steps.beat != NO_BEAT)
        assert (np.diff(places).max() > 1) == pauses


def test_resets_fall_into_the_flight_of_events() -> None:
    steps = stimulus(Pattern.RESET_IN_FLIGHT, DESIGN, events=2000, seed=3)

    first_of_reset = np.flatnonzero(steps.reset[1:] & ~steps.reset[:-1]) + 1
    distance = [
        int(start - np.flatnonzero(steps.beat[:start] != NO_BEAT)[-1]) for start in first_of_reset
    ]

    assert len(first_of_reset) > 20
    assert min(distance) == 1
    assert max(distance) < DESIGN.latency_cycles
    assert not (steps.reset & (steps.beat != NO_BEAT)).any()


@pytest.mark.parametrize("pattern", list(Pattern))
def test_equal_seeds_give_equal_steps(pattern: Pattern) -> None:
    one, same, other = (stimulus(pattern, DESIGN, events=99, seed=seed) for seed in (1, 1, 2))

    np.testing.assert_array_equal(one.beat, same.beat)
    np.testing.assert_array_equal(one.reset, same.reset)
    if pattern is not Pattern.BACK_TO_BACK:
        assert one.beat.shape != other.beat.shape or (one.beat != other.beat).any()
