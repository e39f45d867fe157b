"""The layers that models of the zoo are made of, with quantizers or without."""

from typing import Any

from codesign.design.plan import ActivationQuantizer, LayerQuantization, QuantizationPlan
from codesign.errors import InvalidDesignError
from codesign.models.keras import keras, qkeras
from codesign.models.quantizers import activation_quantizer, bits_quantizer, kernel_quantizer


def input_quantizer(tensor: Any, quantization: QuantizationPlan | None) -> Any:
    """Return a tensor put on the grid of the inputs; the tensor itself in a float twin."""
    if quantization is None:
        return tensor
    return qkeras().QActivation(bits_quantizer(quantization.input), name="input_quantizer")(tensor)


def dense(
    name: str,
    units: int,
    quantization: QuantizationPlan | None,
    *,
    bias_initializer: str = "zeros",
) -> Any:
    """Return a dense layer."""
    if quantization is None:
        return keras().layers.Dense(units, name=name, bias_initializer=bias_initializer)
    quantizers = layer_quantizers(quantization.layer(name))
    return qkeras().QDense(units, name=name, bias_initializer=bias_initializer, **quantizers)


def convolution(
    name: str, filters: int, quantization: QuantizationPlan | None, *, size: int
) -> Any:
    """Return a convolution over images, with square windows and without padding."""
    if quantization is None:
        return keras().layers.Conv2D(filters, size, name=name)
    return qkeras().QConv2D(filters, size, name=name, **layer_quantizers(quantization.layer(name)))


def activation(name: str, after: str, quantization: QuantizationPlan | None) -> Any:
    """Return the activation that follows a layer of the plan."""
    if quantization is None:
        return keras().layers.ReLU(name=name)
    quantizer = activation_quantizer(quantization.layer(after))
    return qkeras().QActivation(quantizer, name=name)


def linear_output(name: str, after: str, quantization: QuantizationPlan | None) -> Any:
    """Return what puts an output on the grid of the layer before it, and nothing else.

    Raises:
        InvalidDesignError: If the plan wants another function than ``quantized_bits``.
    """
    if quantization is None:
        return keras().layers.Activation("linear", name=name)
    layer = quantization.layer(after)
    if layer.activation_quantizer is not ActivationQuantizer.BITS:
        msg = (
            f"{after}: its output {name} is signed and has no function; give it an entry with "
            f"activation_quantizer = 'quantized_bits', not {layer.activation_quantizer}"
        )
        raise InvalidDesignError(msg)
    return qkeras().QActivation(activation_quantizer(layer), name=name)


def layer_quantizers(layer: LayerQuantization) -> dict[str, Any]:
    """Return the quantizers of a layer's kernel and bias."""
    return {
        "kernel_quantizer": kernel_quantizer(layer),
        "bias_quantizer": bits_quantizer(layer.bias),
    }
