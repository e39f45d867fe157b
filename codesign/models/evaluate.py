"""Ask QKeras itself what a function of it makes of given numbers."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.models.double import double_precision
from codesign.models.keras import tensorflow


def evaluate(
    functions: Sequence[Any], points: NDArray[np.float64], *, double: bool
) -> NDArray[np.float64]:
    """Return what functions of Keras and quantizers of QKeras, chained, make of numbers.

    Args:
        functions: The first is applied first.
        points: Any shape.
        double: Whether to compute in float64, otherwise in float32.

    Returns:
        Float64 of the same shape, whatever the arithmetic.
    """
    with double_precision() if double else nullcontext():
        tensor = tensorflow().constant(points, dtype="float64" if double else "float32")
        for function in functions:
            tensor = function(tensor)
        return np.asarray(tensor, dtype=np.float64)
