"""A Keras model as a graph: which layer reads what, in an order in which it can be computed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codesign.errors import UnsupportedLayerError
from codesign.models.keras import quiet

Shape = tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One use of a Keras layer.

    Attributes:
        name: Of the tensor it makes: the layer's own, with a number after its first use.
        layer: The Keras layer.
        sources: The names of the nodes and inputs it reads.
        arguments: Names of call arguments that are given beside the inputs.
    """

    name: str
    layer: Any
    sources: tuple[str, ...]
    arguments: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The class of the layer."""
        return type(self.layer).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A Keras model.

    Attributes:
        name: Of the model.
        inputs: Name and shape of each input, without the batch.
        nodes: In topological order.
        outputs: The names of the nodes that leave the model.
    """

    name: str
    inputs: tuple[tuple[str, Shape], ...]
    nodes: tuple[Node, ...]
    outputs: tuple[str, ...]

    def consumers(self, name: str) -> tuple[Node, ...]:
        """Return the nodes that read a tensor."""
        return tuple(node for node in self.nodes if name in node.sources)


def read_graph(model: Any) -> Graph:
    """Return the graph of a functional or sequential Keras model.

    Raises:
        UnsupportedLayerError: If it is neither, or has not been built.
    """
    with quiet():
        config = model.get_config() if hasattr(model, "get_config") else {}
    if not getattr(model, "inputs", None) or "layers" not in config:
        msg = (
            f"{getattr(model, 'name', model)}: a {type(model).__name__} without a graph of layers; "
            "build a functional or sequential model with an input of fixed shape"
        )
        raise UnsupportedLayerError(msg)
    if "output_layers" not in config:
        return _read_chain(model)
    uses = {
        (layer["name"], index): [_source(tensor) for tensor in _tensors(use)]
        for layer in config["layers"]
        for index, use in enumerate(layer["inbound_nodes"])
    }
    layers = {layer.name: layer for layer in model.layers}
    inputs = {name for name, *_ in _references(config["input_layers"])}
    nodes = (
        Node(
            name=_name(*use),
            layer=layers[use[0]],
            sources=tuple(_name(*source) for source, _ in tensors),
            arguments=tuple(sorted({key for _, given in tensors for key in given})),
        )
        for use, tensors in _sorted(uses, inputs)
    )
    return Graph(
        name=model.name,
        inputs=_inputs(model),
        nodes=tuple(nodes),
        outputs=tuple(_name(name, use) for name, use, _ in _references(config["output_layers"])),
    )


_Use = tuple[str, int]
_Sources = list[tuple[_Use, dict[str, Any]]]


def _inputs(model: Any) -> tuple[tuple[str, Shape], ...]:
    shapes = [tuple(tensor.shape[1:]) for tensor in model.inputs]
    return tuple(zip(model.input_names, shapes, strict=True))


def _read_chain(model: Any) -> Graph:
    names = [model.input_names[0], *(layer.name for layer in model.layers)]
    nodes = tuple(
        Node(name=layer.name, layer=layer, sources=(source,))
        for layer, source in zip(model.layers, names, strict=False)
    )
    return Graph(name=model.name, inputs=_inputs(model), nodes=nodes, outputs=(names[-1],))


def _tensors(use: Any) -> list[Any]:
    """Return the tensors of one call; Keras writes a single one without the list around it."""
    return [use] if use and isinstance(use[0], str) else list(use)


def _references(found: Any) -> list[Any]:
    return [found] if found and isinstance(found[0], str) else list(found)


def _source(tensor: Any) -> tuple[_Use, dict[str, Any]]:
    name, use, _, *given = tensor
    arguments = {key: value for key, value in (given[0] if given else {}).items() if value}
    return (str(name), int(use)), arguments


def _name(layer: str, use: int) -> str:
    return layer if use == 0 else f"{layer}_use{use + 1}"


def _sorted(uses: dict[_Use, _Sources], inputs: set[str]) -> Iterator[tuple[_Use, _Sources]]:
    """Return the uses of layers, each after those that it reads."""
    known = {(name, 0) for name in inputs}
    waiting = dict(uses)
    while waiting:
        ready = [
            use for use, tensors in waiting.items() if {source for source, _ in tensors} <= known
        ]
        for use in ready:
            yield use, waiting.pop(use)
        known.update(ready)
        if not ready:
            names = ", ".join(sorted({layer for layer, _ in waiting}))
            msg = f"{names}: read tensors that no layer of the model makes; build the model anew"
            raise UnsupportedLayerError(msg)
