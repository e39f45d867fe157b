"""Fold batch normalization into the layer before it."""

from typing import Any

import numpy as np

from codesign.errors import UnsupportedLayerError
from codesign.models.keras import keras

_FOLDABLE = frozenset({"Conv1D", "Conv2D", "Dense", "QConv1D", "QConv2D", "QDense"})


def fold_batch_norm(model: Any) -> Any:
    """Return the model without its BatchNormalization layers, folded into the weights before them.

    In float the outputs agree up to rounding. A quantized kernel is quantized again after folding,
    so the outputs of a QKeras model change: fold a float model before quantizing it, or train the
    folded model on.

    Args:
        model: A chain of layers; each BatchNormalization directly follows a dense layer or a
            convolution. A model without any comes back as it is.

    Raises:
        UnsupportedLayerError: If one follows anything else.

    Source:
        W' = W gamma / sqrt(var + eps), b' = (b - mean) gamma / sqrt(var + eps) + beta;
        Jacob et al., arXiv:1712.05877, section 3.2.
    """
    if not any(type(layer).__name__ == "BatchNormalization" for layer in model.layers):
        return model
    tensor = source = keras().layers.Input(model.input_shape[1:], name=model.input_names[0])
    weights: dict[str, list[Any]] = {}
    previous: Any = None
    for layer in model.layers:
        if type(layer).__name__ == "InputLayer":
            continue
        if type(layer).__name__ == "BatchNormalization":
            dense = _foldable(previous, layer)
            weights[dense.name] = _folded(dense, layer)
        else:
            copy = type(layer).from_config({**layer.get_config(), **_with_bias(layer)})
            tensor = copy(tensor)
            weights[layer.name] = layer.get_weights()
        previous = layer
    folded = keras().Model(source, tensor, name=model.name)
    for name, values in weights.items():
        target = folded.get_layer(name)
        if len(values) < len(target.get_weights()):
            values = [*values, np.zeros(target.bias.shape, dtype=np.float32)]  # noqa: PLW2901
        target.set_weights(values)
    return folded


def _with_bias(layer: Any) -> dict[str, Any]:
    return {"use_bias": True} if type(layer).__name__ in _FOLDABLE else {}


def _foldable(previous: Any, layer: Any) -> Any:
    if previous is None or type(previous).__name__ not in _FOLDABLE:
        kind = "nothing" if previous is None else type(previous).__name__
        msg = (
            f"{layer.name}: a BatchNormalization after {kind}; it folds into a dense layer or a "
            "convolution only"
        )
        raise UnsupportedLayerError(msg)
    return previous


def _folded(dense: Any, norm: Any) -> list[Any]:
    kernel, *rest = dense.get_weights()
    bias = rest[0] if rest else np.zeros(kernel.shape[-1], dtype=kernel.dtype)
    values = iter(norm.get_weights())
    gamma = next(values) if norm.scale else 1.0
    beta = next(values) if norm.center else 0.0
    mean, variance = next(values), next(values)
    factor = gamma / np.sqrt(variance + norm.epsilon)
    return [kernel * factor, (bias - mean) * factor + beta]
