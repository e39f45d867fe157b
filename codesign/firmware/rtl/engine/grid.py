"""Bring integers on wires onto the grid of a format: shifts, roundings, overflows."""

import numpy as np

from codesign.design.fixed_point import shift_integers
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.firmware.rtl.engine.logic import Logic
from codesign.firmware.rtl.engine.value import Value, literal


def put(logic: Logic, value: Value, fraction: int, precision: Precision) -> Value:
    """Return a value with ``fraction`` fractional bits on the grid of a format."""
    return fit(
        logic, shift(logic, value, precision.fraction - fraction, precision.rounding), precision
    )


def shift(logic: Logic, value: Value, by: int, rounding: Rounding) -> Value:
    """Return ``value * 2**by``, the bits that fall off the right rounded."""
    if by == 0:
        return value
    low, high = (_shifted(end, by, rounding) for end in (value.low, value.high))
    if value.is_constant or low == high:
        return Value.constant(low)
    if by > 0:
        return logic.wire("scaled", low, high, f"{{{value.name}, {by}'b0}}")
    width = max(value.width, 1 - by)
    wide = value
    if width > value.width:
        wide = Value(name=logic.name("wide"), low=value.low, high=value.high)
        logic.say(f"wire [{width - 1}:0] {wide.name} = {value.extended(width)};")
    floor = f"{wide.name}[{width - 1}:{-by}]" if width > 1 - by else f"{wide.name}[{-by}]"
    up = _round_up(wide.name, -by, value.sign, rounding)
    cut = Value(name=logic.name("floor"), low=value.low >> -by, high=value.high >> -by)
    logic.say(f"wire [{width + by - 1}:0] {cut.name}_all = {floor};")
    kept = f"{cut.name}_all[{cut.width - 1}:0]"
    logic.say(f"wire [{cut.width - 1}:0] {cut.name} = {kept};")
    if up is None:
        return cut
    bits = Value(name="", low=low, high=high).width
    carry = f"{{{bits - 1}'b0, {up}}}" if bits > 1 else up
    return logic.wire("rounded", low, high, f"{cut.extended(bits)} + {carry}")


def _shifted(value: int, by: int, rounding: Rounding) -> int:
    return int(shift_integers(np.array([value], dtype=np.int64), by, rounding)[0])


def _round_up(name: str, drop: int, sign: str, rounding: Rounding) -> str | None:
    """Return when a number cut at bit ``drop`` goes up by one; None for never."""
    half = f"{name}[{drop - 1}]"
    rest = f"(|{name}[{drop - 2}:0])" if drop > 1 else "1'b0"
    match rounding:
        case Rounding.TRN:
            return None
        case Rounding.TRN_ZERO:
            return f"({sign} & ({half} | {rest}))"
        case Rounding.RND:
            return half
        case Rounding.RND_MIN_INF:
            return f"({half} & {rest})"
        case Rounding.RND_ZERO:
            return f"({half} & ({rest} | {sign}))"
        case Rounding.RND_INF:
            return f"({half} & ({rest} | ~{sign}))"
        case Rounding.RND_CONV:
            return f"({half} & ({rest} | {name}[{drop}]))"


def fit(logic: Logic, value: Value, precision: Precision) -> Value:
    """Return a value on the grid of a format brought into its range."""
    low, high = precision.min_hw, precision.max_hw
    if low <= value.low and value.high <= high:
        return value
    match precision.overflow:
        case Overflow.SAT | Overflow.SAT_SYM:
            return clip(logic, value, low, high)
        case Overflow.SAT_ZERO:
            outside = f"{below(value, low)} | {above(value, high)}"
            least, most = max(low, min(value.low, 0)), min(high, max(value.high, 0))
            bits = Value(name="", low=least, high=most).width
            expression = f"({outside}) ? {literal(0, bits)} : {value.extended(bits)}"
            return logic.wire("fitted", least, most, expression)
        case Overflow.WRAP:
            return logic.wire("wrapped", low, high, value.extended(precision.width))


def clip(logic: Logic, value: Value, low: int | None, high: int | None) -> Value:
    """Return a value brought into [low, high]; None is no end."""
    least, most = (_clipped(end, low, high) for end in (value.low, value.high))
    if least == most:
        return Value.constant(least)
    if (least, most) == (value.low, value.high):
        return value
    bits = Value(name="", low=least, high=most).width
    expression = value.extended(bits)
    if most < value.high:
        expression = f"{above(value, most)} ? {literal(most, bits)} : {expression}"
    if least > value.low:
        expression = f"{below(value, least)} ? {literal(least, bits)} : {expression}"
    return logic.wire("clipped", least, most, expression)


def _clipped(value: int, low: int | None, high: int | None) -> int:
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)


def below(value: Value, end: int) -> str:
    """Return whether a value is below a constant, as an expression of one bit."""
    if end <= value.low:
        return "1'b0"
    if end > value.high:
        return "1'b1"
    if end == 0:
        return value.sign
    if value.is_signed and end < 0 and -end & (-end - 1) == 0:
        first = (-end).bit_length() - 1
        if first < value.width - 1:
            return f"({value.sign} & ~(&{value.bits(value.width - 2, first)}))"
    return _compared(value, "<", end)


def above(value: Value, end: int) -> str:
    """Return whether a value is above a constant, as an expression of one bit."""
    if end >= value.high:
        return "1'b0"
    if end < value.low:
        return "1'b1"
    if end >= 0 and end & (end + 1) == 0:
        last = value.width - 1 - value.is_signed
        some = f"(|{value.bits(last, end.bit_length())})"
        return f"(~{value.sign} & {some})" if value.is_signed else some
    return _compared(value, ">", end)


def _compared(value: Value, relation: str, end: int) -> str:
    width = value.width
    if value.is_signed:
        return f"($signed({value.name}) {relation} $signed({literal(end, width)}))"
    return f"({value.name} {relation} {literal(end, width)})"
