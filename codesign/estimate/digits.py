"""The binary digits of integers, element by element: what multiplying by a constant costs."""

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers

_SHIFTS = (1, 2, 4, 8, 16, 32)


def bit_length(values: Integers) -> Integers:
    """Return the bits of each magnitude; 0 for 0.

    Examples:
        >>> bit_length(np.array([0, 1, -7, 8]))
        array([0, 1, 3, 4])
    """
    filled = np.abs(values)
    for shift in _SHIFTS:
        filled |= filled >> shift
    return _ones(filled)


def stored_bits(values: Integers) -> Integers:
    """Return the bits that store each value: those of its magnitude, and the sign of a negative."""
    below = np.where(values < 0, -values - 1, values)
    return bit_length(below) + (values < 0)


def trailing_zeros(values: Integers) -> Integers:
    """Return the zero bits below the lowest non-zero one of each value; 0 for 0."""
    lowest = values & -values
    return np.where(values == 0, 0, _ones(np.maximum(lowest, 1) - 1))


def signed_digits(values: Integers) -> Integers:
    """Return the non-zero digits of each value in canonical signed-digit form.

    Source:
        The digits of x in non-adjacent form are non-zero where x and 3 x differ (Prodinger,
        "On binary representations of integers with digits -1, 0, 1", Integers 0 (2000) A08).

    Examples:
        >>> signed_digits(np.array([0, 4, 7, -11, 21]))
        array([0, 1, 2, 3, 3])
    """
    magnitude = np.abs(values)
    return _ones(magnitude ^ (3 * magnitude))


def odd_bits(values: Integers) -> Integers:
    """Return the bits from the highest to the lowest non-zero one of each magnitude."""
    return np.where(values == 0, 0, bit_length(values) - trailing_zeros(values))


def distinct(values: Integers) -> NDArray[np.bool_]:
    """Return which elements of each *sorted* row are not the same as the one before them."""
    first = np.ones(values.shape, dtype=np.bool_)
    first[:, 1:] = values[:, 1:] != values[:, :-1]
    return first


def _ones(values: Integers) -> Integers:
    return np.bitwise_count(values).astype(np.int64)
