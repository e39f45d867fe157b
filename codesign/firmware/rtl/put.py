"""Put a variable on a grid: every rounding and overflow of a precision, in gates.

The integers that come out are those of :func:`codesign.design.fixed_point.requantize`.
"""

import numpy as np

from codesign.design.fixed_point import shift_integers
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.firmware.rtl.bits import (
    Variable,
    add_constant,
    any_bit,
    bit,
    both,
    bounds,
    choose,
    constant,
    differing,
    either,
    fits_constant,
    floor_shift,
    invert,
    mask,
    negative,
    shift_left,
    width,
    wrap,
)

_ADDED = {Rounding.RND, Rounding.RND_CONV, Rounding.RND_MIN_INF}
"""Modes in which a constant is added before bits are cut off: it merges with a bias."""


def put(value: Variable, fraction: int, precision: Precision) -> Variable:
    """Return integers with ``fraction`` bits right of the point on the grid of a precision."""
    return overflow(rounded(value, precision.fraction - fraction, precision.rounding), precision)


def rounded(value: Variable, shift: int, rounding: Rounding) -> Variable:
    """Return ``value * 2**shift``, the bits that fall off the right rounded."""
    if shift >= 0:
        return shift_left(value, shift)
    ends = np.array(bounds(value), dtype=np.int64)
    low, high = (int(end) for end in shift_integers(ends, shift, rounding))
    if low == high:
        return constant(low)
    drop = -shift
    found = _added(value, drop, rounding) if rounding in _ADDED else None
    if found is None:
        found = floor_shift(value, drop)
        up = _up(value, found, drop, rounding)
        found = found if up is None else found + up
    return narrowed(found, low, high)


def narrowed(value: Variable, low: int, high: int) -> Variable:
    """Return a value without the upper bits that it cannot need, being within [low, high]."""
    signed = low < 0
    bits = max(high.bit_length(), (-low - 1).bit_length() if signed else 0) + signed
    return wrap(value, bits, signed=signed) if bits < width(value) else value


def overflow(value: Variable, precision: Precision) -> Variable:
    """Return integers on the grid of a precision brought into its range."""
    low, high = bounds(value)
    if low >= precision.min_hw and high <= precision.max_hw:
        return value
    if low == high:
        return constant(_of_number(low, precision))
    if precision.overflow is Overflow.WRAP:
        return wrap(value, precision.width, signed=precision.signed)
    if precision.overflow is Overflow.SAT_ZERO:
        return _zeroed(value, precision)
    if not precision.signed or low >= 0:
        return _saturated_unsigned(value, precision.width - precision.signed)
    found = _saturated_signed(value, precision.width)
    return _symmetric(found, precision.width) if precision.min_hw % 2 else found


def _of_number(number: int, precision: Precision) -> int:
    low, high = precision.min_hw, precision.max_hw
    if precision.overflow is Overflow.WRAP:
        return ((number - low) & (2**precision.width - 1)) + low
    return 0 if precision.overflow is Overflow.SAT_ZERO else min(max(number, low), high)


def _added(value: Variable, drop: int, rounding: Rounding) -> Variable | None:
    """Return a value rounded by adding a constant, None where that is too large."""
    half = 1 << (drop - 1)
    number = half - 1 if rounding is Rounding.RND_MIN_INF else half
    if not fits_constant(value, number):
        return None
    added = add_constant(value, number)
    found = floor_shift(added, drop)
    if rounding is not Rounding.RND_CONV:
        return found
    # a tie has just gone up: where that made it odd, its last bit goes, which is the even neighbor
    kept = both(bit(found, 0), any_bit(_low_bits(added, drop)))
    return shift_left(floor_shift(found, 1), 1) + kept


def _low_bits(value: Variable, count: int) -> Variable:
    return wrap(value, count, signed=False)


def _up(value: Variable, floor: Variable, drop: int, rounding: Rounding) -> Variable | None:
    """Return the bit that is added to a truncated number; None where none ever is."""
    if rounding is Rounding.TRN:
        return None
    if rounding is Rounding.TRN_ZERO:
        return both(negative(value), any_bit(_low_bits(value, drop)))
    half = bit(value, drop - 1)
    if rounding is Rounding.RND:
        return half
    below = any_bit(_low_bits(value, drop - 1)) if drop > 1 else constant(0)
    match rounding:
        case Rounding.RND_MIN_INF:
            tie = constant(0)
        case Rounding.RND_ZERO:
            tie = negative(value)
        case Rounding.RND_INF:
            tie = invert(negative(value))
        case Rounding.RND_CONV:
            tie = bit(floor, 0)
    return both(half, either(below, tie))


def _saturated_unsigned(value: Variable, bits: int) -> Variable:
    """Return a value clipped to what that many bits hold, from 0 on."""
    if bits == 0:
        return constant(0)
    if value.high <= 0:
        return constant(0)
    value = value.relu() if value.low < 0 else value
    if value.high < 2**bits:
        return value
    above = any_bit(floor_shift(value, bits))
    return wrap(either(_low_bits(value, bits), mask(above)), bits, signed=False)


def _saturated_signed(value: Variable, bits: int) -> Variable:
    """Return a value clipped to what that many bits hold, a sign included."""
    sign = mask(negative(value))
    outside = any_bit(differing(floor_shift(value, bits - 1), sign))
    others = wrap(differing(sign, constant(-1)), bits - 1, signed=False)
    limit = shift_left(sign, bits - 1) + others if bits > 1 else sign
    return choose(outside, limit, wrap(value, bits, signed=True))


def _symmetric(value: Variable, bits: int) -> Variable:
    """Return a value with the most negative one, 10...0, replaced by the next, 10...01."""
    least = both(negative(value), invert(any_bit(_low_bits(value, bits - 1))))
    return wrap(either(value, least), bits, signed=True)


def _zeroed(value: Variable, precision: Precision) -> Variable:
    """Return a value, or 0 where it lies outside."""
    bits = precision.width - precision.signed
    sign = negative(value)
    upper = floor_shift(value, bits)
    outside = any_bit(differing(upper, mask(sign)) if precision.signed else upper)
    low = wrap(value, precision.width, signed=precision.signed)
    return wrap(both(low, mask(invert(outside))), precision.width, signed=precision.signed)
