"""Add up many values, a register behind each addition."""

from collections.abc import Sequence

from codesign.firmware.rtl.engine.logic import Logic
from codesign.firmware.rtl.engine.value import Value


def tree_depth(count: int) -> int:
    """Return the cycles that the sum of so many values takes.

    Examples:
        >>> [tree_depth(count) for count in (0, 1, 2, 3, 8, 9)]
        [0, 0, 1, 2, 3, 4]
    """
    return max(count - 1, 0).bit_length()


def add_up(logic: Logic, values: Sequence[Value], *, depth: int, limit: int) -> Value:
    """Return the sum of values, ``depth`` cycles later.

    Args:
        logic: Where the lines go.
        values: What is added.
        depth: At least :func:`tree_depth` of their number.
        limit: Bits that are of interest; those above are left out.
    """
    level = list(values) or [Value.constant(0)]
    for _ in range(depth):
        pairs = list(zip(level[::2], level[1::2], strict=False))
        rest = [logic.delay(level[-1])] if len(level) % 2 else []
        level = [_added(logic, *pair, limit) for pair in pairs] + rest
    return level[0]


def _added(logic: Logic, first: Value, second: Value, limit: int) -> Value:
    low, high = first.low + second.low, first.high + second.high
    if first.is_constant and second.is_constant:
        return Value.constant(low)
    bits = Value(name="", low=low, high=high).width
    if bits > limit:
        bits, low, high = limit, -(1 << (limit - 1)), (1 << (limit - 1)) - 1
    return logic.register("sum", low, high, f"{first.extended(bits)} + {second.extended(bits)}")
