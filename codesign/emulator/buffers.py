"""Memory that one thread uses again in one group for every chunk of events."""

from typing import Any

import numpy as np

from codesign.emulator.arithmetic import Array


class Buffers:
    """Arrays by name; each is made once a shape."""

    def __init__(self) -> None:
        self._arrays: dict[str, Array] = {}

    def take(
        self, name: str, *, shape: tuple[int, ...], dtype: type[Any], fill: float | None = None
    ) -> Array:
        """Return an array whose content is what was left in it, or ``fill`` where it is new."""
        found = self._arrays.get(name)
        if found is None or found.shape != shape or found.dtype != dtype:
            found = np.empty(shape, dtype) if fill is None else np.full(shape, fill, dtype)
            self._arrays[name] = found
        return found

    def copy(self, name: str, *, source: Array, dtype: type[Any]) -> Array:
        """Return a copy of an array in another type, in the same order in memory."""
        order = sorted(range(source.ndim), key=lambda axis: -abs(source.strides[axis]))
        held = self.take(name, shape=tuple(source.shape[axis] for axis in order), dtype=dtype)
        found = held.transpose(np.argsort(order))
        np.copyto(found, source, casting="unsafe")
        return found
