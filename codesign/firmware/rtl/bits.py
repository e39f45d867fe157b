"""Integers in the adder graph: alkaid's variables, and the bits they are made of.

Every variable here carries hardware integers: its step is 1, or more where low bits are known to
be 0. Fractions are kept by the tensors. Source of the graph's operations: alkaid 0.8.2,
``alkaid/trace/fixed_variable.py``.
"""

from typing import Any

from alkaid.trace import HWConfig
from alkaid.trace.fixed_variable import FVariable

from codesign.errors import UnsupportedLayerError

Variable = Any
"""An ``FVariable`` of alkaid, which is untyped."""

HARDWARE = HWConfig(1, 1, -1)
"""Adders counted and timed bit by bit, which is what the delays of alkaid are calibrated for."""
CONSTANT_BITS = 24
"""alkaid finds the lowest bit of a number in float32."""
LARGEST = 2**52
"""alkaid computes bounds in float64."""


def significant_bits(number: int) -> int:
    """Return the bits of a number from its first to its last one.

    Examples:
        >>> significant_bits(-12), significant_bits(0)
        (2, 0)
    """
    number = abs(number)
    return (number // (number & -number)).bit_length() if number else 0


def constant(value: int) -> Variable:
    """Return a constant.

    Raises:
        UnsupportedLayerError: If it has more bits than alkaid holds exactly.
    """
    if significant_bits(value) > CONSTANT_BITS:
        msg = f"the constant {value} has more than {CONSTANT_BITS} significant bits"
        raise UnsupportedLayerError(msg)
    return FVariable.from_const(float(value), HARDWARE)


def variable(low: int, high: int, arrival_ns: float) -> Variable:
    """Return an input with its bounds and the time at which it arrives within its cycle."""
    if low == high:
        return constant(low)
    return FVariable(float(low), float(high), 1.0, hwconf=HARDWARE, latency=arrival_ns)


def is_constant(value: Variable) -> bool:
    """Return whether a variable has one value only."""
    return bool(value.low == value.high)


def bounds(value: Variable) -> tuple[int, int]:
    """Return the least and the largest integer that a variable can be."""
    return int(value.low), int(value.high)


def fits_constant(value: Variable, number: int) -> bool:
    """Return whether alkaid can add a number exactly."""
    if value.opr == "cadd":  # two constants become one
        number += int(value.low) - int(value._from[0].low * value._factor / value._from[0]._factor)  # noqa: SLF001
    return significant_bits(number) <= CONSTANT_BITS


def add_constant(value: Variable, number: int) -> Variable:
    """Return a variable and a constant, added.

    Raises:
        UnsupportedLayerError: If the constant has more bits than alkaid holds exactly.
    """
    if not number:
        return value
    if is_constant(value):
        return constant(int(value.low) + number)
    if not fits_constant(value, number):
        msg = f"the constant {number} has more than {CONSTANT_BITS} significant bits"
        raise UnsupportedLayerError(msg)
    return value + float(number)


def shift_left(value: Variable, by: int) -> Variable:
    """Return ``value * 2**by``: wires."""
    return value if by == 0 else value * 2.0**by


def floor_shift(value: Variable, by: int) -> Variable:
    """Return ``floor(value / 2**by)``: wires."""
    if by <= 0 or is_constant(value):
        return constant(int(value.low) >> by) if is_constant(value) else shift_left(value, -by)
    return wrap(value * 2.0**-by, None, signed=value.low < 0)


def wrap(value: Variable, bits: int | None, *, signed: bool) -> Variable:
    """Return the lowest bits of a value left of the binary point, as a number of that width.

    Args:
        value: The value; what lies right of the binary point is cut off.
        bits: How many, a sign included; all of them where None.
        signed: Whether the highest of them is a sign.
    """
    own_sign, own_integer, _ = value.kif
    integer = max(int(own_integer), 0) if bits is None else bits - signed
    sign = bool(own_sign) if bits is None else signed
    if is_constant(value):
        number = int(value.low // 1)
        if bits is not None:
            low = -(1 << (bits - 1)) if signed else 0
            number = ((number - low) & ((1 << bits) - 1)) + low
        return constant(number)
    if sign + integer <= 0:
        return constant(0)
    return value._wrap(int(sign), integer, 0)  # noqa: SLF001


def bit(value: Variable, position: int) -> Variable:
    """Return a bit of a two's complement number: 0 or 1."""
    if is_constant(value):
        return constant((int(value.low) >> position) & 1)
    return wrap(value * 2.0**-position, 1, signed=False)


def negative(value: Variable) -> Variable:
    """Return 1 where a number is below 0, else 0."""
    if value.low >= 0 or value.high < 0:
        return constant(int(value.high < 0))
    return value.msb()


def width(value: Variable) -> int:
    """Return the bits of a number, its sign included."""
    sign, integer, _ = value.kif
    return int(sign) + int(integer)


def any_bit(value: Variable) -> Variable:
    """Return 1 where a number is not 0."""
    if is_constant(value):
        return constant(int(value.low != 0))
    return value.unary_bit_op("any")


def invert(value: Variable) -> Variable:
    """Return 1 for 0 and 0 for 1."""
    if is_constant(value):
        return constant(1 - int(value.low))
    return value.unary_bit_op("not")


def both(first: Variable, second: Variable) -> Variable:
    """Return the bits that both numbers have."""
    return _binary(first, second, "and")


def either(first: Variable, second: Variable) -> Variable:
    """Return the bits that one of the numbers has."""
    return _binary(first, second, "or")


def differing(first: Variable, second: Variable) -> Variable:
    """Return the bits in which numbers differ."""
    return _binary(first, second, "xor")


def mask(single: Variable) -> Variable:
    """Return all ones for 1 and 0 for 0: minus one and 0."""
    return constant(-int(single.low)) if is_constant(single) else -single


def choose(condition: Variable, yes: Variable, no: Variable) -> Variable:
    """Return one value where a bit is 1, and another where it is 0."""
    if is_constant(condition):
        return yes if condition.low else no
    if yes is no:
        return yes
    return condition.msb_mux(yes, no)


def _binary(first: Variable, second: Variable, operation: str) -> Variable:
    if is_constant(first) and is_constant(second):
        a, b = int(first.low), int(second.low)
        return constant({"and": a & b, "or": a | b, "xor": a ^ b}[operation])
    if is_constant(first):
        first, second = second, first
    if is_constant(second):
        number = int(second.low)
        if number == 0:
            return second if operation == "and" else first
        if number == -1:
            return {"and": first, "or": second, "xor": None}[operation] or ~first
    return first.binary_bit_op(second, operation)
