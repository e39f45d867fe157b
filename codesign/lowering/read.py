"""Read every layer of a Keras model on its own, and collect what cannot be lowered."""

from dataclasses import dataclass
from typing import Any

from codesign.design.layers import Function
from codesign.design.names import check_name
from codesign.design.precision import Precision
from codesign.errors import CodesignError, UnsupportedLayerError
from codesign.lowering.activations import FinalSoftmax, Float, Quantize
from codesign.lowering.builder import Operation
from codesign.lowering.graph import Graph, Node, read_graph
from codesign.lowering.quantizers import Elementwise
from codesign.lowering.readers.table import TRAINING_ONLY, read

_GRID = "QActivation(quantized_bits(bits, integer, alpha=1))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A Keras model, understood.

    Attributes:
        graph: Its layers.
        grids: The format of each input, by name: that of its input quantizer.
        operations: What each layer computes, by name; nothing for one that only passes on.
        complaints: One for each thing that cannot be lowered.
    """

    graph: Graph
    grids: dict[str, Precision]
    operations: dict[str, list[Operation]]
    complaints: tuple[str, ...]


def read_model(model: Any) -> Reading:
    """Return what a model computes, and what of it cannot be lowered.

    Raises:
        UnsupportedLayerError: If the model has no graph of layers.
    """
    graph = read_graph(model)
    collected = _Collected(graph)
    for node in graph.nodes:
        collected.read(node)
    collected.check_model()
    return Reading(
        graph=graph,
        grids=collected.grids,
        operations=collected.operations,
        complaints=tuple(collected.complaints),
    )


class _Collected:
    """What has been read so far."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.grids: dict[str, Precision] = {}
        self.operations: dict[str, list[Operation]] = {}
        self.complaints: list[str] = []
        self._raw = {name: name for name, _ in graph.inputs}

    def read(self, node: Node) -> None:
        """Read a layer, or note why it cannot be read."""
        try:
            if any(source in self._raw for source in node.sources):
                self.operations[node.name] = self._read_first(node)
            else:
                self.operations[node.name] = operations = read(node)
                self._check_followers(node, operations)
        except CodesignError as error:
            self.complaints.append(str(error))

    def check_model(self) -> None:
        """Note what is wrong with names, with inputs and with the model as a whole."""
        for node in self.graph.nodes:
            try:
                check_name(node.name, what="a layer")
            except CodesignError as error:
                self.complaints.append(str(error))
        for name, shape in self.graph.inputs:
            if None in shape:
                self.complaints.append(
                    f"{name}: an input of shape {shape}; give every dimension a fixed length"
                )
        if not self.complaints and not any(self.operations.values()):
            self.complaints.append(f"{self.graph.name}: no layer to lower: it computes nothing")

    def _read_first(self, node: Node) -> list[Operation]:
        """Read a layer that reads an input: the input quantizer, or nothing."""
        if node.kind in TRAINING_ONLY and not node.arguments:
            self._raw[node.name] = self._raw[node.sources[0]]
            return []
        if node.kind != "QActivation":
            msg = (
                f"{node.name}: the first layer is {node.kind}, so the grid of the inputs is not "
                f"stated; put {_GRID} before it"
            )
            raise UnsupportedLayerError(msg)
        operations = read(node)
        found = operations[0] if operations else None
        meaning = found.meaning if isinstance(found, Quantize) else None
        if not isinstance(meaning, Elementwise) or meaning.function is not Function.LINEAR:
            msg = f"{node.name}: the input quantizer must be quantized_bits(bits, integer, alpha=1)"
            raise UnsupportedLayerError(msg)
        source = self._raw[node.sources[0]]
        known = self.grids.setdefault(source, meaning.precision)
        if known != meaning.precision:
            msg = (
                f"{node.name}: puts input {source} on {meaning.precision}, another layer on "
                f"{known}; quantize it once and share the result"
            )
            raise UnsupportedLayerError(msg)
        return []

    def _check_followers(self, node: Node, operations: list[Operation]) -> None:
        """Check what must come after a float function or a softmax."""
        last = operations[-1] if operations else None
        readers, leaves = self.graph.consumers(node.name), node.name in self.graph.outputs
        if isinstance(last, Float) and (leaves or any(r.kind != "QActivation" for r in readers)):
            raise last.refused()
        if isinstance(last, FinalSoftmax) and readers:
            msg = f"{node.name}: a softmax inside the network; only one at its end is lowered"
            raise UnsupportedLayerError(msg)
