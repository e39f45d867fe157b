"""Square windows of towers, everywhere or around some towers: eta ends repeat, phi closes.

Both ways add in the same order, so that they give the same floats.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from codesign.data.l1.towers import NUM_ETA, NUM_PHI, NUM_TOWERS

Maps = NDArray[np.float32]
"""Shape (crossings, 82, 72)."""

Combine = Callable[..., Maps]


def window_sum(maps: Maps, size: int) -> Maps:
    """Return the sum in a window around each tower."""
    half = size // 2
    first, last = maps[:, :1], maps[:, -1:]
    padded = np.concatenate([first] * half + [maps] + [last] * half, axis=1)
    rows = _slide(padded, size, np.add)
    padded = np.concatenate([rows[:, :, -half:], rows, rows[:, :, :half]], axis=2)
    return _slide(padded.swapaxes(1, 2), size, np.add).swapaxes(1, 2)


def sums_at(maps: Maps, towers: NDArray[np.int64], size: int) -> NDArray[np.float32]:
    """Return the sum in a window around some towers.

    Args:
        maps: The towers of all crossings.
        towers: Shape (towers,), positions in ``maps.ravel()``.
        size: Odd, the towers along a side.

    Returns:
        Shape (towers,).
    """
    rows = _slide(_around(maps, towers, size), size, np.add)
    return _slide(rows.swapaxes(1, 2), size, np.add)[:, 0, 0]


def local_maxima(maps: Maps, towers: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return those of some towers that nothing in the window around them exceeds."""
    for side in sorted({3, size}):  # most fall at the first, which is cheap
        largest = _around(maps, towers, side).max(axis=(1, 2))
        towers = towers[maps.ravel()[towers] == largest]
    return towers


def _around(maps: Maps, towers: NDArray[np.int64], size: int) -> Maps:
    """Return the windows around some towers, shape (towers, size, size)."""
    crossing, tower = np.divmod(towers, NUM_TOWERS)
    row, column = np.divmod(tower, NUM_PHI)
    offsets = np.arange(-(size // 2), size // 2 + 1)
    rows = np.clip(row[:, None] + offsets, 0, NUM_ETA - 1) + crossing[:, None] * NUM_ETA
    columns = (column[:, None] + offsets) % NUM_PHI
    return maps.ravel()[rows[:, :, None] * NUM_PHI + columns[:, None, :]]


def _slide(maps: Maps, size: int, combine: Combine) -> Maps:
    """Combine ``size`` neighbors along axis 1 from pieces of 1, 2, 4, ... of them."""
    length = maps.shape[1] - size + 1
    result, piece, start, width = None, maps, 0, 1
    while True:
        if size & width:
            part = piece[:, start : start + length]
            result = part if result is None else combine(result, part)
            start += width
        if 2 * width > size:
            break
        piece = combine(piece[:, :-width], piece[:, width:])
        width *= 2
    assert result is not None  # noqa: S101 - size has a bit
    return result
