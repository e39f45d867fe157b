import numpy as np
import pytest

from codesign.design.precision import Precision
from codesign.errors import InvalidDataError
from codesign.validation.compare import Sides, compare, disagreeing, steps_of

SIDES = Sides(reference="qkeras", candidate="emulator", inputs="events", arithmetic="float32")
GRID = Precision.from_text("fixed<8,4>")
REFERENCE = np.array([[1, 5, 3], [0, 0, 2], [7, 1, 1], [4, 4, 4]])


def test_equal_outputs_are_bit_exact():
    report = compare(REFERENCE, REFERENCE.copy(), sides=SIDES)
    assert report.is_bit_exact
    assert (report.events, report.outputs) == (4, 12)
    assert (report.exact_events, report.exact_outputs, report.same_argmax) == (4, 12, 4)
    assert report.max_error_lsb == 0.0


def test_every_difference_is_counted():
    found = REFERENCE.copy()
    found[0, 0] += 2
    found[2, 0] -= 7
    found[2, 1] += 1
    report = compare(REFERENCE, found, sides=SIDES)
    assert not report.is_bit_exact
    assert (report.exact_outputs, report.exact_events) == (9, 2)
    assert report.max_error_lsb == 7.0
    assert report.same_argmax == 3


def test_a_reference_between_two_steps_is_no_agreement():
    report = compare(REFERENCE + 0.25, REFERENCE, sides=SIDES)
    assert report.exact_outputs == 0
    assert report.max_error_lsb == 0.25
    assert report.same_argmax == 4


def test_integers_past_53_bits_are_compared_in_every_bit():
    report = compare(np.array([[2**60 + 1]]), np.array([[2**60]]), sides=SIDES)
    assert not report.is_bit_exact
    assert report.max_error_lsb == 1.0


def test_tensors_of_any_rank_are_compared():
    found = np.zeros((3, 2, 2), dtype=np.int64)
    found[1, 1, 0] = 1
    report = compare(np.zeros((3, 2, 2)), found, sides=SIDES)
    assert (report.events, report.outputs, report.exact_events) == (3, 12, 2)


def test_the_report_says_who_was_compared_on_what():
    report = compare(REFERENCE, REFERENCE, sides=SIDES)
    named = (report.reference, report.candidate, report.inputs, report.arithmetic)
    assert named == ("qkeras", "emulator", "events", "float32")


@pytest.mark.parametrize("shape", [(4, 2), (3, 3), (12,), (0, 3)])
def test_outputs_of_other_shapes_are_refused_with_both_shapes(shape):
    with pytest.raises(InvalidDataError, match=r"qkeras gave outputs of shape .*emulator of shape"):
        compare(REFERENCE, np.zeros(shape, dtype=np.int64), sides=SIDES)


def test_nothing_to_compare_is_refused():
    empty = np.zeros((0, 3), dtype=np.int64)
    with pytest.raises(InvalidDataError, match="at least one"):
        compare(empty, empty, sides=SIDES)


def test_the_events_that_disagree_are_found_in_order():
    found = REFERENCE.copy()
    found[3, 2] += 1
    found[1, 0] -= 1
    assert disagreeing(REFERENCE, found).tolist() == [1, 3]
    assert disagreeing(REFERENCE, REFERENCE).tolist() == []


def test_real_outputs_on_the_grid_are_whole_steps():
    assert steps_of(np.array([-0.0625, 0.5, 7.9375]), GRID).tolist() == [-1.0, 8.0, 127.0]


def test_noise_of_floating_point_is_rounded_away_and_more_is_kept():
    noisy = np.array([1.0 + 0.0009, 1.0 - 0.0009, 1.0 + 0.0011, 1.5]) * GRID.step
    found = steps_of(noisy, GRID)
    assert found[:2].tolist() == [1.0, 1.0]
    assert found[2] == pytest.approx(1.0011)
    assert found[2] != 1.0
    assert found[3] == 1.5


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_output_that_is_no_number_is_refused_with_its_place(value):
    outputs = np.zeros((3, 2))
    outputs[2, 1] = value
    with pytest.raises(InvalidDataError, match=rf"the model answers {value} at \(2, 1\)"):
        steps_of(outputs, GRID)
