"""Convolutions and pooling: windows moved over data whose channels come first in memory."""

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from codesign.design.intervals import windows
from codesign.design.layers import Conv, DepthwiseConv, Padding, Pool, PoolFunction
from codesign.emulator.arithmetic import Array
from codesign.emulator.buffers import Buffers
from codesign.emulator.elementwise import Compute
from codesign.emulator.heads import Head, Weights

_BLOCK_BYTES = 2**18
"""A block of windows and its products stay within a core's second-level cache."""


def convolution_head(layer: Conv | DepthwiseConv, weights: Weights) -> Head:
    """Return a convolution: blocks of windows side by side in memory, one product of matrices each.

    The bias is the weight of a row of ones below the windows.
    """
    matrix = _matrix(layer, weights)
    groups, outputs, terms = matrix.shape
    size, dtype = layer.kernel.values.shape[:-2], matrix.dtype.type
    height, *rest = layer.shape[:-1]
    at: tuple[slice, ...] = (slice(None),) * (1 + len(size))
    filters = layer.shape[-1]

    def head(sources: Sequence[Array], buffers: Buffers, finish: Compute) -> Array:
        data = pad(sources[0], layer.padding, buffers, fill=0)
        events = data.shape[-1]
        seen = _windows(data, size, layer.strides)
        line = prod(rest) * events
        rows = max(1, min(height, _BLOCK_BYTES // (groups * terms * line * matrix.itemsize)))
        result = buffers.take("result", shape=(filters, height, *rest, events), dtype=dtype)
        for start in range(0, height, rows):
            count = min(rows, height - start)
            shape = (groups, terms, count * line)
            columns = buffers.take(f"columns {count}", shape=shape, dtype=dtype, fill=1)
            rows_at: tuple[slice, ...] = (*at, slice(start, start + count))
            part = seen[rows_at]
            np.copyto(columns[:, :-1].reshape(part.shape), part, casting="unsafe")
            block = buffers.take(
                f"sums {count}", shape=(groups, outputs, count * line), dtype=dtype
            )
            finished = finish(np.matmul(matrix, columns, out=block))
            if rows == height:
                return np.moveaxis(finished.reshape(result.shape), 0, -2)
            result[:, start : start + count] = finished.reshape(filters, count, *rest, events)
        return np.moveaxis(result, 0, -2)

    return head


def pool_head(layer: Pool, dtype: type[Any]) -> Head:
    """Return the largest or the sum of each window."""
    combine = np.maximum if layer.function is PoolFunction.MAX else np.add
    least = np.iinfo(np.int64).min if dtype is np.int64 else -np.inf

    def head(sources: Sequence[Array], buffers: Buffers, finish: Compute) -> Array:
        data = pad(sources[0], layer.padding, buffers, fill=least)
        seen = _windows(data, layer.size, layer.strides)
        windows_first = np.moveaxis(seen, 0, len(layer.size))
        taps = [windows_first[tap] for tap in product(*map(range, layer.size))]
        found = buffers.take("windows", shape=taps[0].shape, dtype=dtype)
        np.copyto(found, taps[0])
        for tap in taps[1:]:
            combine(found, tap, out=found)
        return np.moveaxis(finish(found), 0, -2)

    return head


def pad(data: Array, padding: Padding, buffers: Buffers, *, fill: float) -> Array:
    """Return data with a border, channels first in memory; itself where there is no border."""
    if not any(map(any, padding)):
        return data
    *spatial, channels, events = data.shape
    outer = [size + sum(ends) for size, ends in zip(spatial, padding, strict=True)]
    shape = (channels, *outer, events)
    found = buffers.take("padded", shape=shape, dtype=data.dtype.type, fill=fill)
    inner = tuple(
        slice(ends[0], ends[0] + size) for size, ends in zip(spatial, padding, strict=True)
    )
    found[(slice(None), *inner)] = np.moveaxis(data, -2, 0)
    return np.moveaxis(found, 0, -2)


def _windows(data: Array, size: tuple[int, ...], strides: tuple[int, ...]) -> Array:
    """Return a view of shape (channels, size, positions, events)."""
    seen = windows(data, size, strides)
    rank = len(size)
    order = (rank, *range(rank + 2, 2 * rank + 2), *range(rank), rank + 1)
    return seen.transpose(order)


def _matrix(layer: Conv | DepthwiseConv, weights: Weights) -> Array:
    """Return kernel and bias of shape (groups, outputs, terms + 1), terms as windows have them."""
    channels, filters = weights.kernel.shape[-2:]
    taps = weights.kernel.reshape(-1, channels, filters)
    if isinstance(layer, DepthwiseConv):
        kernel = taps.transpose(1, 2, 0)
    else:
        kernel = taps.transpose(2, 1, 0).reshape(1, filters, -1)
    bias = weights.bias.reshape(*kernel.shape[:2], 1)
    return np.ascontiguousarray(np.concatenate([kernel, bias], axis=2))
