"""What a quantizer of QKeras does to activations, in fixed point, or why it has no exact meaning.

Some are a record of :mod:`codesign.design.layers`: rounding and clipping. The others are evaluated,
integer by integer, and become steps or a table.

Source: QKeras 0.9.0, ``quantizers.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np

from codesign.design.layers import Function
from codesign.design.precision import Overflow, Precision
from codesign.errors import CodesignError, InvalidDesignError
from codesign.lowering.quantizer_checks import check_integer, check_unmixed, is_power_of_two
from codesign.lowering.refusal import refusal

_FINEST = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Elementwise:
    """An activation that hardware computes by rounding and clipping.

    Attributes:
        function: What it computes.
        precision: The grid of its output.
        slope_log2: The slope of a leaky ReLU below 0, as a power of two.
        ceiling: The largest hardware integer, where it is not that of the format.
    """

    function: Function
    precision: Precision
    slope_log2: int = 0
    ceiling: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """A quantizer that is evaluated integer by integer.

    Attributes:
        fraction: Fractional bits of everything it makes.
        monotone: Whether its value never falls as its input rises.
    """

    fraction: int
    monotone: bool = True


Meaning = Elementwise | Evaluated


def activation(quantizer: Any, *, layer: str) -> Meaning:
    """Return what a quantizer does to activations.

    Raises:
        UnsupportedLayerError: If it has no exact form in fixed point.
        InvalidDesignError: If its numbers make no format.
    """
    name = getattr(quantizer, "__name__", type(quantizer).__name__)
    if name not in _MEANINGS:
        raise refusal(
            layer,
            f"the activation {name}",
            "use quantized_relu, quantized_bits, quantized_tanh or quantized_sigmoid",
        )
    if getattr(quantizer, "qnoise_factor", None) is not None:
        check_unmixed(quantizer, layer=layer)
    return _MEANINGS[name](quantizer, layer)


def _bits(quantizer: Any, layer: str) -> Meaning:
    alpha = quantizer.alpha
    if alpha is not None and (isinstance(alpha, str) or np.ndim(alpha) or float(alpha) != 1.0):
        what = "a scale that the data decide," if isinstance(alpha, str) else "a scale,"
        raise refusal(
            layer,
            f"quantized_bits(alpha={alpha!r}), {what}",
            "write quantized_bits(bits, integer, alpha=1)",
        )
    bits, negative = int(quantizer.bits), bool(quantizer.keep_negative)
    integer = check_integer(quantizer, layer=layer)
    if bits == negative:
        return Evaluated(fraction=0)
    try:
        found = Precision.from_qkeras(
            bits=bits,
            integer=integer,
            keep_negative=negative,
            symmetric=bool(quantizer.symmetric),
        )
    except InvalidDesignError as error:
        msg = f"{layer}: quantized_bits({bits}, {integer}): {error}"
        raise InvalidDesignError(msg) from error
    return Elementwise(function=Function.LINEAR, precision=found.as_quantizer())


def _hswish(quantizer: Any, layer: str) -> Meaning:
    grid = _bits(quantizer, layer)
    fraction = grid.precision.fraction if isinstance(grid, Elementwise) else grid.fraction
    return Evaluated(fraction=fraction, monotone=False)


def _relu(quantizer: Any, layer: str) -> Meaning:
    integer, slope = check_integer(quantizer, layer=layer), float(quantizer.negative_slope)
    if quantizer.use_sigmoid:
        return Evaluated(fraction=int(quantizer.bits) - bool(slope) - integer)
    if slope:
        return _leaky(quantizer, layer, slope)
    grid = _checked(layer, width=int(quantizer.bits), integer=integer, signed=False)
    ceiling = _ceiling(quantizer, layer, grid)
    return Elementwise(function=Function.RELU, precision=grid.as_quantizer(), ceiling=ceiling)


def _ceiling(quantizer: Any, layer: str, grid: Precision) -> int | None:
    """Return the upper bound of a ReLU in steps; QKeras heeds it only without its own clip."""
    bound = quantizer.relu_upper_bound
    if quantizer.is_quantized_clip or not bound:
        return None
    steps = float(bound) / grid.step
    if steps != int(steps) or steps < 0:
        raise refusal(
            layer,
            f"quantized_relu(relu_upper_bound={float(bound):g}), off the grid of {grid},",
            f"choose a multiple of {grid.step:g}, or leave relu_upper_bound out",
        )
    return None if steps >= grid.max_hw else int(steps)


def _leaky(quantizer: Any, layer: str, slope: float) -> Meaning:
    """Return a leaky ReLU; below 0 QKeras clips at minus its range times the slope.

    That is a whole number of steps only if the slope is at least one step of the positive side.
    """
    bits, integer = int(quantizer.bits), int(quantizer.integer)
    least = 2.0 ** -(bits - 1)
    if not least <= slope <= 1:
        raise refusal(
            layer,
            f"quantized_relu(negative_slope={slope:g}) of {bits} bits",
            f"choose a slope from {least:g} to 1, or more bits",
        )
    grid = _checked(layer, width=bits, integer=integer + 1)
    return Elementwise(
        function=Function.LEAKY_RELU,
        precision=grid.as_quantizer(),
        slope_log2=int(log2(slope)),
        ceiling=_ceiling(quantizer, layer, grid),
    )


def _tanh(quantizer: Any, layer: str) -> Meaning:
    overflow = Overflow.SAT_SYM if quantizer.symmetric else Overflow.SAT
    grid = _checked(layer, width=quantizer.bits, integer=1, overflow=overflow)
    if quantizer.use_real_tanh:
        return Evaluated(fraction=grid.fraction)
    return Elementwise(function=Function.LINEAR, precision=grid.as_quantizer())


def _sigmoid(quantizer: Any, layer: str) -> Meaning:
    grid = _checked(layer, width=quantizer.bits, integer=0, signed=False)
    if quantizer.use_real_sigmoid or quantizer.symmetric:
        return Evaluated(fraction=grid.fraction)
    return Elementwise(function=Function.HARD_SIGMOID, precision=grid.as_quantizer())


def _signs(quantizer: Any, layer: str) -> Meaning:
    """Return the meaning of ``ternary`` or ``binary``, whose values are 0 and its scale."""
    alpha = 1.0 if quantizer.alpha is None else quantizer.alpha
    name = type(quantizer).__name__
    if isinstance(alpha, str) or np.ndim(alpha) or not is_power_of_two(np.array(float(alpha))):
        why = "a scale that the data decide," if isinstance(alpha, str) else "no power of two,"
        raise refusal(
            layer, f"{name}(alpha={alpha!r}), {why}", f"write {name}(alpha=1) for activations"
        )
    return Evaluated(fraction=-int(log2(float(alpha))))


def _power_of_two(quantizer: Any, layer: str) -> Meaning:
    least = -int(quantizer._min_exp) * (2 if quantizer.quadratic_approximation else 1)  # noqa: SLF001
    name = type(quantizer).__name__
    if least > _FINEST:
        raise refusal(
            layer,
            f"{name}({quantizer.bits}), whose smallest value is 2**-{least},",
            "use fewer bits",
        )
    return Evaluated(fraction=least)


_MEANINGS: dict[str, Callable[[Any, str], Meaning]] = {
    "binary": _signs,
    "binary_sigmoid": lambda _, __: Evaluated(fraction=0),
    "binary_tanh": lambda _, __: Evaluated(fraction=0),
    "quantized_bits": _bits,
    "quantized_hswish": _hswish,
    "quantized_po2": _power_of_two,
    "quantized_relu": _relu,
    "quantized_relu_po2": _power_of_two,
    "quantized_sigmoid": _sigmoid,
    "quantized_tanh": _tanh,
    "ternary": _signs,
}


def _checked(
    layer: str,
    *,
    width: int,
    integer: int,
    signed: bool = True,
    overflow: Overflow = Overflow.SAT,
) -> Precision:
    try:
        return Precision(width=int(width), integer=integer, signed=signed, overflow=overflow)
    except CodesignError as error:
        msg = f"{layer}: {error}"
        raise InvalidDesignError(msg) from error
