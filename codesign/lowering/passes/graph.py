"""How passes look at a network and change it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from codesign.design.layers import AnyLayer
from codesign.design.network import QuantizedNetwork

Pass = Callable[[QuantizedNetwork], QuantizedNetwork]
"""A function from a network to one with the same outputs, bit for bit."""


def readers(network: QuantizedNetwork) -> dict[str, list[AnyLayer]]:
    """Return the layers that read each tensor, once for each time they read it."""
    found: dict[str, list[AnyLayer]] = {
        node.name: [] for node in (*network.inputs, *network.layers)
    }
    for layer in network.layers:
        for name in layer.inputs:
            found[name].append(layer)
    return found


def only_reader(network: QuantizedNetwork, name: str) -> AnyLayer | None:
    """Return the layer that reads a tensor if nothing else does, not even the outside."""
    found = readers(network)[name]
    return found[0] if len(found) == 1 and name not in network.outputs else None


def layer_named(network: QuantizedNetwork, name: str) -> AnyLayer:
    """Return the layer that makes a tensor, which is no input."""
    return next(layer for layer in network.layers if layer.name == name)


def rewrite(network: QuantizedNetwork, changed: Mapping[str, AnyLayer]) -> QuantizedNetwork:
    """Return a network with other layers under the same names."""
    layers = tuple(changed.get(layer.name, layer) for layer in network.layers)
    return replace(network, layers=layers)


def bypass(network: QuantizedNetwork, name: str) -> QuantizedNetwork:
    """Return a network without a layer; its readers read what it read."""
    (source,) = layer_named(network, name).inputs
    layers = tuple(
        replace(layer, inputs=tuple(source if read == name else read for read in layer.inputs))
        for layer in network.layers
        if layer.name != name
    )
    return replace(network, layers=layers)
