import numpy as np
import pytest

from codesign.design.fixed_point import quantize, requantize, shift_integers
from codesign.design.precision import Precision, Rounding
from codesign.errors import InvalidDataError

read = Precision.from_text
TIES = np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])
BETWEEN = np.array([-1.75, -1.25, 1.25, 1.75])


@pytest.mark.parametrize(
    ("rounding", "ties", "between"),
    [
        ("TRN", [-3, -2, -1, 0, 1, 2], [-2, -2, 1, 1]),
        ("TRN_ZERO", [-2, -1, 0, 0, 1, 2], [-1, -1, 1, 1]),
        ("RND", [-2, -1, 0, 1, 2, 3], [-2, -1, 1, 2]),
        ("RND_ZERO", [-2, -1, 0, 0, 1, 2], [-2, -1, 1, 2]),
        ("RND_INF", [-3, -2, -1, 1, 2, 3], [-2, -1, 1, 2]),
        ("RND_MIN_INF", [-3, -2, -1, 0, 1, 2], [-2, -1, 1, 2]),
        ("RND_CONV", [-2, -2, 0, 0, 2, 2], [-2, -1, 1, 2]),
    ],
)
def test_each_rounding_treats_halves_as_the_data_sheet_says(rounding, ties, between):
    precision = read(f"fixed<8,8,{rounding},SAT>")
    assert quantize(TIES, precision).tolist() == ties
    assert quantize(BETWEEN, precision).tolist() == between
    assert requantize((TIES * 2).astype(np.int64), 1, precision).tolist() == ties
    assert requantize((BETWEEN * 4).astype(np.int64), 2, precision).tolist() == between


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("fixed<3,3,TRN,WRAP>", [3, 3, -4, -4, 3]),
        ("fixed<3,3,TRN,SAT>", [-4, 3, 3, -4, -4]),
        ("fixed<3,3,TRN,SAT_SYM>", [-3, 3, 3, -3, -3]),
        ("fixed<3,3,TRN,SAT_ZERO>", [0, 3, 0, -4, 0]),
        ("ufixed<2,2,TRN,WRAP>", [3, 3, 0, 0, 3]),
        ("ufixed<2,2,TRN,SAT>", [0, 3, 3, 0, 0]),
        ("ufixed<2,2,TRN,SAT_SYM>", [0, 3, 3, 0, 0]),
        ("ufixed<2,2,TRN,SAT_ZERO>", [0, 3, 0, 0, 0]),
    ],
)
def test_each_overflow_treats_what_does_not_fit_as_the_data_sheet_says(text, kept):
    values = np.array([-5, 3, 4, -4, -13])
    assert quantize(values.astype(np.float64), read(text)).tolist() == kept
    assert requantize(values, 0, read(text)).tolist() == kept


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_no_number_is_refused_with_its_place(value):
    values = np.zeros((3, 2))
    values[1, 1] = value
    with pytest.raises(InvalidDataError, match=rf"value {value} at index \(1, 1\) is not a finite"):
        quantize(values, read("fixed<6,1>"))


def test_a_grid_wider_than_float64_is_refused():
    with pytest.raises(InvalidDataError, match=r"fixed<54,54> is wider than the 53 bits"):
        quantize(np.zeros(1), read("fixed<54,54>"))


@pytest.mark.parametrize("value", [2.0**53, -(2.0**60), 1e308])
def test_a_value_too_large_to_wrap_exactly_is_refused(value):
    with pytest.raises(InvalidDataError, match=r"cannot be wrapped to fixed<6,6> exactly; use"):
        quantize(np.array([value]), read("fixed<6,6>"))


@pytest.mark.parametrize("value", [2**40, -(2**40), -(2**63)])
def test_a_shift_to_the_left_that_loses_bits_is_refused(value):
    with pytest.raises(InvalidDataError, match=rf"up to {abs(value)} shifted left by 30"):
        shift_integers(np.array([0, value]), 30, Rounding.TRN)


def test_no_values_are_no_error():
    assert quantize(np.zeros((0, 3)), read("fixed<6,1>")).shape == (0, 3)
    assert requantize(np.zeros((0, 3), dtype=np.int64), 4, read("fixed<6,1>")).shape == (0, 3)


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [("RND_MIN_INF", [0, 1, -1, -1]), ("RND_CONV", [0, 1, 0, -1]), ("TRN_ZERO", [0, 0, 0, 0])],
)
def test_a_shift_past_the_word_still_tells_a_half_from_a_little_more(rounding, expected):
    values = np.array([2**62, 2**62 + 1, -(2**62), -(2**62) - 1])
    assert shift_integers(values, -63, Rounding(rounding)).tolist() == expected
