"""Choose the integer bits of every tensor from the values it takes: post-training quantization."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.design.plan import ActivationQuantizer, LayerQuantization, QuantizationPlan
from codesign.design.precision import Precision
from codesign.models.keras import keras
from codesign.training.examples import Examples

_WEIGHTED = frozenset({"Conv1D", "Conv2D", "Dense"})
_MERGING = frozenset({"Add", "Multiply"})
_ACTIVATION = frozenset({"Activation", "ReLU"})
_BATCH = 4096
_FREE_RANGE = frozenset({ActivationQuantizer.RELU, ActivationQuantizer.BITS})


def calibrate(model: Any, plan: QuantizationPlan, examples: Examples) -> QuantizationPlan:
    """Return a plan of the same widths whose integer bits hold the largest value of each tensor.

    Args:
        model: The float twin, trained, without batch normalization.
        plan: The widths of every tensor.
        examples: Events that show the range of each activation.

    Returns:
        A plan that names every layer with weights, and every merge that an activation follows.
    """
    planned = [layer for layer in model.layers if _has_plan(layer)]
    layers = tuple(
        _calibrate_layer(layer, plan.layer(layer.name), largest)
        for layer, largest in zip(planned, _ranges(model, planned, examples), strict=True)
    )
    return replace(plan, layers=layers)


def _has_plan(layer: Any) -> bool:
    """Return whether a layer has weights, or is a merge that an activation follows."""
    kind = type(layer).__name__
    if kind not in _MERGING:
        return kind in _WEIGHTED
    readers = [type(node.outbound_layer).__name__ for node in layer.outbound_nodes]
    return any(reader in _ACTIVATION for reader in readers)


def _ranges(model: Any, layers: list[Any], examples: Examples) -> NDArray[np.float64]:
    """Return smallest and largest output of layers, shape (layers, 2)."""
    probe = keras().Model(model.inputs, [layer.output for layer in layers])
    found = np.array([[np.inf, -np.inf]] * len(layers))
    for first in range(0, len(examples.labels), _BATCH):
        given = [values[first : first + _BATCH] for values in examples.tensors]
        outputs = probe.predict(given, batch_size=_BATCH, verbose=0)
        for row, values in zip(found, outputs if len(layers) > 1 else [outputs], strict=True):
            row[:] = min(row[0], values.min()), max(row[1], values.max())
    return found


def _calibrate_layer(
    layer: Any, planned: LayerQuantization, outputs: NDArray[np.float64]
) -> LayerQuantization:
    weights = layer.get_weights()
    free = planned.activation_quantizer in _FREE_RANGE
    return replace(
        planned,
        name=layer.name,
        weight=_holding(planned.weight, weights[0]) if weights else planned.weight,
        bias=_holding(planned.bias, weights[1]) if weights else planned.bias,
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
