"""The LHC jet tagger: a small multilayer perceptron on 16 high-level jet features.

Source: Duarte et al., arXiv:1804.06913 (the 16-64-32-32-5 network); Coelho et al.,
arXiv:2006.10159 (its QKeras form).
"""

from typing import Any

from codesign.design.plan import ModelPlan, QuantizationPlan
from codesign.models.keras import keras
from codesign.models.layers import activation, dense, input_quantizer


def build(
    plan: ModelPlan, quantization: QuantizationPlan | None, *, inputs: int, outputs: int
) -> Any:
    """Return the jet tagger; its outputs are logits.

    Hidden layers are named ``dense_1``, ``dense_2``, ..., each followed by ``activation_1``, ...
    the last layer is ``logits``. The float twin may have ``batch_norm_1``, ... between them.
    """
    layers = keras().layers
    source = layers.Input((inputs,), name="features")
    tensor = input_quantizer(source, quantization)
    for index, units in enumerate(plan.widths, start=1):
        name = f"dense_{index}"
        tensor = dense(name, units, quantization)(tensor)
        if plan.batch_norm and quantization is None:
            tensor = layers.BatchNormalization(name=f"batch_norm_{index}")(tensor)
        tensor = activation(f"activation_{index}", name, quantization)(tensor)
    tensor = dense("logits", outputs, quantization)(tensor)
    return keras().Model(source, tensor, name=plan.builder)
