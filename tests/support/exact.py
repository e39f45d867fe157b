"""The arithmetic of the firmware in Python integers and fractions: slow, plain, independent.

Nothing here uses NumPy or the functions of codesign that are under test; only the records are read.
"""

import math
from fractions import Fraction

from codesign.design.precision import Overflow, Precision, Rounding

HALF = Fraction(1, 2)


def rounded(value: Fraction, rounding: Rounding) -> int:
    """Return the integer that a number is rounded to."""
    below = math.floor(value)
    rest = value - below
    if rest == 0 or rounding is Rounding.TRN:
        return below
    if rounding is Rounding.TRN_ZERO:
        return below if value > 0 else below + 1
    if rest != HALF:
        return below + (rest > HALF)
    up = {
        Rounding.RND: True,
        Rounding.RND_MIN_INF: False,
        Rounding.RND_ZERO: value < 0,
        Rounding.RND_INF: value > 0,
        Rounding.RND_CONV: below % 2 == 1,
    }
    return below + up[rounding]


def overflowed(number: int, precision: Precision) -> int:
    """Return the integer that a format keeps of an integer."""
    states = 2**precision.width
    low, high = limits(precision)
    if precision.overflow is Overflow.WRAP:
        wrapped = number % states
        return wrapped - states if wrapped > high else wrapped
    if low <= number <= high:
        return number
    if precision.overflow is Overflow.SAT_ZERO:
        return 0
    return low if number < low else high


def limits(precision: Precision) -> tuple[int, int]:
    """Return the smallest and the largest hardware integer of a format."""
    states = 2**precision.width
    low, high = (-states // 2, states // 2 - 1) if precision.signed else (0, states - 1)
    if precision.overflow is Overflow.SAT_SYM and precision.signed:
        low = -high
    return low, high


def put(value: Fraction, precision: Precision) -> int:
    """Return the hardware integer of a number: rounded, then overflowed."""
    steps = value * Fraction(2) ** (precision.width - precision.integer)
    return overflowed(rounded(steps, precision.rounding), precision)


def real(number: int, precision: Precision) -> Fraction:
    """Return the value of a hardware integer."""
    return int(number) * Fraction(2) ** (precision.integer - precision.width)
