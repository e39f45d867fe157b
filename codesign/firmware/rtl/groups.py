"""Layers that share a module: one that mixes elements, and what follows it element by element."""

from collections import Counter
from dataclasses import dataclass

from codesign.design.layers import Activation, AnyLayer, Reshape, Steps, Table
from codesign.design.network import QuantizedNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerGroup:
    """Layers that one module computes.

    Attributes:
        layers: In order; each but the first reads the one before alone.
    """

    layers: tuple[AnyLayer, ...]

    @property
    def name(self) -> str:
        """The first layer, which names the module."""
        return self.layers[0].name

    @property
    def inputs(self) -> tuple[str, ...]:
        """The tensors it reads, each once."""
        return tuple(dict.fromkeys(self.layers[0].inputs))

    @property
    def output(self) -> AnyLayer:
        """The layer whose tensor it makes."""
        return self.layers[-1]


def layer_groups(network: QuantizedNetwork) -> tuple[LayerGroup, ...]:
    """Return the groups of a network, in order."""
    readers = Counter(name for layer in network.layers for name in layer.inputs)
    open_groups: dict[str, list[AnyLayer]] = {}
    for layer in network.layers:
        source = layer.inputs[0]
        alone = readers[source] == 1 and source not in network.outputs
        if isinstance(layer, Activation | Steps | Table | Reshape) and alone:
            group = open_groups.pop(source, None)
            if group is not None:
                open_groups[layer.name] = [*group, layer]
                continue
        open_groups[layer.name] = [layer]
    groups = [LayerGroup(layers=tuple(layers)) for layers in open_groups.values()]
    order = {layer.name: index for index, layer in enumerate(network.layers)}
    return tuple(sorted(groups, key=lambda group: order[group.name]))
