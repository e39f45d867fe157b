"""The arithmetic of the firmware in Python integers and fractions: slow, plain, independent.

Nothing here uses NumPy or the functions of codesign that are under test; only the records are read.
"""

import math
from fractions import Fraction

from codesign.design.layers import Activation, Dense, Function, Softmax
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding

HALF = Fraction(1, 2)


def rounded(value: Fraction, rounding: Rounding) -> int:
    """Return the integer that a number is rounded to."""
    below = math.floor(value)
    rest = value - below
    if rest == 0 or rounding is Rounding.TRN:
        return below
    if rounding is Rounding.TRN_ZERO:
        return below if value > 0 else below + 1
    if rest != HALF:
        return below + (rest > HALF)
    up = {
        Rounding.RND: True,
        Rounding.RND_MIN_INF: False,
        Rounding.RND_ZERO: value < 0,
        Rounding.RND_INF: value > 0,
        Rounding.RND_CONV: below % 2 == 1,
    }
    return below + up[rounding]


def overflowed(number: int, precision: Precision) -> int:
    """Return the integer that a format keeps of an integer."""
    states = 2**precision.width
    low, high = (-states // 2, states // 2 - 1) if precision.signed else (0, states - 1)
    if precision.overflow is Overflow.SAT_SYM and precision.signed:
        low = -high
    if precision.overflow is Overflow.WRAP:
        wrapped = number % states
        return wrapped - states if wrapped > high else wrapped
    if low <= number <= high:
        return number
    if precision.overflow is Overflow.SAT_ZERO:
        return 0
    return low if number < low else high


def put(value: Fraction, precision: Precision) -> int:
    """Return the hardware integer of a number: rounded, then overflowed."""
    steps = value * Fraction(2) ** (precision.width - precision.integer)
    return overflowed(rounded(steps, precision.rounding), precision)


def real(number: int, precision: Precision) -> Fraction:
    """Return the value of a hardware integer."""
    return int(number) * Fraction(2) ** (precision.integer - precision.width)


def tensors(network: QuantizedNetwork, event: list[int]) -> dict[str, list[int]]:
    """Return every tensor that one event makes, as hardware integers."""
    made = {network.inputs[0].name: [int(number) for number in event]}
    for layer in network.layers:
        source = layer.inputs[0]
        values = [real(number, network.precision(source)) for number in made[source]]
        match layer:
            case Dense():
                made[layer.name] = _dense(layer, values)
            case Activation():
                made[layer.name] = [
                    put(_function(layer.function, value), layer.precision) for value in values
                ]
            case Softmax():
                made[layer.name] = _softmax(layer, values)
    return made


def _dense(layer: Dense, values: list[Fraction]) -> list[int]:
    found = []
    for column in range(layer.shape[0]):
        total = put(real(layer.bias.values[column], layer.bias.precision), layer.accumulator)
        for row, value in enumerate(values):
            weight = real(layer.kernel.values[row, column], layer.kernel.precision)
            total = put(real(total, layer.accumulator) + value * weight, layer.accumulator)
        found.append(put(real(total, layer.accumulator), layer.precision))
    return found


def _function(function: Function, value: Fraction) -> Fraction:
    match function:
        case Function.LINEAR:
            return value
        case Function.RELU:
            return max(value, Fraction(0))
        case Function.HARD_SIGMOID:
            return min(Fraction(1), max(Fraction(0), value / 2 + HALF))


def _softmax(layer: Softmax, values: list[Fraction]) -> list[int]:
    largest = max(values)
    terms = [
        real(
            layer.exponentials.values[put(largest - value, layer.difference)],
            layer.exponentials.precision,
        )
        for value in values
    ]
    inverse = real(
        layer.inverses.values[put(sum(terms, Fraction(0)), layer.total)], layer.inverses.precision
    )
    return [put(term * inverse, layer.precision) for term in terms]
