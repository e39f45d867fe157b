"""The integers that a quantizer of QKeras makes of weights.

Source: QKeras 0.9.0, ``quantizers.py``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.design.constant import Constant
from codesign.design.fixed_point import Integers, bits_for
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError
from codesign.lowering.builder import WIDE_BITS
from codesign.lowering.quantizer_checks import (
    check_integer,
    check_unmixed,
    is_power_of_two,
)
from codesign.lowering.refusal import refusal

_GRID_TOLERANCE = 1e-3
_SIGNS = frozenset({"ternary", "binary"})
_POWERS = frozenset({"quantized_po2", "quantized_relu_po2"})


def check_weight_quantizer(quantizer: Any, *, layer: str) -> None:
    """Check that a quantizer of weights has an exact meaning in fixed point.

    Raises:
        UnsupportedLayerError: If it is missing, its scale is no power of two, or it mixes.
        InvalidDesignError: If its numbers make no format.
    """
    if quantizer is None:
        raise refusal(
            layer, "weights without a quantizer", "give kernel and bias a quantized_bits(...)"
        )
    name = type(quantizer).__name__
    if name in _POWERS:
        check_unmixed(quantizer, layer=layer)
        return
    if name not in _SIGNS | {"quantized_bits"}:
        raise refusal(
            layer,
            f"weights quantized by {name}",
            "use quantized_bits(..., alpha=1), ternary, binary or quantized_po2",
        )
    _check_scale(quantizer, name, layer)
    if name == "quantized_bits":
        check_unmixed(quantizer, layer=layer)
        _declared(quantizer, layer)


def weight_constant(quantizer: Any, values: Any, *, where: str) -> Constant:
    """Return weights as QKeras quantizes them, as integers on a common grid.

    Args:
        quantizer: Of QKeras, checked.
        values: The stored weights.
        where: The layer, for messages.

    Raises:
        UnsupportedLayerError: If the result is on no grid, or needs too many bits.
    """
    quantized = np.asarray(quantizer(values), dtype=np.float64)
    steps = _steps(quantizer, quantized, where)
    exponents = np.log2(steps)
    scaled = np.ldexp(quantized, -exponents.astype(np.int64))
    integers = np.rint(scaled)
    worst = float(np.abs(scaled - integers).max(initial=0.0))
    if not np.isfinite(scaled).all() or worst > _GRID_TOLERANCE:
        found = f"weights that lie up to {worst:.3g} steps off the quantizer's grid"
        raise refusal(where, found, "use quantized_bits(..., alpha=1)")
    if _has_one_step(quantizer):
        step = int(exponents.max())
        return Constant(values=integers, precision=_format(quantizer, step, where))
    return _on_common_grid(integers, exponents, where)


def _has_one_step(quantizer: Any) -> bool:
    """Return whether the quantizer's own parameters give the format of all weights."""
    alpha = getattr(quantizer, "alpha", None)
    scaled = isinstance(alpha, str) or np.asarray(alpha).ndim > 0
    return type(quantizer).__name__ not in _POWERS and not scaled


def _on_common_grid(integers: Any, exponents: Any, where: str) -> Constant:
    """Return integers of several steps as integers of the finest step that any of them needs."""
    used = np.broadcast_to(exponents, integers.shape)[integers != 0]
    if not used.size:
        return Constant.of(np.zeros(integers.shape), Precision(width=1, integer=1))
    finest = int(used.min())
    largest = float(np.abs(np.ldexp(integers, (exponents - finest).astype(np.int64))).max())
    if largest >= 2.0 ** (WIDE_BITS - 1):
        raise refusal(
            where,
            f"weights that span {np.log2(largest):.0f} bits",
            "use fewer bits or a max_value, so that the smallest weight is not so small",
        )
    shifts = np.where(integers != 0, exponents - finest, 0).astype(np.int64)
    values = integers.astype(np.int64) << shifts
    spare = _trailing_zeros(values)
    values >>= spare
    width, signed = bits_for(int(values.min()), int(values.max()))
    integer = width + finest + spare
    return Constant(values=values, precision=Precision(width=width, integer=integer, signed=signed))


def _trailing_zeros(values: Integers) -> int:
    common = int(np.bitwise_or.reduce(values.ravel()))
    return (common & -common).bit_length() - 1


def _steps(quantizer: Any, quantized: NDArray[np.float64], where: str) -> NDArray[np.float64]:
    """Return the step of the grid of each weight, of a shape that broadcasts."""
    name = type(quantizer).__name__
    if name in _POWERS:
        return np.abs(quantized)
    scale = np.asarray(quantizer.scale, dtype=np.float64)
    if not is_power_of_two(scale):
        raise refusal(where, "a scale that is no power of two", 'use alpha="auto_po2" or alpha=1')
    unsigned_bits = 1 if name in _SIGNS else int(quantizer.bits) - bool(quantizer.keep_negative)
    if name in _SIGNS or unsigned_bits == 0:
        return scale
    return np.ldexp(scale, int(quantizer.integer) - unsigned_bits)


def _format(quantizer: Any, step: int, where: str) -> Precision:
    """Return the format that a quantizer with one scale declares."""
    if type(quantizer).__name__ in _SIGNS:
        return Precision(width=2, integer=2 + step)
    declared = _declared(quantizer, where)
    integer = declared.width + step
    return Precision(
        width=declared.width, integer=integer, signed=declared.signed, overflow=declared.overflow
    )


def _declared(quantizer: Any, layer: str) -> Precision:
    bits, negative = int(quantizer.bits), bool(quantizer.keep_negative)
    integer = check_integer(quantizer, layer=layer)
    if bits == negative:
        return Precision(width=2, integer=2)
    try:
        return Precision.from_qkeras(
            bits=bits,
            integer=integer,
            keep_negative=negative,
            symmetric=bool(quantizer.symmetric),
        )
    except InvalidDesignError as error:
        msg = f"{layer}: quantized_bits({bits}, {integer}): {error}"
        raise InvalidDesignError(msg) from error


def _check_scale(quantizer: Any, name: str, layer: str) -> None:
    alpha = quantizer.alpha
    if alpha is None or (isinstance(alpha, str) and alpha == "auto_po2"):
        return
    if not isinstance(alpha, str) and is_power_of_two(np.asarray(alpha, dtype=np.float64)):
        return
    what = "a scale that the data decide," if isinstance(alpha, str) else "no power of two,"
    raise refusal(
        layer,
        f"{name}(alpha={alpha!r}), {what}",
        f'write {name}(..., alpha="auto_po2") or {name}(..., alpha=1)',
    )
