"""A small convolutional network on a square calorimeter image.

The shape of the networks that find objects in the towers of a calorimeter trigger: two
convolutions, each followed by a pooling, then a dense layer.
"""

from math import isqrt
from typing import Any

from codesign.design.plan import ModelPlan, QuantizationPlan
from codesign.errors import InvalidDesignError
from codesign.models.keras import keras
from codesign.models.layers import activation, convolution, dense, input_quantizer

_WINDOW = 3
_POOL = 2


def build(
    plan: ModelPlan, quantization: QuantizationPlan | None, *, inputs: int, outputs: int
) -> Any:
    """Return the network; its outputs are logits.

    The features are the towers, row by row. ``plan.widths`` are the filters of ``conv_1`` and
    ``conv_2`` and the units of ``dense_1``; ``activation_1`` to ``activation_3`` follow them, the
    last layer is ``logits``. The float twin may have ``batch_norm_1``, ... between them.

    Raises:
        InvalidDesignError: If the widths are not three, or the features no square of 10 towers
            and more.
    """
    side = isqrt(inputs)
    if len(plan.widths) != 3 or side * side != inputs or side < 10:
        msg = (
            f"{plan.builder}: widths {plan.widths} and {inputs} features; it has two convolutions "
            "and a dense layer, so three widths, and reads a square image of at least 10 x 10"
        )
        raise InvalidDesignError(msg)
    layers = keras().layers
    source = layers.Input((inputs,), name="features")
    tensor = input_quantizer(source, quantization)
    tensor = layers.Reshape((side, side, 1), name="image")(tensor)
    for index, filters in enumerate(plan.widths[:2], start=1):
        name = f"conv_{index}"
        tensor = convolution(name, filters, quantization, size=_WINDOW)(tensor)
        tensor = _norm(plan, quantization, index, tensor)
        tensor = activation(f"activation_{index}", name, quantization)(tensor)
        tensor = layers.MaxPooling2D(_POOL, name=f"pool_{index}")(tensor)
    tensor = layers.Flatten(name="flat")(tensor)
    tensor = dense("dense_1", plan.widths[2], quantization)(tensor)
    tensor = _norm(plan, quantization, 3, tensor)
    tensor = activation("activation_3", "dense_1", quantization)(tensor)
    tensor = dense("logits", outputs, quantization)(tensor)
    return keras().Model(source, tensor, name=plan.builder)


def _norm(plan: ModelPlan, quantization: QuantizationPlan | None, index: int, tensor: Any) -> Any:
    if not plan.batch_norm or quantization is not None:
        return tensor
    return keras().layers.BatchNormalization(name=f"batch_norm_{index}")(tensor)
