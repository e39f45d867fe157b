"""Operations on one element as functions of arrays, which may be changed in place."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from codesign.design.fixed_point import overflow_integers, round_real, shift_integers
from codesign.design.intervals import LeakyGrid
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.emulator.arithmetic import (
    Add,
    Array,
    Clip,
    Fit,
    Leak,
    Lookup,
    Operation,
    Round,
    Search,
    Shift,
)

Compute = Callable[[Array], Array]
_PAST_ALL = 2**62


def compile_operation(operation: Operation, dtype: type[Any]) -> Compute:
    """Return an operation as a function of arrays of a type; it may write into its argument."""
    is_integer = dtype is np.int64
    match operation:
        case Shift():
            return _integer_shift(operation) if is_integer else _real_shift(operation, dtype)
        case Round():
            return _rounding(operation.rounding)
        case Add():
            offset = dtype(operation.offset)
            return lambda values: np.add(values, offset, out=values)
        case Clip(low=low, high=high):
            least = -_PAST_ALL if low is None else low
            return _clipping(least, _PAST_ALL if high is None else high, dtype)
        case Fit() if is_integer:
            return lambda values: overflow_integers(values, operation.precision)
        case Fit():
            return _fitting(operation.precision, dtype)
        case Leak():
            return _leaking(operation.grid, dtype)
        case Lookup():
            table, first = operation.table.astype(dtype), dtype(operation.first)
            return lambda values: table[np.subtract(values, first, out=values).astype(np.intp)]
        case Search():
            return _searching(operation, dtype)


def simplify(operations: Sequence[Operation]) -> list[Operation]:
    """Return fewer operations with the same result.

    A clip moves behind shifts and roundings, which never change the order of values, where its
    ends stay integers, and is merged with the saturation there.
    """
    found: list[Operation] = []
    waiting: Clip | None = None
    for operation in operations:
        if waiting is None:
            if isinstance(operation, Clip):
                waiting = operation
            else:
                found.append(operation)
            continue
        moved = _move_behind(waiting, operation)
        if moved is None:
            found.append(waiting)
            waiting = operation if isinstance(operation, Clip) else None
            if waiting is None:
                found.append(operation)
            continue
        kept, waiting = moved
        found += kept
    return found if waiting is None else [*found, waiting]


def _move_behind(clip: Clip, operation: Operation) -> tuple[list[Operation], Clip] | None:
    """Return what replaces a clip before an operation: operations, and a clip after them."""
    ends = [end for end in (clip.low, clip.high) if end is not None]
    match operation:
        case Shift(by=by) if by >= 0 or all(end % (1 << -by) == 0 for end in ends):
            return [operation], Clip(_shifted(clip.low, by), _shifted(clip.high, by))
        case Clip():
            return [], _merged(clip, operation)
        case Fit(precision=precision) if precision.overflow in {Overflow.SAT, Overflow.SAT_SYM}:
            return [], _merged(clip, Clip(precision.min_hw, precision.max_hw))
        case _:
            return None


def _shifted(end: int | None, by: int) -> int | None:
    if end is None:
        return None
    return end << by if by >= 0 else end >> -by


def _merged(first: Clip, last: Clip) -> Clip:
    """Return one clip for two."""
    low, high = last.low, last.high
    if first.low is not None:
        low = first.low if low is None else max(first.low, low)
        low = low if last.high is None else min(low, last.high)
    if first.high is not None:
        high = first.high if high is None else min(first.high, high)
        high = high if last.low is None else max(high, last.low)
    return Clip(low, high)


def _integer_shift(operation: Shift) -> Compute:
    return lambda values: shift_integers(values, operation.by, operation.rounding)


def _real_shift(operation: Shift, dtype: type[Any]) -> Compute:
    factor = dtype(2.0**operation.by)
    if operation.by >= 0:
        return lambda values: np.multiply(values, factor, out=values)
    finish = _rounding(operation.rounding)
    return lambda values: finish(np.multiply(values, factor, out=values))


def _rounding(rounding: Rounding) -> Compute:
    match rounding:
        case Rounding.RND_CONV:
            return lambda values: np.rint(values, out=values)
        case Rounding.TRN:
            return lambda values: np.floor(values, out=values)
        case Rounding.TRN_ZERO:
            return lambda values: np.trunc(values, out=values)
        case _:
            return lambda values: round_real(values, rounding)


def _clipping(low: int, high: int, dtype: type[Any]) -> Compute:
    # an end that the type does not hold lies past every value
    least, most = dtype(max(low, -_PAST_ALL)), dtype(min(high, _PAST_ALL))
    return lambda values: np.clip(values, least, most, out=values)


def _fitting(precision: Precision, dtype: type[Any]) -> Compute:
    least, most = precision.min_hw, precision.max_hw
    match precision.overflow:
        case Overflow.SAT | Overflow.SAT_SYM:
            return _clipping(least, most, dtype)
        case Overflow.SAT_ZERO:
            low, high = dtype(max(least, -_PAST_ALL)), dtype(min(most, _PAST_ALL))
            return lambda values: np.where((values < low) | (values > high), dtype(0), values)
        case Overflow.WRAP:
            low = dtype(least)
            states, part = dtype(2.0**precision.width), dtype(2.0**-precision.width)

            def wrap(values: Array) -> Array:
                turns = np.subtract(values, low)
                np.floor(np.multiply(turns, part, out=turns), out=turns)
                return np.subtract(values, np.multiply(turns, states, out=turns), out=values)

            return wrap


def _leaking(grid: LeakyGrid, dtype: type[Any]) -> Compute:
    if dtype is np.int64:
        return grid.apply
    above, below = dtype(2.0**grid.above), dtype(2.0**grid.below)
    floor = dtype(max(grid.floor, -_PAST_ALL))

    def leak(values: Array) -> Array:
        negative = np.clip(values * below, floor, dtype(0))
        positive = np.multiply(np.clip(values, dtype(0), None, out=values), above, out=values)
        return np.add(positive, negative, out=values)

    return leak


def _searching(operation: Search, dtype: type[Any]) -> Compute:
    thresholds, levels = operation.thresholds.astype(dtype), operation.levels.astype(dtype)
    return lambda values: levels[np.searchsorted(thresholds, values, side="right")]
