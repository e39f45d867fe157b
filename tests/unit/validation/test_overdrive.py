import numpy as np
import pytest

from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError
from codesign.validation import overdriven

read = Precision.from_text
GRID = read("fixed<6,3>")
EVENTS = np.random.default_rng(0).integers(-32, 32, (50, 3))


def driven(precision=GRID, **changed):
    fields = {"factor": 8.0, "events_wanted": 1001, "seed": 3, **changed}
    return overdriven(EVENTS, precision, **fields)


def test_one_seed_gives_the_same_numbers_and_another_gives_others():
    np.testing.assert_array_equal(driven(), driven())
    assert (driven() != driven(seed=4)).any()


def test_as_many_events_come_as_are_wanted():
    assert driven().shape == (1001, 3)
    assert driven(events_wanted=7).shape == (7, 3)


def test_every_other_event_is_a_physics_event_driven_past_its_range():
    found = driven()
    np.testing.assert_array_equal(found[0], EVENTS[0] * 8)
    np.testing.assert_array_equal(found[2], EVENTS[2] * 8)
    np.testing.assert_array_equal(found[100], EVENTS[0] * 8)


def test_the_rest_fills_the_widened_range_to_both_sides():
    rest = driven()[1::2]
    assert -8 * 32 <= rest.min() < -7 * 32
    assert 7 * 31 < rest.max() <= 8 * 31
    assert (np.abs(rest) > 32).mean() > 0.7


def test_an_unsigned_input_is_driven_below_zero_too():
    rest = driven(read("ufixed<6,3>"))[1::2]
    assert rest.min() < -7 * 63
    assert rest.max() > 7 * 63


@pytest.mark.parametrize("factor", [0.5, 0.0, -1.0])
def test_a_factor_below_one_is_refused(factor):
    with pytest.raises(InvalidDesignError, match=rf"overdrive {factor} of fixed<6,3>: at least 1"):
        driven(factor=factor)


def test_a_factor_past_31_bits_is_refused():
    with pytest.raises(InvalidDesignError, match="within 31 bits"):
        driven(read("fixed<20,3>"), factor=2**12)
