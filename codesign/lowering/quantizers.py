"""What a quantizer of QKeras means in fixed point, or why it has no exact meaning.

Read from the quantizer's attributes, never from its class: this file needs no TensorFlow.

Source: QKeras 0.9.0, ``quantizers.py``.
"""

from typing import Any

from codesign.design.layers import Function
from codesign.design.precision import Overflow, Precision
from codesign.errors import CodesignError, InvalidDesignError, UnsupportedLayerError

_TERNARY = Precision(width=2, integer=2)


def kernel_precision(quantizer: Any, *, layer: str) -> Precision:
    """Return the format of weights or biases that a quantizer makes.

    Raises:
        UnsupportedLayerError: If the quantizer is missing or scales, mixes or rounds at random.
    """
    if quantizer is None:
        raise _refusal(
            layer, "weights without a quantizer", "give kernel and bias a quantized_bits(...)"
        )
    name = type(quantizer).__name__
    match name:
        case "quantized_bits":
            return _bits(quantizer, layer)
        case "ternary" | "binary":
            _unscaled(quantizer, layer, f"{name}(alpha=1)")
            if getattr(quantizer, "use_01", False):
                raise _refusal(
                    layer, "binary(use_01=True)", "use quantized_bits(1, 1, keep_negative=0)"
                )
            return _TERNARY
    raise _refusal(
        layer, f"weights quantized by {name}", "use quantized_bits(..., alpha=1), ternary or binary"
    )


def activation(quantizer: Any, *, layer: str) -> tuple[Function, Precision]:
    """Return what an activation computes and the grid it is put on.

    Raises:
        UnsupportedLayerError: If it has no exact form in fixed point.
    """
    name = type(quantizer).__name__
    match name:
        case "quantized_bits":
            return Function.LINEAR, _bits(quantizer, layer).as_quantizer()
        case "quantized_relu":
            return Function.RELU, _relu(quantizer, layer).as_quantizer()
        case "quantized_tanh":
            if quantizer.use_real_tanh:
                raise _refusal(
                    layer, "quantized_tanh(use_real_tanh=True)", "leave use_real_tanh out"
                )
            overflow = Overflow.SAT_SYM if quantizer.symmetric else Overflow.SAT
            grid = _checked(layer, width=quantizer.bits, integer=1, overflow=overflow)
            return Function.LINEAR, grid.as_quantizer()
        case "quantized_sigmoid":
            if quantizer.use_real_sigmoid or quantizer.symmetric:
                flag = "symmetric" if quantizer.symmetric else "use_real_sigmoid"
                raise _refusal(layer, f"quantized_sigmoid({flag}=True)", f"leave {flag} out")
            grid = _checked(layer, width=quantizer.bits, integer=0, signed=False)
            return Function.HARD_SIGMOID, grid.as_quantizer()
    raise _refusal(
        layer,
        f"the activation {name}",
        "use quantized_relu, quantized_bits, quantized_tanh or quantized_sigmoid",
    )


def _bits(quantizer: Any, layer: str) -> Precision:
    _unscaled(quantizer, layer, "quantized_bits(bits, integer, alpha=1)")
    _unmixed(quantizer, layer)
    bits, negative = int(quantizer.bits), bool(quantizer.keep_negative)
    if bits == negative:
        raise _refusal(
            layer, "quantized_bits with the sign bit alone", "use binary(alpha=1) or 2 bits"
        )
    try:
        return Precision.from_qkeras(
            bits=bits,
            integer=int(quantizer.integer),
            keep_negative=negative,
            symmetric=bool(quantizer.symmetric),
        )
    except InvalidDesignError as error:
        msg = f"{layer}: quantized_bits({bits}, {int(quantizer.integer)}): {error}"
        raise InvalidDesignError(msg) from error


def _relu(quantizer: Any, layer: str) -> Precision:
    _unmixed(quantizer, layer)
    for flag in ("negative_slope", "use_sigmoid", "relu_upper_bound"):
        if getattr(quantizer, flag, None):
            found = f"quantized_relu({flag}={getattr(quantizer, flag)})"
            raise _refusal(layer, found, f"leave {flag} out: the format's own range is the bound")
    return _checked(layer, width=int(quantizer.bits), integer=int(quantizer.integer), signed=False)


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


def _unscaled(quantizer: Any, layer: str, remedy: str) -> None:
    alpha = quantizer.alpha
    if not isinstance(alpha, str | type(None)) and float(alpha) == 1.0:
        return
    if alpha is None and type(quantizer).__name__ == "quantized_bits":
        return
    found = f"{type(quantizer).__name__}(alpha={alpha!r})"
    raise _refusal(layer, f"{found}, a scale that the data decide,", f"write {remedy}")


def _unmixed(quantizer: Any, layer: str) -> None:
    if float(quantizer.qnoise_factor) != 1.0:
        found = f"qnoise_factor={float(quantizer.qnoise_factor)}"
        raise _refusal(
            layer, f"{found}, a mixture of float and quantized,", "set it to 1 when done"
        )


def _refusal(layer: str, construct: str, remedy: str) -> UnsupportedLayerError:
    return UnsupportedLayerError(f"{layer}: {construct} cannot be lowered exactly; {remedy}")
