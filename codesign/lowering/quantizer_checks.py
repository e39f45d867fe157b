"""What the quantizers of QKeras have in common, checked: integer bits, noise, scale."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.lowering.refusal import refusal


def check_integer(quantizer: Any, *, layer: str) -> int:
    """Return the integer bits of a quantizer, in the count of QKeras.

    Raises:
        UnsupportedLayerError: If QKeras cannot compute with them: it raises the integer 2 to them.
    """
    found = float(quantizer.integer)
    if found < 0 or found != int(found):
        raise refusal(
            layer,
            f"{type(quantizer).__name__}(integer={found:g})",
            "QKeras computes with whole numbers of 0 and more: write integer=0",
        )
    return int(found)


def check_unmixed(quantizer: Any, *, layer: str) -> None:
    """Check that a quantizer does not mix quantized with float values.

    Raises:
        UnsupportedLayerError: If it does.
    """
    if float(quantizer.qnoise_factor) != 1.0:
        raise refusal(
            layer,
            f"qnoise_factor={float(quantizer.qnoise_factor)}, a mixture of float and quantized,",
            "set it to 1 when done",
        )


def is_power_of_two(values: NDArray[np.float64]) -> bool:
    """Return whether every value is a positive power of two.

    Examples:
        >>> is_power_of_two(np.array([0.25, 8.0])), is_power_of_two(np.array([0.3]))
        (True, False)
    """
    mantissas, _ = np.frexp(values)
    return bool((mantissas == 0.5).all())
