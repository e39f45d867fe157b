"""What a Keras model answers, in the arithmetic that is exact for it."""

from contextlib import nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.models.double import double_precision, in_double
from codesign.models.keras import keras

_BATCH = 4096


def predict(model: Any, inputs: NDArray[np.floating], *, double: bool) -> NDArray[np.float64]:
    """Return the outputs of a model with one input and one output.

    Args:
        model: A Keras model.
        inputs: Shape (events, *input shape).
        double: Whether to compute in float64: needed where sums exceed the 24 bits of float32.

    Returns:
        Shape (events, *output shape), float64 whatever the arithmetic.
    """
    if not double:
        outputs = model.predict(inputs.astype(np.float32), batch_size=_BATCH, verbose=0)
        return np.asarray(outputs, dtype=np.float64)
    with double_precision():
        outputs = in_double(model).predict(inputs.astype(np.float64), batch_size=_BATCH, verbose=0)
    return np.asarray(outputs, dtype=np.float64)


def predict_layers(
    model: Any, inputs: NDArray[np.floating], *, double: bool
) -> dict[str, NDArray[np.float64]]:
    """Return the output of every layer, by the layer's name; as :func:`predict` otherwise."""
    with double_precision() if double else nullcontext():
        used = in_double(model) if double else model
        layers = [layer for layer in used.layers if type(layer).__name__ != "InputLayer"]
        probe = keras().Model(used.inputs, [layer.output for layer in layers])
        dtype = np.float64 if double else np.float32
        outputs = probe.predict(inputs.astype(dtype), batch_size=_BATCH, verbose=0)
    if len(layers) == 1:
        outputs = [outputs]
    return {
        layer.name: np.asarray(values, dtype=np.float64)
        for layer, values in zip(layers, outputs, strict=True)
    }
