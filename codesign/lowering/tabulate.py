"""Fill steps and tables by asking QKeras what it makes of every integer that can come."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from codesign.design.constant import Constant
from codesign.design.fixed_point import Integers, bits_for, dequantize
from codesign.design.layers import Steps, Table
from codesign.design.precision import Precision
from codesign.lowering.builder import Builder, Tensor
from codesign.lowering.refusal import refusal
from codesign.models.evaluate import evaluate

_FEW_STEPS = 32
_MANY_STEPS = 255
_TABLE_BITS = 14
_EVERY_INTEGER_BITS = 20
_AROUND = 1024
_EXACT_FLOAT32 = 2**24

Level = Callable[[Integers], Integers]


def tabulate(
    builder: Builder,
    name: str,
    data: Tensor,
    functions: Sequence[Any],
    *,
    fraction: int,
    monotone: bool,
) -> Steps | Table:
    """Return the steps or the table that functions of QKeras make of a tensor's integers.

    Few steps become steps, many of them a table if the input is narrow. The functions are evaluated
    at every integer within the tensor's bounds; where these are more than a million and the
    functions never fall, at those around each step.

    Args:
        builder: Says in which arithmetic to evaluate.
        name: Of the layer.
        data: What it reads.
        functions: Of Keras and QKeras, the first applied first.
        fraction: Fractional bits of every value they make.
        monotone: Whether the value never falls as the input rises.

    Raises:
        UnsupportedLayerError: If it has too many steps for an input this wide, or makes values
            that are not on the grid.
    """
    builder.evaluated = True
    double = builder.double or data.bounds.magnitude > _EXACT_FLOAT32

    def level(points: Integers) -> Integers:
        values = evaluate(functions, dequantize(points, data.precision), double=double)
        return _on_grid(values, fraction, name)

    low, high = int(data.bounds.low.min()), int(data.bounds.high.max())
    points = _points(level, low, high, monotone=monotone, name=name)
    levels = level(points)
    changes = np.flatnonzero(levels[1:] != levels[:-1]) + 1
    narrow = data.precision.width <= _TABLE_BITS
    if len(changes) <= (_FEW_STEPS if narrow else _MANY_STEPS):
        return _steps(name, data, points[changes], levels[[0, *changes]], fraction)
    if not narrow:
        raise refusal(
            name,
            f"a function of {len(changes)} steps of {data.name} in {data.precision}",
            f"put QActivation(quantized_bits(bits, integer, alpha=1)) of at most {_TABLE_BITS} "
            "bits before it",
        )
    addresses = data.precision.min_hw + np.arange(2**data.precision.width)
    return _table(name, data, level(np.clip(addresses, low, high)), fraction)


def _on_grid(values: Any, fraction: int, name: str) -> Integers:
    scaled = np.ldexp(values, fraction)
    if not np.isfinite(scaled).all() or not np.array_equal(scaled, np.rint(scaled)):
        raise refusal(
            name,
            f"a function whose values are not multiples of 2**{-fraction}",
            "put a quantized_bits(bits, integer, alpha=1) behind it",
        )
    if np.abs(scaled).max(initial=0.0) >= 2.0**62:
        raise refusal(name, "a function of values beyond 62 bits", "use fewer bits")
    return scaled.astype(np.int64)


def _points(level: Level, low: int, high: int, *, monotone: bool, name: str) -> Integers:
    """Return rising integers that show every step of a function: all, or those around the steps."""
    if high - low < 2**_EVERY_INTEGER_BITS:
        return np.arange(low, high + 1, dtype=np.int64)
    if not monotone:
        raise refusal(
            name,
            f"a function of {high - low + 1} integers that rises and falls",
            f"put QActivation(quantized_bits(bits, integer, alpha=1)) of at most {_TABLE_BITS} "
            "bits before it",
        )
    near = [np.arange(at - _AROUND, at + _AROUND) for at in _bisect(level, low, high, name)]
    found = np.unique(np.concatenate([np.array([low, high]), *near]))
    return found[(found >= low) & (found <= high)]


def _bisect(level: Level, low: int, high: int, name: str) -> Integers:
    """Return the first integer of each step of a function that never falls."""
    left, right = np.array([low], dtype=np.int64), np.array([high], dtype=np.int64)
    done: list[Integers] = []
    while left.size:
        changes = level(left) != level(right)
        left, right = left[changes], right[changes]
        close = right - left == 1
        done.append(right[close])
        left, right = left[~close], right[~close]
        middle = (left + right) // 2
        left, right = np.append(left, middle), np.append(middle, right)
        if left.size > 4 * _MANY_STEPS:
            raise refusal(
                name,
                f"a function of more than {_MANY_STEPS} steps of {high - low + 1} integers",
                f"put QActivation(quantized_bits(bits, integer, alpha=1)) of at most "
                f"{_TABLE_BITS} bits before it",
            )
    return np.concatenate(done)


def _steps(name: str, data: Tensor, thresholds: Integers, levels: Integers, fraction: int) -> Steps:
    if not len(thresholds):
        thresholds, levels = data.bounds.high.max(keepdims=True).ravel()[:1], levels[[0, 0]]
    precision = _holding(levels, fraction)
    return Steps(
        name=name,
        inputs=(data.name,),
        shape=data.shape,
        precision=precision,
        thresholds=Constant(values=thresholds, precision=data.precision.as_storage()),
        levels=Constant(values=levels, precision=precision),
    )


def _table(name: str, data: Tensor, values: Integers, fraction: int) -> Table:
    precision = _holding(values, fraction)
    return Table(
        name=name,
        inputs=(data.name,),
        shape=data.shape,
        precision=precision,
        values=Constant(values=values, precision=precision),
    )


def _holding(values: Integers, fraction: int) -> Precision:
    width, signed = bits_for(int(values.min()), int(values.max()))
    return Precision(width=width, integer=width - fraction, signed=signed)
