"""The gate from Keras: read a QKeras model into a network of integers."""

from collections.abc import Mapping
from typing import Any

from codesign.design.contract import InputFeature, NetworkInput
from codesign.design.intervals import largest_sum
from codesign.design.network import QuantizedNetwork
from codesign.errors import CodesignError, UnsupportedLayerError
from codesign.lowering.builder import Builder, Tensor
from codesign.lowering.read import Reading, read_model
from codesign.lowering.softmax import SoftmaxTables
from codesign.models.double import double_precision, in_double

Features = tuple[InputFeature, ...]
_EXACT_FLOAT32 = 2**24


def lower(
    model: Any,
    *,
    name: str = "",
    features: Features | Mapping[str, Features] = (),
    softmax: SoftmaxTables | None = None,
) -> QuantizedNetwork:
    """Return the network that a QKeras model computes, bit for bit.

    Functions that are evaluated to fill steps and tables are evaluated in the arithmetic in which
    QKeras is the reference: float64 where a sum of the network exceeds the 24 bits of float32.

    Args:
        model: A functional or sequential model, each input followed by an input quantizer.
        name: The network's name; the model's where empty.
        features: The contract of each input, by the input's name where there are several; none
            for inputs without a physical meaning.
        softmax: The tables of a softmax at the end; where None such a softmax is left out and
            the network ends in logits, which have the same order.

    Raises:
        UnsupportedLayerError: If a layer cannot be lowered exactly; every one is named.
    """
    work = _Work(name=name or model.name, features=features, softmax=softmax)
    network = work.network(read_model(model), double=False)
    if not work.evaluated or largest_sum(network) <= _EXACT_FLOAT32:
        return network
    with double_precision():
        return work.network(read_model(in_double(model)), double=True)


def complaints_about(model: Any) -> tuple[str, ...]:
    """Return why a model cannot be lowered, one complaint a construct; nothing if it can."""
    reading = read_model(model)
    if reading.complaints:
        return reading.complaints
    work = _Work(name=model.name, features=(), softmax=None)
    return work.build(reading, double=False)[2]


class _Work:
    """How a reading becomes a network.

    Attributes:
        evaluated: Whether the last network depended on the arithmetic of QKeras.
    """

    def __init__(
        self,
        *,
        name: str,
        features: Features | Mapping[str, Features],
        softmax: SoftmaxTables | None,
    ) -> None:
        self._name = name
        self._features = features
        self._softmax = softmax
        self.evaluated = False

    def network(self, reading: Reading, *, double: bool) -> QuantizedNetwork:
        """Return the network.

        Raises:
            UnsupportedLayerError: With every complaint, one a line.
        """
        complaints = reading.complaints
        if not complaints:
            builder, tensors, complaints = self.build(reading, double=double)
        if complaints:
            raise UnsupportedLayerError("\n".join(complaints))
        self.evaluated = builder.evaluated
        return QuantizedNetwork(
            name=self._name,
            inputs=self._inputs(reading),
            layers=tuple(builder.layers),
            outputs=tuple(tensors[output].name for output in reading.graph.outputs),
        )

    def build(
        self, reading: Reading, *, double: bool
    ) -> tuple[Builder, dict[str, Tensor], tuple[str, ...]]:
        """Return the layers, the tensor of each node, and why some could not be made."""
        builder = Builder(double=double, softmax=self._softmax)
        tensors = {source.name: builder.add_input(source) for source in self._inputs(reading)}
        complaints = []
        for node in reading.graph.nodes:
            if any(source not in tensors for source in node.sources):
                continue
            found = tuple(tensors[source] for source in node.sources)
            try:
                for operation in reading.operations[node.name]:
                    found = (operation(builder, found),)
            except CodesignError as error:
                complaints.append(str(error))
            else:
                tensors[node.name] = found[0]
        return builder, tensors, tuple(complaints)

    def _inputs(self, reading: Reading) -> tuple[NetworkInput, ...]:
        return tuple(
            NetworkInput(
                name=name,
                shape=tuple(int(size) for size in shape if size is not None),
                precision=reading.grids[name],
                features=self._features_of(name),
            )
            for name, shape in reading.graph.inputs
        )

    def _features_of(self, name: str) -> Features:
        if isinstance(self._features, Mapping):
            return self._features.get(name, ())
        return self._features
