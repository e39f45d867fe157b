"""Put numbers on a fixed-point grid: the one place that rounds and overflows.

Hardware integers are ``int64`` arrays; a value is the integer times the step of its precision.
"""

import numpy as np
from numpy.typing import NDArray

from codesign.design.precision import Overflow, Precision, Rounding
from codesign.errors import InvalidDataError

Integers = NDArray[np.int64]
Floats = NDArray[np.floating] | NDArray[np.integer]
_MAX_SHIFT = 62
_INT64_BITS = 63
_EXACT_BITS = 53


def quantize(values: Floats, precision: Precision) -> Integers:
    """Return the hardware integers of real values, rounded and overflowed as ``precision`` says.

    Args:
        values: Real numbers of any shape, float32 or float64.
        precision: The grid, its rounding and its overflow; at most 53 bits wide.

    Returns:
        Hardware integers of the same shape.

    Raises:
        InvalidDataError: If a value is NaN or infinite, if it is so large that the wrapped integer
            is not exact in float64, or if the precision is wider than float64 is exact.

    Examples:
        >>> grid = Precision.from_text("fixed<3,3,RND_CONV,SAT>")
        >>> quantize(np.array([0.49, 0.5, 1.5, 9.0]), grid)
        array([0, 0, 2, 3])
    """
    if precision.width > _EXACT_BITS:
        msg = f"{precision} is wider than the {_EXACT_BITS} bits that float64 holds exactly"
        raise InvalidDataError(msg)
    if not np.isfinite(values).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
        msg = f"value {values[where]} at index {where} is not a finite number; remove or mend it"
        raise InvalidDataError(msg)
    with np.errstate(over="ignore"):  # the largest float64 overflows every format just as well
        scaled = np.nan_to_num(np.ldexp(values.astype(np.float64), precision.fraction))
    return saturate_real(round_real(scaled, precision.rounding), precision).astype(np.int64)


def dequantize(hardware: Integers, precision: Precision) -> NDArray[np.float64]:
    """Return the real values of hardware integers, exact for up to 53 bits."""
    return np.ldexp(hardware.astype(np.float64), -precision.fraction)


def round_real(values: NDArray[np.floating], rounding: Rounding) -> NDArray[np.floating]:
    """Return real numbers rounded to integers, in the dtype they came in."""
    match rounding:
        case Rounding.TRN:
            return np.floor(values)
        case Rounding.TRN_ZERO:
            return np.trunc(values)
        case Rounding.RND_CONV:
            return np.rint(values)
        case Rounding.RND:
            return np.floor(values) + (values - np.floor(values) >= 0.5)
        case Rounding.RND_MIN_INF:
            return np.ceil(values) - (np.ceil(values) - values >= 0.5)
        case Rounding.RND_ZERO:
            magnitude = np.abs(values)
            return np.copysign(np.ceil(magnitude) - (np.ceil(magnitude) - magnitude >= 0.5), values)
        case Rounding.RND_INF:
            magnitude = np.abs(values)
            return np.copysign(
                np.floor(magnitude) + (magnitude - np.floor(magnitude) >= 0.5), values
            )


def saturate_real(values: NDArray[np.floating], precision: Precision) -> NDArray[np.floating]:
    """Return integer-valued reals brought into the range of ``precision``, in their dtype."""
    low, high = float(precision.min_hw), float(precision.max_hw)
    match precision.overflow:
        case Overflow.SAT | Overflow.SAT_SYM:
            return np.clip(values, low, high)
        case Overflow.SAT_ZERO:
            return np.where((values < low) | (values > high), values.dtype.type(0), values)
        case Overflow.WRAP:
            if values.size and float(np.abs(values).max()) >= 2.0**_EXACT_BITS:
                msg = (
                    f"a value of {float(np.abs(values).max()):g} steps cannot be wrapped to "
                    f"{precision} exactly; use overflow SAT or smaller values"
                )
                raise InvalidDataError(msg)
            return values - np.floor((values - low) / 2.0**precision.width) * 2.0**precision.width


def requantize(hardware: Integers, fraction: int, precision: Precision) -> Integers:
    """Return hardware integers with ``fraction`` fractional bits on the grid of ``precision``.

    Integer arithmetic throughout: exact for any ``int64`` input whose result fits 63 bits.

    Args:
        hardware: Hardware integers of any shape.
        fraction: Their fractional bits.
        precision: The target grid, its rounding and its overflow.
    """
    shift = precision.fraction - fraction
    return overflow_integers(shift_integers(hardware, shift, precision.rounding), precision)


def shift_integers(hardware: Integers, shift: int, rounding: Rounding) -> Integers:
    """Return ``hardware * 2**shift``, the bits that fall off the right rounded."""
    if shift >= 0:
        bound = max(int(hardware.max(initial=0)), -int(hardware.min(initial=0)))
        if shift + bound.bit_length() > _MAX_SHIFT:
            msg = f"integers up to {bound} shifted left by {shift} do not fit 63 bits"
            raise InvalidDataError(msg)
        return hardware << shift
    drop = -shift
    if drop > _MAX_SHIFT:
        far = min(drop - _MAX_SHIFT, _MAX_SHIFT)
        near = hardware >> far
        drop, hardware = _MAX_SHIFT, near | (near << far != hardware)
    floor = hardware >> drop
    rest = hardware - (floor << drop)
    return floor + _round_up(floor, rest, 1 << (drop - 1), rounding)


def _round_up(floor: Integers, rest: Integers, half: int, rounding: Rounding) -> NDArray[np.bool_]:
    """Return where the truncated number goes up by one."""
    match rounding:
        case Rounding.TRN:
            return np.zeros(rest.shape, dtype=np.bool_)
        case Rounding.TRN_ZERO:
            return (floor < 0) & (rest > 0)
        case Rounding.RND:
            return rest >= half
        case Rounding.RND_MIN_INF:
            return rest > half
        case Rounding.RND_ZERO:
            return (rest > half) | ((rest == half) & (floor < 0))
        case Rounding.RND_INF:
            return (rest > half) | ((rest == half) & (floor >= 0))
        case Rounding.RND_CONV:
            return (rest > half) | ((rest == half) & (floor & 1 == 1))


def overflow_integers(hardware: Integers, precision: Precision) -> Integers:
    """Return hardware integers brought into the range of ``precision``."""
    low, high = precision.min_hw, precision.max_hw
    match precision.overflow:
        case Overflow.SAT | Overflow.SAT_SYM:
            return np.clip(hardware, max(low, -(2**63)), min(high, 2**63 - 1))
        case Overflow.SAT_ZERO:
            return np.where((hardware < low) | (hardware > high), 0, hardware)
        case Overflow.WRAP:
            if precision.width > _INT64_BITS:
                return hardware
            return ((hardware - low) & (2**precision.width - 1)) + low


def bits_for(low: int, high: int) -> tuple[int, bool]:
    """Return the bits that hold every integer in [low, high], and whether they need a sign.

    Examples:
        >>> bits_for(-8, 7), bits_for(0, 8), bits_for(0, 0)
        ((4, True), (4, False), (1, False))
    """
    if low < 0:
        return max((-low - 1).bit_length(), high.bit_length() if high > 0 else 0) + 1, True
    return max(1, high.bit_length()), False
