"""The LHC jet tagger: a small multilayer perceptron on 16 high-level jet features.

Source: Duarte et al., arXiv:1804.06913 (the 16-64-32-32-5 network); Coelho et al.,
arXiv:2006.10159 (its QKeras form).
"""

from typing import Any

from codesign.design.plan import LayerQuantization, ModelPlan, QuantizationPlan
from codesign.models.keras import keras, qkeras
from codesign.models.quantizers import activation_quantizer, bits_quantizer, kernel_quantizer


def build(
    plan: ModelPlan, quantization: QuantizationPlan | None, *, inputs: int, outputs: int
) -> Any:
    """Return the jet tagger; its outputs are logits.

    Hidden layers are named ``dense_1``, ``dense_2``, ..., each followed by ``activation_1``, ...
    the last layer is ``logits``. The float twin may have ``batch_norm_1``, ... between them.
    """
    layers = keras().layers
    tensor = source = layers.Input((inputs,), name="features")
    if quantization is not None:
        quantizer = bits_quantizer(quantization.input)
        tensor = qkeras().QActivation(quantizer, name="input_quantizer")(tensor)
    for index, units in enumerate(plan.widths, start=1):
        tensor = _dense(f"dense_{index}", units, quantization)(tensor)
        if plan.batch_norm and quantization is None:
            tensor = layers.BatchNormalization(name=f"batch_norm_{index}")(tensor)
        tensor = _activation(index, quantization)(tensor)
    tensor = _dense("logits", outputs, quantization)(tensor)
    return keras().Model(source, tensor, name=plan.builder)


def _dense(name: str, units: int, quantization: QuantizationPlan | None) -> Any:
    if quantization is None:
        return keras().layers.Dense(units, name=name)
    layer = quantization.layer(name)
    return qkeras().QDense(
        units,
        kernel_quantizer=kernel_quantizer(layer),
        bias_quantizer=bits_quantizer(layer.bias),
        name=name,
    )


def _activation(index: int, quantization: QuantizationPlan | None) -> Any:
    name = f"activation_{index}"
    if quantization is None:
        return keras().layers.ReLU(name=name)
    layer: LayerQuantization = quantization.layer(f"dense_{index}")
    return qkeras().QActivation(activation_quantizer(layer), name=name)
