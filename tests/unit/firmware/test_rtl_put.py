"""Every rounding and overflow in gates, computed by alkaid's interpreter of the graph."""

import numpy as np
import pytest

from codesign.design.fixed_point import requantize
from codesign.design.precision import Overflow, Precision, Rounding

pytest.importorskip("alkaid", reason="adder graphs need alkaid (extra rtl)")

from codesign.errors import UnsupportedLayerError
from codesign.firmware.rtl.bits import add_constant, constant, variable
from codesign.firmware.rtl.graph import traced
from codesign.firmware.rtl.put import put

RANGES = ((-128, 127), (-100, 37), (-7, -2), (3, 90), (0, 1))


def _formats(rounding, overflow):
    for width in (1, 2, 6):
        for fraction in (-9, -8, -4, -2, -1, 0, 2):
            for signed in (True, False):
                if overflow is Overflow.SAT_SYM and signed and width == 1:
                    continue
                yield Precision(
                    width=width,
                    integer=width - fraction,
                    signed=signed,
                    rounding=rounding,
                    overflow=overflow,
                )


@pytest.mark.parametrize("overflow", list(Overflow))
@pytest.mark.parametrize("rounding", list(Rounding))
def test_every_number_comes_onto_the_grid_as_the_reference_puts_it(
    rounding: Rounding, overflow: Overflow
) -> None:
    formats = list(_formats(rounding, overflow))
    for low, high in RANGES:
        source = variable(low, high, 0.0)
        numbers = np.arange(low, high + 1)

        logic = traced([source], [put(source, 0, precision) for precision in formats])

        found = logic.predict(numbers[:, None].astype(np.float64))
        expected = np.stack([requantize(numbers, 0, one) for one in formats], axis=1)
        np.testing.assert_array_equal(found, expected, err_msg=f"{low} to {high}")


@pytest.mark.parametrize("bits", [25, 31, 40])
def test_wide_numbers_saturate_without_wide_constants(bits: int) -> None:
    precision = Precision(width=bits, integer=bits, overflow=Overflow.SAT_SYM)
    ends = np.array([-(2**50), 2**50 - 1, -(2 ** (bits - 1)), 2 ** (bits - 1), 12_345])
    source = variable(-(2**50), 2**50 - 1, 0.0)

    logic = traced([source], [put(source, 0, precision)])

    found = logic.predict(ends[:, None].astype(np.float64)).ravel()
    np.testing.assert_array_equal(found, requantize(ends, 0, precision))


def test_constants_that_alkaid_would_round_are_refused() -> None:
    with pytest.raises(UnsupportedLayerError, match="33554433 has more than 24 significant bits"):
        constant(2**25 + 1)
    with pytest.raises(UnsupportedLayerError, match="has more than 24 significant bits"):
        add_constant(variable(0, 9, 0.0), 2**25 + 1)
    assert constant(3 * 2**40).low == 3 * 2**40
