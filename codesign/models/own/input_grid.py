"""Put the input of a model on the grid of the events, as every model of the zoo begins."""

import json
from typing import Any

from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError
from codesign.models.keras import keras
from codesign.models.load import config_of, rebuild
from codesign.models.quantizers import bits_quantizer

_NAME = "input_quantizer"


def with_input_grid(model: Any, precision: Precision, *, place: str) -> Any:
    """Return an untrained model with a quantizer behind its only input.

    A model that has one keeps it, if it is that of the events.

    Args:
        model: With one input.
        precision: The grid of the events.
        place: Where the model comes from, for messages.

    Raises:
        InvalidDesignError: If the model has a quantizer of another grid.
    """
    functional = keras().Model(model.inputs, model.outputs, name=model.name)
    (source,) = functional.input_names
    own = [layer for layer in functional.layers if _reads(layer, source)]
    if own and all(_quantizer(layer) is not None for layer in own):
        for layer in own:
            _check(_quantizer(layer), precision, place)
        return functional
    config = json.loads(config_of(functional))
    layers = config["config"]["layers"]
    for spec in layers:
        spec["inbound_nodes"] = _behind(spec["inbound_nodes"], source)
    quantizer = bits_quantizer(precision)
    layers.insert(
        1,
        {
            "class_name": "QActivation",
            "name": _NAME,
            "config": {"name": _NAME, "dtype": "float32", "activation": str(quantizer)},
            "inbound_nodes": [[[source, 0, 0, {}]]],
        },
    )
    return rebuild(json.dumps(config), place=place)


def _behind(node: Any, source: str) -> Any:
    """Return the inputs of a layer, those that are the model's taken behind the quantizer."""
    if isinstance(node, list):
        if node[:1] == [source]:
            return [_NAME, *node[1:]]
        return [_behind(one, source) for one in node]
    return node


def _reads(layer: Any, source: str) -> bool:
    nodes = layer.inbound_nodes
    return any(
        getattr(inbound, "name", "") == source
        for node in nodes
        for inbound in _listed(node.inbound_layers)
    )


def _listed(found: Any) -> list[Any]:
    return list(found) if isinstance(found, list | tuple) else [found]


def _quantizer(layer: Any) -> Any:
    """Return the quantizer of a layer that is nothing else, None for others."""
    if type(layer).__name__ != "QActivation":
        return None
    quantizer = layer.quantizer
    return quantizer if type(quantizer).__name__ == "quantized_bits" else None


def _check(quantizer: Any, precision: Precision, place: str) -> None:
    found = Precision.from_qkeras(
        bits=int(quantizer.bits),
        integer=int(quantizer.integer),
        keep_negative=bool(quantizer.keep_negative),
    )
    wanted = (precision.width, precision.integer, precision.signed)
    if (found.width, found.integer, found.signed) != wanted:
        msg = (
            f"{place}: build(hp) puts its input on {found}, the events are on {precision}; leave "
            "its input quantizer out, or set input_bits and input_integer"
        )
        raise InvalidDesignError(msg)
