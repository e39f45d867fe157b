"""The framework-free network: what the firmware computes, every format explicit.

A network is a list of layers in topological order. Each layer reads named tensors and makes one
tensor that carries the layer's own name. A tensor is an array of hardware integers in the
``precision`` written beside it; nothing is left to a default of a tool.
"""

from dataclasses import dataclass

from codesign.design.contract import NetworkInput
from codesign.design.layers import AnyLayer, Weighted
from codesign.design.names import check_top_name
from codesign.design.precision import Overflow, Precision
from codesign.design.shapes import output_shape
from codesign.errors import InvalidDesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizedNetwork:
    """A network of fixed-point layers, the hinge between Keras and firmware.

    Attributes:
        name: A C identifier; names the firmware's top function.
        inputs: Where hardware integers come in, with the contract of each feature.
        layers: In topological order.
        outputs: Names of the tensors that leave the firmware.
    """

    name: str
    inputs: tuple[NetworkInput, ...]
    layers: tuple[AnyLayer, ...]
    outputs: tuple[str, ...]

    def __post_init__(self) -> None:
        check_top_name(self.name)
        known = [tensor.name for tensor in self.inputs]
        for layer in self.layers:
            missing = [name for name in layer.inputs if name not in known]
            if missing:
                msg = f"{layer.name}: reads {missing[0]!r}, made by no layer before it; {known}"
                raise InvalidDesignError(msg)
            known.append(layer.name)
        if len(set(known)) != len(known):
            msg = f"{self.name}: two tensors share a name: {sorted(known)}"
            raise InvalidDesignError(msg)
        for name in self.outputs:
            if name not in known:
                msg = f"{self.name}: output {name!r} is not a tensor of the network: {known}"
                raise InvalidDesignError(msg)
        if not self.inputs or not self.outputs:
            msg = f"{self.name}: a network needs inputs and outputs"
            raise InvalidDesignError(msg)
        for layer in self.layers:
            self._check_shapes(layer)
            if isinstance(layer, Weighted):
                self._check_accumulator(layer)

    def _check_shapes(self, layer: AnyLayer) -> None:
        found = output_shape(layer, [self.shape(name) for name in layer.inputs])
        if found != layer.shape:
            msg = f"{layer.name}: makes shape {found}, its record says {layer.shape}"
            raise InvalidDesignError(msg)

    def _check_accumulator(self, layer: Weighted) -> None:
        needed = max(
            self.precision(layer.inputs[0]).fraction + layer.kernel.precision.fraction,
            layer.bias.precision.fraction,
        )
        found = layer.accumulator
        if found.fraction < needed or found.overflow is not Overflow.WRAP:
            msg = (
                f"{layer.name}: accumulator {found} would cut off bits of products or saturate "
                f"halfway; it needs at least {needed} fractional bits and overflow WRAP"
            )
            raise InvalidDesignError(msg)

    def tensor(self, name: str) -> NetworkInput | AnyLayer:
        """Return the input or layer that makes a tensor.

        Raises:
            InvalidDesignError: If nothing of that name exists.
        """
        for node in (*self.inputs, *self.layers):
            if node.name == name:
                return node
        msg = f"{self.name} has no tensor {name!r}"
        raise InvalidDesignError(msg)

    def precision(self, name: str) -> Precision:
        """Return the format of a tensor."""
        return self.tensor(name).precision

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a tensor, without the batch."""
        return self.tensor(name).shape
