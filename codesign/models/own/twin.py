"""The float twin of a QKeras model: the same layers and weights without quantizers."""

import json
import re
from typing import Any

from codesign.errors import UnsupportedLayerError
from codesign.models.keras import keras
from codesign.models.load import config_of, rebuild

_TWINS = {
    "QActivation": "Activation",
    "QAveragePooling2D": "AveragePooling2D",
    "QConv1D": "Conv1D",
    "QConv2D": "Conv2D",
    "QDense": "Dense",
    "QDepthwiseConv2D": "DepthwiseConv2D",
    "QGlobalAveragePooling2D": "GlobalAveragePooling2D",
    "QSeparableConv1D": "SeparableConv1D",
    "QSeparableConv2D": "SeparableConv2D",
}
_FUNCTIONS = {
    "quantized_bits": "linear",
    "quantized_relu": "relu",
    "quantized_sigmoid": "sigmoid",
    "quantized_tanh": "tanh",
}
_OF_QKERAS = re.compile(r".*(_quantizer|_range|_initializer|_constraint)|average_quantizer")


def float_twin(model: Any, *, place: str) -> Any:
    """Return an untrained model whose layers have the same names and weights of the same shapes.

    Args:
        model: Of QKeras.
        place: Where it comes from, for messages.

    Raises:
        UnsupportedLayerError: If a layer or an activation has no float twin.
    """
    functional = keras().Model(model.inputs, model.outputs, name=model.name)
    config = json.loads(config_of(functional))
    for spec in config["config"]["layers"]:
        _strip(spec, place)
    return rebuild(json.dumps(config), place=place)


def _strip(spec: dict[str, Any], place: str) -> None:
    kind = spec["class_name"]
    if not kind.startswith("Q"):
        return
    name = spec["config"]["name"]
    if kind not in _TWINS:
        msg = f"{place}: {name}: {kind} has no float twin; known are {', '.join(_TWINS)}"
        raise UnsupportedLayerError(msg)
    kept = {k: v for k, v in spec["config"].items() if not _OF_QKERAS.fullmatch(k)}
    if kept.get("activation") is not None:
        kept["activation"] = _function(kept["activation"], name, place)
    spec["class_name"], spec["config"] = _TWINS[kind], kept
    for key in ("module", "registered_name"):
        spec.pop(key, None)


def _function(activation: Any, layer: str, place: str) -> str:
    text = activation["class_name"] if isinstance(activation, dict) else str(activation)
    function = text.partition("(")[0]
    if function.startswith("quantized_") and function not in _FUNCTIONS:
        msg = f"{place}: {layer}: {function} has no float twin; known are {', '.join(_FUNCTIONS)}"
        raise UnsupportedLayerError(msg)
    return _FUNCTIONS.get(function, function)
