"""The layers of a Keras model that compute something, as a chain, each checked on its own."""

from dataclasses import dataclass
from typing import Any

from codesign.design.layers import Function
from codesign.design.precision import Precision
from codesign.errors import CodesignError, UnsupportedLayerError
from codesign.lowering.quantizers import activation, kernel_precision
from codesign.models.keras import quiet

_TRAINING_ONLY = frozenset({"Dropout", "GaussianDropout", "GaussianNoise"})
_DENSE = "QDense"


@dataclass(frozen=True, slots=True, kw_only=True)
class Affine:
    """A dense layer as Keras holds it.

    Attributes:
        name: The layer.
        layer: The Keras layer.
        kernel: Format of its weights.
        bias: Format of its bias, None without one.
    """

    name: str
    layer: Any
    kernel: Precision
    bias: Precision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elementwise:
    """An activation as Keras holds it.

    Attributes:
        name: The layer, or ``<layer>_activation`` for one inside a dense layer.
        function: What it computes.
        precision: The grid of its output; None where it keeps that of its input.
    """

    name: str
    function: Function
    precision: Precision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalSoftmax:
    """A softmax at the end.

    Attributes:
        name: The layer.
    """

    name: str


Link = Affine | Elementwise | FinalSoftmax


def read_chain(model: Any) -> tuple[list[Link], list[str]]:
    """Return the links of a model, and one complaint for each layer that cannot be lowered.

    Args:
        model: A Keras model, trained or not.
    """
    links: list[Link] = []
    complaints: list[str] = []
    layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    sources = _sources(model)
    previous = model.layers[0].name if model.layers else ""
    for position, layer in enumerate(layers):
        try:
            _check_chain(layer.name, sources.get(layer.name), previous)
            links += _read(layer, first=not links, last=position == len(layers) - 1)
        except CodesignError as error:
            complaints.append(str(error))
        previous = layer.name
    if not complaints and not any(isinstance(link, Affine) for link in links):
        complaints.append(f"{model.name}: no dense layer: there is nothing to lower")
    return links, complaints


def _sources(model: Any) -> dict[str, list[list[str]]]:
    """Return, for each layer of a functional model, the layers that feed each of its uses."""
    with quiet():
        config = model.get_config()
    return {
        layer["name"]: [[str(tensor[0]) for tensor in node] for node in layer["inbound_nodes"]]
        for layer in config["layers"]
        if layer.get("inbound_nodes")
    }


def _check_chain(name: str, uses: list[list[str]] | None, previous: str) -> None:
    if uses is None or uses == [[previous]]:
        return
    fed = " and ".join(", ".join(use) for use in uses)
    msg = (
        f"{name}: fed by {fed} instead of {previous} alone; only chains are lowered: "
        "give each layer one input and use it once"
    )
    raise UnsupportedLayerError(msg)


def _read(layer: Any, *, first: bool, last: bool) -> list[Link]:
    kind = type(layer).__name__
    if first and kind not in {"QActivation", *_TRAINING_ONLY}:
        msg = (
            f"{layer.name}: the first layer is {kind}, so the grid of the inputs is not stated; "
            "put QActivation(quantized_bits(bits, integer, alpha=1)) before it"
        )
        raise UnsupportedLayerError(msg)
    if kind in _TRAINING_ONLY:
        return []
    if kind == _DENSE:
        return _read_dense(layer)
    if kind == "QActivation":
        function, precision = activation(layer.quantizer, layer=layer.name)
        if first and function is not Function.LINEAR:
            msg = (
                f"{layer.name}: the input quantizer must be quantized_bits(bits, integer, alpha=1)"
            )
            raise UnsupportedLayerError(msg)
        return [Elementwise(name=layer.name, function=function, precision=precision)]
    if kind in {"Activation", "Softmax", "ReLU"}:
        return _read_plain(layer, kind, last=last)
    raise UnsupportedLayerError(_unsupported(layer, kind))


def _read_dense(layer: Any) -> list[Link]:
    kernel = kernel_precision(layer.kernel_quantizer_internal, layer=layer.name)
    bias = None
    if layer.use_bias:
        bias = kernel_precision(layer.bias_quantizer_internal, layer=f"{layer.name} (bias)")
    link = Affine(name=layer.name, layer=layer, kernel=kernel, bias=bias)
    inner = layer.activation
    if inner is None or getattr(inner, "__name__", "") == "linear":
        return [link]
    name = f"{layer.name}_activation"
    if getattr(inner, "__name__", "") == "relu":
        return [link, Elementwise(name=name, function=Function.RELU, precision=None)]
    function, precision = activation(inner, layer=layer.name)
    return [link, Elementwise(name=name, function=function, precision=precision)]


def _read_plain(layer: Any, kind: str, *, last: bool) -> list[Link]:
    function = layer.activation.__name__ if kind == "Activation" else kind.lower()
    if function == "softmax":
        if not last:
            msg = f"{layer.name}: a softmax inside the network; only one at its end is lowered"
            raise UnsupportedLayerError(msg)
        return [FinalSoftmax(name=layer.name)]
    if function == "linear":
        return []
    if function == "relu":
        _check_plain_relu(layer, kind)
        return [Elementwise(name=layer.name, function=Function.RELU, precision=None)]
    msg = (
        f"{layer.name}: {function} on floating-point numbers cannot be lowered exactly; "
        f"use QActivation with quantized_relu, quantized_tanh or quantized_sigmoid"
    )
    raise UnsupportedLayerError(msg)


def _check_plain_relu(layer: Any, kind: str) -> None:
    if kind != "ReLU":
        return
    for flag in ("max_value", "negative_slope", "threshold"):
        value = getattr(layer, flag)
        if value is not None and float(value) != 0.0:
            msg = (
                f"{layer.name}: ReLU({flag}={float(value)}) cannot be lowered exactly; "
                "use QActivation(quantized_relu(bits, integer)), whose range is the bound"
            )
            raise UnsupportedLayerError(msg)


def _unsupported(layer: Any, kind: str) -> str:
    remedies = {
        "BatchNormalization": "fold it: codesign.training.fold_batch_norm(model)",
        "QBatchNormalization": "use BatchNormalization and codesign.training.fold_batch_norm",
        "Dense": "use QDense with quantizers, or QKeras' model_quantize",
        "Lambda": "express it in layers: code in a model is never executed",
        "LeakyReLU": "use QActivation(quantized_relu(bits, integer))",
        "PruneLowMagnitude": "strip it: codesign.training does, or tfmot's strip_pruning",
    }
    remedy = remedies.get(kind, "build the model of QDense and QActivation")
    return f"{layer.name}: a {kind} layer cannot be lowered exactly; {remedy}"
