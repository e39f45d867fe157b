"""The windows that convolutions and pooling look through."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from codesign.design.layers import Padding

Number = TypeVar("Number", bound=np.generic)


def padded(values: NDArray[Number], padding: Padding, *, fill: int = 0) -> NDArray[Number]:
    """Return data with a border.

    Args:
        values: Shape (spatial dimensions, anything).
        padding: How much before and after each spatial dimension.
        fill: What the border holds.
    """
    if not any(map(any, padding)):
        return values
    rest = ((0, 0),) * (values.ndim - len(padding))
    return np.pad(values, (*padding, *rest), constant_values=fill)


def windows(
    values: NDArray[Number], size: tuple[int, ...], strides: tuple[int, ...]
) -> NDArray[Number]:
    """Return a view of every window of data.

    Args:
        values: Shape (spatial dimensions, anything).
        size: Of the window, one a spatial dimension.
        strides: From one window to the next.

    Returns:
        Shape (positions of the windows, anything, size).
    """
    axes = tuple(range(len(size)))
    found = np.lib.stride_tricks.sliding_window_view(values, size, axis=axes)
    return found[tuple(slice(None, None, stride) for stride in strides)]
