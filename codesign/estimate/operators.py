"""Look-up tables of the operators that HLS tools make of C++, by the width of their operands.

Source: counted over the operators of public C-synthesis reports of Vivado HLS 2019.2 to Vitis HLS
2024.1, as :data:`codesign.estimate.kernel.DSP_BITS` was: an addition of w bits takes w where it
shares a chain with another and w + 7 alone; a comparison takes about w / 2 in 2021.1, 8 + w / 3 in
2019.2 and 2022.2, and w + 7 in 2024.1; a selection takes a look-up table a bit.
"""

from codesign.design.report import ZERO, Figure
from codesign.estimate.kernel import DSP_BITS, multiplier_luts
from codesign.estimate.shared import DSP_WEIGHT_BITS

_ALONE = 7
_PORT_BITS = (18, 27)
"""Source: AMD UG579, "DSP48E2 Functionality": a multiplier of 27 x 18 bits, signs included."""


def adder(width: int) -> Figure:
    """Return an addition whose sum has this many bits."""
    return Figure(value=width + _ALONE, low=width, high=width + _ALONE)


def comparator(width: int) -> Figure:
    """Return a comparison of two numbers of this many bits."""
    value = 8 + width / 3
    return Figure(value=value, low=min(width / 2, value), high=max(width + _ALONE, value))


def selector(width: int) -> Figure:
    """Return the choice of one of two numbers of this many bits."""
    return Figure.exact(width)


def multiplier(first: int, second: int) -> tuple[Figure, Figure]:
    """Return look-up tables and DSP blocks of a product of two numbers that are no constants.

    Args:
        first: Bits of one.
        second: Bits of the other.
    """
    narrower, wider = sorted((first, second))
    if wider >= DSP_BITS and narrower >= DSP_WEIGHT_BITS:
        ports = zip((narrower, wider), _PORT_BITS, strict=True)
        narrow, wide = (-(-width // (port - 1)) if width > port else 1 for width, port in ports)
        return ZERO, Figure.exact(narrow * wide)
    value = multiplier_luts(wider) * narrower / min(wider, DSP_BITS - 1)
    if wider >= DSP_BITS:
        value = wider * narrower / 2
    return Figure(value=value, low=value / 2, high=2 * value), ZERO
