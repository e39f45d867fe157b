"""What a Keras model answers, in the arithmetic that is exact for it."""

from collections.abc import Sequence
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
    (outputs,) = predict_outputs(model, (inputs,), double=double)
    return outputs


def predict_outputs(
    model: Any, inputs: Sequence[NDArray[np.floating]], *, double: bool
) -> tuple[NDArray[np.float64], ...]:
    """Return every output of a model, in its order; as :func:`predict` otherwise.

    Args:
        model: A Keras model.
        inputs: One array an input, in the model's order.
        double: Whether to compute in float64.
    """
    with double_precision() if double else nullcontext():
        return _predict(in_double(model) if double else model, inputs, double=double)


def predict_layers(
    model: Any, inputs: NDArray[np.floating] | Sequence[NDArray[np.floating]], *, double: bool
) -> dict[str, NDArray[np.float64]]:
    """Return the output of every layer, by the layer's name; as :func:`predict` otherwise.

    The second use of a layer is named ``<layer>_use2``, and so on, as lowering names it.

    Args:
        model: A Keras model.
        inputs: Of the only input, or one array an input in the model's order.
        double: Whether to compute in float64.
    """
    given = (inputs,) if isinstance(inputs, np.ndarray) else inputs
    with double_precision() if double else nullcontext():
        used = in_double(model) if double else model
        tensors = {
            layer.name if use == 0 else f"{layer.name}_use{use + 1}": layer.get_output_at(use)
            for layer in used.layers
            if type(layer).__name__ != "InputLayer"
            for use in range(len(layer.inbound_nodes))
        }
        probe = keras().Model(used.inputs, list(tensors.values()))
        outputs = _predict(probe, given, double=double)
    return dict(zip(tensors, outputs, strict=True))


def _predict(
    model: Any, inputs: Sequence[NDArray[np.floating]], *, double: bool
) -> tuple[NDArray[np.float64], ...]:
    dtype = np.float64 if double else np.float32
    given = [values.astype(dtype) for values in inputs]
    found = model.predict(given, batch_size=_BATCH, verbose=0)
    outputs = found if isinstance(found, list) else [found]
    return tuple(np.asarray(values, dtype=np.float64) for values in outputs)
