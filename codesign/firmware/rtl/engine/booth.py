"""Weights as digits of radix 4: a product in look-up tables is a sum of one shifted row a digit.

The digit of a row is one of -2 to 2, so that a row is the data, its double, or the complement of
either: one look-up table a bit, the addition to the row before included. The weights are constants,
so the digits stand in the ROM and the 1 that makes a complement a negative number is added to the
bias.

Source: A. D. Booth, Q. J. Mech. Appl. Math. 4 (1951) 236; O. L. MacSorley, Proc. IRE 49 (1961) 67.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Digit:
    """A digit of radix 4.

    Attributes:
        magnitude: 0, 1 or 2.
        negative: Whether it is below 0.
    """

    magnitude: int
    negative: bool

    @property
    def value(self) -> int:
        """The digit."""
        return -self.magnitude if self.negative else self.magnitude

    @property
    def code(self) -> int:
        """What selects the row: once, twice, complemented; from the lowest bit."""
        return self.magnitude | self.negative << 2


def booth_digits(weight: int, count: int) -> tuple[Digit, ...]:
    """Return the digits of a weight, the lowest first.

    Args:
        weight: In the range of ``2 * count`` bits with sign.
        count: How many.

    Examples:
        >>> [digit.value for digit in booth_digits(-7, 2)]
        [1, -2]
        >>> [digit.value for digit in booth_digits(31, 3)]
        [-1, 0, 2]
    """
    found = []
    for index in range(count):
        low, high = weight >> (2 * index) & 1, weight >> (2 * index + 1) & 1
        before = weight >> (2 * index - 1) & 1 if index else 0
        value = before + low - 2 * high
        found.append(Digit(magnitude=abs(value), negative=value < 0))
    return tuple(found)


def digit_count(low: int, high: int) -> int:
    """Return the digits that hold every weight in [low, high].

    Examples:
        >>> digit_count(-32, 31), digit_count(0, 3), digit_count(-2, 1)
        (3, 2, 1)
    """
    count = 1
    while low < -(2 ** (2 * count - 1)) or high >= 2 ** (2 * count - 1):
        count += 1
    return count
