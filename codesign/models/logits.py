"""A classifier without the softmax at its end, as lowering sees it by default."""

import json
from typing import Any

from codesign.models.keras import keras
from codesign.models.load import config_of, rebuild

_SOFTMAX = "softmax"


def without_softmax(model: Any) -> Any:
    """Return a model whose outputs are logits; the model itself where no output is a softmax.

    Lowering leaves a final softmax out, so this is the model that firmware is held against. Weights
    are the same.

    Args:
        model: A Keras model; a softmax is a layer of its own or the activation of the last layer.
    """
    bare = _without_activations(model)
    outputs = [_before_softmax(output) for output in bare.outputs]
    if all(new is old for new, old in zip(outputs, bare.outputs, strict=True)):
        return bare
    return keras().Model(bare.inputs, outputs, name=model.name)


def _without_activations(model: Any) -> Any:
    """Return a model none of whose last layers applies a softmax to its own result."""
    names = {
        output.node.layer.name
        for output in model.outputs
        if _is_softmax(output.node.layer) and not _is_activation(output.node.layer)
    }
    if not names:
        return model
    config = json.loads(config_of(model))
    for layer in config["config"]["layers"]:
        if layer["config"].get("name") in names:
            layer["config"]["activation"] = "linear"
    bare = rebuild(json.dumps(config), place=model.name)
    bare.set_weights(model.get_weights())
    return bare


def _before_softmax(output: Any) -> Any:
    layer = output.node.layer
    if _is_softmax(layer) and _is_activation(layer):
        return output.node.input_tensors
    return output


def _is_activation(layer: Any) -> bool:
    return type(_inner(layer)).__name__ in {"Activation", "Softmax"}


def _is_softmax(layer: Any) -> bool:
    inner = _inner(layer)
    function = getattr(inner, "activation", None)
    return type(inner).__name__ == "Softmax" or getattr(function, "__name__", "") == _SOFTMAX


def _inner(layer: Any) -> Any:
    return getattr(layer, "layer", layer)
