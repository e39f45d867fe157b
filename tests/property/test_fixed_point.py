from fractions import Fraction

import exact
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from quantized_networks import precisions

from codesign.design.fixed_point import (
    bits_for,
    dequantize,
    overflow_integers,
    quantize,
    requantize,
    round_real,
    saturate_real,
    shift_integers,
)
from codesign.design.precision import Overflow, Precision, Rounding

MANY = settings(deadline=None, max_examples=200)
ROUNDINGS = st.sampled_from(Rounding)
INT64 = st.integers(-(2**63), 2**63 - 1)
HALVES = st.integers(-(2**20), 2**20).map(lambda n: n / 2)
REALS = st.one_of(HALVES, st.floats(-(2.0**40), 2.0**40), st.floats(-2, 2))


def steps(value, precision):
    return Fraction(value) * Fraction(2) ** precision.fraction


@given(values=st.lists(REALS, min_size=1), precision=precisions(max_width=53))
@MANY
def test_quantizing_gives_what_exact_arithmetic_gives(values, precision):
    values = [value for value in values if abs(steps(value, precision)) < 2**53] or [0.0]
    expected = [exact.put(Fraction(value), precision) for value in values]
    assert quantize(np.array(values), precision).tolist() == expected


@given(
    values=st.lists(st.floats(-(2.0**20), 2.0**20, width=32), min_size=1), precision=precisions()
)
@MANY
def test_single_precision_reals_are_quantized_exactly(values, precision):
    expected = [exact.put(Fraction(value), precision) for value in values]
    assert quantize(np.array(values, dtype=np.float32), precision).tolist() == expected


@given(
    value=st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
    precision=precisions(max_width=53).filter(lambda p: p.overflow is not Overflow.WRAP),
)
@MANY
def test_values_of_any_size_saturate_as_in_exact_arithmetic(value, precision):
    assert quantize(np.array(value), precision) == exact.put(Fraction(value), precision)


@given(values=st.lists(REALS, min_size=1), rounding=ROUNDINGS)
@MANY
def test_rounding_reals_gives_what_exact_arithmetic_gives(values, rounding):
    found = round_real(np.array(values), rounding)
    assert found.tolist() == [exact.rounded(Fraction(value), rounding) for value in values]


@given(
    values=st.lists(st.integers(-(2**24), 2**24), min_size=1),
    down=st.integers(0, 30),
    rounding=ROUNDINGS,
)
@MANY
def test_rounding_single_precision_reals_stays_exact_and_in_its_type(values, down, rounding):
    reals = np.ldexp(np.array(values, dtype=np.float32), -down)
    found = round_real(reals, rounding)
    assert found.dtype == np.float32
    assert found.tolist() == [exact.rounded(Fraction(n, 2**down), rounding) for n in values]


@given(
    values=st.lists(st.integers(-(2**53) + 1, 2**53 - 1), min_size=1),
    precision=precisions(max_width=53),
)
@MANY
def test_overflow_of_reals_is_that_of_exact_arithmetic(values, precision):
    found = saturate_real(np.array(values, dtype=np.float64), precision)
    assert found.tolist() == [exact.overflowed(number, precision) for number in values]


@given(values=st.lists(INT64, min_size=1), precision=precisions(max_width=63))
@MANY
def test_overflow_of_integers_is_that_of_exact_arithmetic(values, precision):
    found = overflow_integers(np.array(values), precision)
    assert found.tolist() == [exact.overflowed(number, precision) for number in values]


@given(values=st.lists(INT64, min_size=1), drop=st.integers(1, 200), rounding=ROUNDINGS)
@MANY
def test_shifting_right_rounds_as_exact_arithmetic_however_far(values, drop, rounding):
    found = shift_integers(np.array(values), -drop, rounding)
    assert found.tolist() == [exact.rounded(Fraction(n, 2**drop), rounding) for n in values]


@given(values=st.lists(st.integers(-(2**30), 2**30), min_size=1), shift=st.integers(0, 31))
@MANY
def test_shifting_left_multiplies(values, shift):
    found = shift_integers(np.array(values), shift, Rounding.TRN)
    assert found.tolist() == [number * 2**shift for number in values]


@given(
    values=st.lists(st.integers(-(2**30), 2**30), min_size=1),
    fraction=st.integers(-4, 20),
    precision=precisions(max_width=16, integer_outside=8),
)
@MANY
def test_requantizing_is_the_exact_rounding_and_overflow_of_the_value(values, fraction, precision):
    found = requantize(np.array(values), fraction, precision)
    expected = [exact.put(n * Fraction(2) ** -fraction, precision) for n in values]
    assert found.tolist() == expected


@given(
    values=st.lists(st.integers(-(2**24), 2**24), min_size=1),
    fraction=st.integers(-10, 20),
    precision=precisions(max_width=16),
)
@MANY
def test_the_way_over_integers_and_the_way_over_reals_agree(values, fraction, precision):
    hardware = np.array(values)
    reals = np.ldexp(hardware.astype(np.float64), -fraction)
    np.testing.assert_array_equal(
        requantize(hardware, fraction, precision), quantize(reals, precision)
    )


@given(data=st.data(), precision=precisions(max_width=53))
@MANY
def test_every_number_of_a_grid_is_quantized_to_itself(data, precision):
    numbers = st.integers(precision.min_hw, precision.max_hw)
    hardware = np.array(data.draw(st.lists(numbers, min_size=1)))
    np.testing.assert_array_equal(quantize(dequantize(hardware, precision), precision), hardware)


@given(low=st.integers(-(2**70), 2**70), width=st.integers(0, 2**70))
@MANY
def test_the_bits_of_a_range_hold_its_ends_and_one_bit_less_does_not(low, width):
    high = low + width
    bits, signed = bits_for(low, high)
    assert signed == (low < 0)
    inside = range(-(2 ** (bits - 1)), 2 ** (bits - 1)) if signed else range(2**bits)
    narrow = range(-(2 ** (bits - 2)), 2 ** (bits - 2)) if bits > 1 else ()
    narrow = narrow if signed else range(2 ** (bits - 1))
    assert low in inside
    assert high in inside
    assert bits == 1 or not (low in narrow and high in narrow)


def test_a_format_as_wide_as_float64_wraps_its_largest_neighbors_exactly():
    precision = Precision(width=53, integer=53)
    assert quantize(np.array([2.0**52]), precision).tolist() == [-(2**52)]
