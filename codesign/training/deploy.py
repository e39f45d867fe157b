"""Weights from one model to another, and onto their grid."""

from typing import Any

import numpy as np

from codesign.errors import InvalidDesignError


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
    """
    for layer in model.layers:
        if type(layer).__name__ != "QDense":
            continue
        snapped = [np.asarray(layer.kernel_quantizer_internal(layer.kernel))]
        if layer.use_bias:
            quantizer = layer.bias_quantizer_internal
            snapped.append(np.asarray(quantizer(layer.bias) if quantizer else layer.bias))
        layer.set_weights(snapped)
