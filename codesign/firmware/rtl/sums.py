"""Sums of products with constants as adder graphs."""

from typing import Any

import numpy as np
from alkaid.cmvm import QInterval, cmvm_solve
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers
from codesign.design.intervals import WeightedLayer, aligned_weights, padded, windows
from codesign.design.layers import Conv, Dense, DepthwiseConv, Scale
from codesign.design.precision import Precision
from codesign.firmware.rtl.bits import (
    Variable,
    add_constant,
    bounds,
    constant,
    wrap,
)

Variables = NDArray[np.object_]
"""An array of variables of the adder graph."""


def weighted_variables(layer: WeightedLayer, data: Variables, precision: Precision) -> Variables:
    """Return the sums of a layer on the grid of its accumulator, wrapped where it is narrower."""
    kernel, bias = aligned_weights(layer, precision)
    solver = _Solver()
    match layer:
        case Dense():
            rows = data.reshape(-1, data.shape[-1])
            found = [solver.product(row, kernel) for row in rows]
        case Scale():
            flat = data.reshape(-1, data.shape[-1])
            columns = [kernel[i : i + 1, None] for i in range(flat.shape[1])]
            found = [
                [solver.product(row[i : i + 1], column)[0] for i, column in enumerate(columns)]
                for row in flat
            ]
        case Conv():
            taps = _taps(layer, data)
            matrix = np.moveaxis(kernel, -2, 0).reshape(-1, kernel.shape[-1])
            found = [solver.product(row.ravel(), matrix) for row in taps]
        case DepthwiseConv():
            taps = _taps(layer, data)
            matrices = np.moveaxis(kernel, -2, 0).reshape(taps.shape[1], -1, kernel.shape[-1])
            found = [
                [
                    value
                    for one, matrix in zip(row, matrices, strict=True)
                    for value in solver.product(one, matrix)
                ]
                for row in taps
            ]
    sums = [
        _accumulated(value, int(offset), layer.accumulator)
        for row in found
        for value, offset in zip(row, bias, strict=True)
    ]
    return as_array(sums, layer.shape)


def as_array(values: list[Variable], shape: tuple[int, ...]) -> Variables:
    """Return variables as an array; NumPy would ask them for their elements."""
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found.reshape(shape)


def _taps(layer: Conv | DepthwiseConv, data: Variables) -> Variables:
    """Return what each window sees, shape (positions, channels, taps)."""
    size = layer.kernel.values.shape[:-2]
    whole = padded(data, layer.padding, fill=constant(0))
    seen = windows(whole, size, layer.strides)
    return seen.reshape(-1, data.shape[-1], int(np.prod(size)))


def _accumulated(value: Variable, bias: int, accumulator: Precision) -> Variable:
    found = add_constant(value, bias)
    low, high = bounds(found)
    if low >= accumulator.min_hw and high <= accumulator.max_hw:
        return found
    return wrap(found, accumulator.width, signed=accumulator.signed)


class _Solver:
    """Products with constant matrices; equal problems are solved once."""

    def __init__(self) -> None:
        self._solved: dict[Any, Any] = {}

    def product(self, row: Variables, kernel: Integers) -> list[Variable]:
        """Return ``row @ kernel``."""
        used = np.flatnonzero(kernel.any(axis=1))
        if not len(used):
            return [constant(0)] * kernel.shape[1]
        return self._solve(row[used], kernel[used])

    def _solve(self, row: Variables, kernel: Integers) -> list[Variable]:
        ranges = tuple((value.low, value.high, value.step) for value in row)
        times = tuple(value.latency for value in row)
        key = (kernel.shape, kernel.tobytes(), ranges, times)
        if key not in self._solved:
            self._solved[key] = cmvm_solve(
                np.ascontiguousarray(kernel, dtype=np.float32),
                qintervals=[QInterval(*each) for each in ranges],
                latencies=list(times),
            )
        first, second = self._solved[key]
        return [_as_variable(value) for value in second(first(row, quantize=False), quantize=False)]


def _as_variable(value: Any) -> Variable:
    return value if hasattr(value, "qint") else constant(int(value))
