"""A jet tagger with skip connections around its hidden layers.

Source: He et al., arXiv:1512.03385 (the skip connection), on the features of
:mod:`codesign.models.jet_tagger`.
"""

from typing import Any

from codesign.design.plan import ModelPlan, QuantizationPlan
from codesign.errors import InvalidDesignError
from codesign.models.keras import keras
from codesign.models.layers import activation, dense, input_quantizer


def build(
    plan: ModelPlan, quantization: QuantizationPlan | None, *, inputs: int, outputs: int
) -> Any:
    """Return the network; its outputs are logits.

    As the jet tagger, but that each hidden layer as wide as the one before is followed by
    ``skip_2``, ``skip_3``, ..., which adds what the layer read. The sums are exact: a bit wider.

    Raises:
        InvalidDesignError: If no two layers in a row are equally wide, or a batch normalization
            is asked for.
    """
    pairs = zip(plan.widths, plan.widths[1:], strict=False)
    if plan.batch_norm or not any(before == after for before, after in pairs):
        msg = (
            f"{plan.builder}: widths {plan.widths}, batch_norm = {plan.batch_norm}; a skip needs "
            "two equal widths in a row, and batch normalization is folded along chains only"
        )
        raise InvalidDesignError(msg)
    source = keras().layers.Input((inputs,), name="features")
    tensor = input_quantizer(source, quantization)
    for index, units in enumerate(plan.widths, start=1):
        name, before = f"dense_{index}", tensor
        tensor = dense(name, units, quantization)(tensor)
        tensor = activation(f"activation_{index}", name, quantization)(tensor)
        if index > 1 and plan.widths[index - 2] == units:
            tensor = keras().layers.Add(name=f"skip_{index}")([before, tensor])
    tensor = dense("logits", outputs, quantization)(tensor)
    return keras().Model(source, tensor, name=plan.builder)
