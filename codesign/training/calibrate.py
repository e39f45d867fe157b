"""Choose the integer bits of every tensor from the values it takes: post-training quantization."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from codesign.design.plan import ActivationQuantizer, LayerQuantization, QuantizationPlan
from codesign.design.precision import Precision
from codesign.models.keras import keras
from codesign.training.examples import Examples

_WEIGHTED = frozenset({"Conv1D", "Conv2D", "Dense"})
_FREE_RANGE = frozenset({ActivationQuantizer.RELU, ActivationQuantizer.BITS})


def calibrate(model: Any, plan: QuantizationPlan, examples: Examples) -> QuantizationPlan:
    """Return a plan of the same widths whose integer bits hold the largest value of each tensor.

    Args:
        model: The float twin, trained, without batch normalization.
        plan: The widths of every tensor.
        examples: Events that show the range of each activation.

    Returns:
        A plan that names every layer with weights.
    """
    weighted = [layer for layer in model.layers if type(layer).__name__ in _WEIGHTED]
    probe = keras().Model(model.inputs, [layer.output for layer in weighted])
    outputs = probe.predict(examples.inputs, batch_size=4096, verbose=0)
    if len(weighted) == 1:
        outputs = [outputs]
    layers = tuple(
        _calibrate_layer(layer, plan.layer(layer.name), values)
        for layer, values in zip(weighted, outputs, strict=True)
    )
    return QuantizationPlan(input=plan.input, layers=layers)


def _calibrate_layer(layer: Any, planned: LayerQuantization, outputs: Any) -> LayerQuantization:
    kernel, bias = layer.get_weights()
    free = planned.activation_quantizer in _FREE_RANGE
    return replace(
        planned,
        name=layer.name,
        weight=_holding(planned.weight, kernel),
        bias=_holding(planned.bias, bias),
        activation=_holding(planned.activation, outputs) if free else planned.activation,
    )


def _holding(planned: Precision, values: Any) -> Precision:
    """Return the format of the same width with the fewest integer bits that hold every value.

    QKeras has no integer bits below 0, so values below 1/2 leave bits unused.
    """
    low, high = float(np.min(values)), float(np.max(values))
    largest = max(high, -low if planned.signed else 0.0, 2.0**-32)
    integer = max(0, math.floor(math.log2(largest)) + 1) + planned.signed
    return replace(planned, integer=integer)
