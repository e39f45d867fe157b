"""Read hls4ml's graph back after its passes and hold it against what was asked.

hls4ml deletes, merges, retypes and snaps, each with at most a print. Whatever it did that the
network did not ask for is an error here, before a file is written.
"""

from typing import Any

import numpy as np

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import HardwareConfig, Strategy
from codesign.design.layers import Activation, AnyLayer, Dense, Softmax
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError, ValidationError
from codesign.firmware.hls_layers import CLASS_OF_FUNCTION, TABLE_SOFTMAX, pipeline, precisions

_WEIGHTS = {"weight", "bias", "exponentials", "inverses"}


def check_graph(graph: Any, network: QuantizedNetwork, hardware: HardwareConfig) -> None:
    """Raise if the graph differs from the design in a layer, a type, a weight or an option.

    Args:
        graph: hls4ml's ``ModelGraph`` after all its passes.
        network: What was asked to be computed.
        hardware: How it was asked to be built.

    Raises:
        ValidationError: Naming the layer, what was asked and what was found.
    """
    nodes = (*network.inputs, *network.layers)
    _expect(network.name, "layers", [node.name for node in nodes], list(graph.graph))
    _expect(network.name, "inputs", [node.name for node in network.inputs], list(graph.inputs))
    _expect(network.name, "outputs", list(network.outputs), list(graph.outputs))
    style, interval = pipeline(network, hardware)
    _expect(network.name, "pipeline style", style, graph.config.pipeline_style)
    _expect(network.name, "initiation interval", interval, graph.config.pipeline_ii)
    for node in nodes:
        found = graph.graph[node.name]
        _expect(node.name, "class", _class_of(node), found.class_name)
        _check_types(found, node, network)
        shape = list(found.get_output_variable().shape)
        _expect(node.name, "shape", list(node.shape), shape)
        if not isinstance(node, NetworkInput):
            _expect(node.name, "inputs", list(node.inputs), list(found.inputs))
            _check_layer(found, node, hardware)


def _class_of(node: NetworkInput | AnyLayer) -> str:
    match node:
        case NetworkInput():
            return "Input"
        case Dense():
            return "Dense"
        case Softmax():
            return TABLE_SOFTMAX
        case Activation():
            return CLASS_OF_FUNCTION[node.function]


def _check_types(found: Any, node: NetworkInput | AnyLayer, network: QuantizedNetwork) -> None:
    """Compare the C++ type of every tensor, weight and intermediate of a layer."""
    for name, asked in precisions(node, network).items():
        if name == "result":
            kind = found.get_output_variable().type
        elif name in _WEIGHTS:
            kind = found.get_weights(name).type
        else:
            kind = found.get_attr(f"{name}_t")
        _expect(node.name, f"type {name}", str(asked), _precision_text(kind))


def _precision_text(kind: Any) -> str:
    """Return a type as it stands in C++, in our words."""
    text = kind.precision.definition_cpp()
    try:
        return str(Precision.from_text(text.replace(",0>", ">") if "AP_" in text else text))
    except InvalidDesignError:
        return str(text)


def _check_layer(found: Any, layer: AnyLayer, hardware: HardwareConfig) -> None:
    own = hardware.layer(layer.name)
    match layer:
        case Dense():
            strategy = own.strategy or Strategy.LATENCY
            _expect(layer.name, "reuse factor", own.reuse_factor, found.get_attr("reuse_factor"))
            _expect(layer.name, "strategy", str(strategy), found.get_attr("strategy"))
            transposed = strategy is Strategy.RESOURCE
            _check_data(found, layer.name, "weight", layer.kernel, transposed=transposed)
            _check_data(found, layer.name, "bias", layer.bias)
        case Softmax():
            _check_data(found, layer.name, "exponentials", layer.exponentials)
            _check_data(found, layer.name, "inverses", layer.inverses)
        case Activation():
            _expect(layer.name, "function", str(layer.function), found.get_attr("activation"))


def _check_data(
    found: Any, layer: str, name: str, asked: Constant, *, transposed: bool = False
) -> None:
    data = np.asarray(found.get_weights(name).data)
    expected = asked.real.T if transposed else asked.real
    if data.shape != expected.shape or not np.array_equal(data, expected):
        _expect(layer, f"values of {name}", "those of the network", "others")


def _expect(layer: str, what: str, asked: object, found: object) -> None:
    if asked != found:
        msg = f"{layer}: hls4ml changed {what}: asked for {asked}, found {found}; do not build it"
        raise ValidationError(msg)
