"""Quantizers of QKeras from the precisions of a plan."""

from typing import Any

from codesign.design.plan import ActivationQuantizer, KernelQuantizer, LayerQuantization
from codesign.design.precision import Overflow, Precision
from codesign.errors import InvalidDesignError
from codesign.models.keras import qkeras


def bits_quantizer(precision: Precision) -> Any:
    """Return ``quantized_bits`` with the range and step of a precision, unscaled (alpha = 1).

    Raises:
        InvalidDesignError: If the precision has negative integer bits.
    """
    _check_integer(precision)
    return qkeras().quantized_bits(
        precision.width,
        precision.integer - precision.signed,
        symmetric=int(precision.overflow is Overflow.SAT_SYM),
        keep_negative=precision.signed,
        alpha=1.0,
    )


def kernel_quantizer(layer: LayerQuantization) -> Any:
    """Return the quantizer of a layer's weights."""
    match layer.kernel_quantizer:
        case KernelQuantizer.BITS:
            return bits_quantizer(layer.weight)
        case KernelQuantizer.TERNARY:
            return qkeras().ternary(alpha=1.0, threshold=0.33)
        case KernelQuantizer.BINARY:
            return qkeras().binary(alpha=1.0)


def activation_quantizer(layer: LayerQuantization) -> Any:
    """Return the quantizer of the activation that follows a layer.

    Raises:
        InvalidDesignError: If the function has a fixed range that the precision does not have.
    """
    precision = layer.activation
    match layer.activation_quantizer:
        case ActivationQuantizer.RELU:
            _check_integer(precision)
            return qkeras().quantized_relu(precision.width, precision.integer)
        case ActivationQuantizer.BITS:
            return bits_quantizer(precision)
        case ActivationQuantizer.TANH:
            _check_range(layer, integer=1, signed=True)
            return qkeras().quantized_tanh(
                precision.width, symmetric=precision.overflow is Overflow.SAT_SYM
            )
        case ActivationQuantizer.SIGMOID:
            _check_range(layer, integer=0, signed=False)
            return qkeras().quantized_sigmoid(precision.width)


def _check_integer(precision: Precision) -> None:
    """Refuse what QKeras 0.9.0 cannot compute: it raises the integer 2 to ``integer``."""
    if precision.integer < precision.signed:
        least = Precision(
            width=precision.width, integer=int(precision.signed), signed=precision.signed
        )
        msg = (
            f"{precision} has negative integer bits in the count of QKeras, which cannot compute "
            f"them; the nearest that it can is {least}"
        )
        raise InvalidDesignError(msg)


def _check_range(layer: LayerQuantization, *, integer: int, signed: bool) -> None:
    precision = layer.activation
    if (precision.integer, precision.signed) != (integer, signed):
        expected = f"{'' if signed else 'u'}fixed<{precision.width},{integer}>"
        msg = (
            f"{layer.name}: the range of {layer.activation_quantizer} is fixed: "
            f"write activation = {expected!r}, not {precision}"
        )
        raise InvalidDesignError(msg)
