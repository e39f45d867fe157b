"""The quantized weights of a QKeras layer: which variables it has, and what quantizes each."""

from dataclasses import dataclass
from typing import Any

_BIAS = ("bias", "bias_quantizer_internal")
_KERNEL = (("kernel", "kernel_quantizer_internal"), _BIAS)
_DEPTHWISE = (("depthwise_kernel", "depthwise_quantizer_internal"), _BIAS)
_SEPARABLE = (
    ("depthwise_kernel", "depthwise_quantizer_internal"),
    ("pointwise_kernel", "pointwise_quantizer_internal"),
    _BIAS,
)
_RECURRENT = (
    ("kernel", "kernel_quantizer_internal"),
    ("recurrent_kernel", "recurrent_quantizer_internal"),
    _BIAS,
)
_WEIGHTS = {
    "QDense": _KERNEL,
    "QConv1D": _KERNEL,
    "QConv2D": _KERNEL,
    "QDepthwiseConv2D": _DEPTHWISE,
    "QSeparableConv1D": _SEPARABLE,
    "QSeparableConv2D": _SEPARABLE,
    "QSimpleRNN": _RECURRENT,
    "QLSTM": _RECURRENT,
    "QGRU": _RECURRENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizedWeight:
    """A variable of a layer.

    Attributes:
        name: Its attribute in QKeras: ``"kernel"``, ``"bias"``, ...
        variable: The Keras variable.
        quantizer: What QKeras applies to it, None for nothing.
    """

    name: str
    variable: Any
    quantizer: Any


def quantized_weights(layer: Any) -> tuple[QuantizedWeight, ...]:
    """Return the weights of a layer that its quantizers see as they are stored.

    None for layers without quantized weights, and none for those that fold a batch normalization
    into them first.

    Args:
        layer: A Keras layer, also wrapped in TimeDistributed.
    """
    inner = layer.layer if type(layer).__name__ == "TimeDistributed" else layer
    holder = getattr(inner, "cell", inner)
    return tuple(
        QuantizedWeight(
            name=name, variable=getattr(holder, name), quantizer=getattr(holder, quantizer)
        )
        for name, quantizer in _WEIGHTS.get(type(inner).__name__, ())
        if getattr(holder, name, None) is not None
    )
