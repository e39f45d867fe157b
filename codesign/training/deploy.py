"""Weights from one model to another, and onto their grid."""

from typing import Any

import numpy as np

from codesign.errors import InvalidDesignError
from codesign.models.weights import quantized_weights


def copy_weights(source: Any, target: Any) -> None:
    """Copy the weights of every layer to the layer of the same name.

    Raises:
        InvalidDesignError: If a layer with weights has no counterpart of the same shapes.
    """
    layers = {layer.name: layer for layer in source.layers}
    for layer in target.layers:
        shapes = [w.shape for w in layer.get_weights()]
        if not shapes:
            continue
        found = [w.shape for w in layers[layer.name].get_weights()] if layer.name in layers else []
        if found != shapes:
            msg = f"{layer.name}: weights of shapes {found} cannot be copied to shapes {shapes}"
            raise InvalidDesignError(msg)
        layer.set_weights(layers[layer.name].get_weights())


def snap_weights(model: Any) -> None:
    """Replace the weights of every QKeras layer by their quantized values, in place.

    The model's outputs stay the same, and what is stored is what the firmware holds: a quantizer
    maps its own values to themselves. The float32 noise that the straight-through estimator
    x + (q(x) - x) of QKeras leaves on some quantizers is gone.

    Two kinds of weights stay as they are: those whose quantizer derives a scale from them
    ("auto_po2") and would derive another from the quantized values; and those that a layer folds a
    batch normalization into before it quantizes them.
    """
    for layer in model.layers:
        for weight in quantized_weights(layer):
            if weight.quantizer is None:
                continue
            snapped = np.asarray(weight.quantizer(weight.variable))
            if np.array_equal(np.asarray(weight.quantizer(snapped)), snapped):
                weight.variable.assign(snapped)
