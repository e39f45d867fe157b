"""The framework-free network: what the firmware computes, every format explicit.

A network is a list of layers in topological order. Each layer reads named tensors and makes one
tensor that carries the layer's own name. A tensor is an array of hardware integers in the
``precision`` written beside it; nothing is left to a default of a tool.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.names import check_name
from codesign.design.precision import Overflow, Precision
from codesign.errors import InvalidDesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What all layers share; abstract.

    Attributes:
        name: Its name and that of the tensor it makes; a C identifier.
        inputs: The tensors it reads, in order.
        shape: The shape of its tensor, without the batch.
        precision: The format of its tensor, with the rounding and overflow of the last step.
    """

    kind: ClassVar[str]
    name: str
    inputs: tuple[str, ...]
    shape: tuple[int, ...]
    precision: Precision

    def __post_init__(self) -> None:
        check_name(self.name, what="a layer")
        if not self.inputs:
            msg = f"{self.name}: a layer needs at least one input"
            raise InvalidDesignError(msg)
        if not self.shape or min(self.shape) < 1:
            msg = f"{self.name}: shape {self.shape} has no elements"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dense(Layer):
    """A fully connected layer: ``precision(bias + data @ kernel)``, summed in ``accumulator``.

    Attributes:
        kernel: Weights, shape (inputs, outputs).
        bias: Shape (outputs,).
        accumulator: The format of every partial sum; its fraction holds full products.
    """

    kind: ClassVar[str] = "dense"
    kernel: Constant
    bias: Constant
    accumulator: Precision

    def __post_init__(self) -> None:
        Layer.__post_init__(self)
        if self.kernel.values.ndim != 2 or self.kernel.values.shape[1:] != self.shape:
            msg = (
                f"{self.name}: kernel of shape {self.kernel.values.shape} does not make "
                f"outputs of shape {self.shape}; expected (inputs, {self.shape[-1]})"
            )
            raise InvalidDesignError(msg)
        if self.bias.values.shape != self.shape:
            msg = f"{self.name}: bias shape {self.bias.values.shape}, expected {self.shape}"
            raise InvalidDesignError(msg)


class Function(StrEnum):
    """What an activation computes before its output is put on the grid."""

    LINEAR = "linear"
    """x: a quantizer alone."""
    RELU = "relu"
    """max(0, x)."""
    HARD_SIGMOID = "hard_sigmoid"
    """min(1, max(0, x / 2 + 1 / 2)), as QKeras defines it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation(Layer):
    """An element-wise function, then the rounding and overflow of ``precision``."""

    kind: ClassVar[str] = "activation"
    function: Function


@dataclass(frozen=True, slots=True, kw_only=True)
class Softmax(Layer):
    """Softmax by two tables: ``e[max - x] * inverse[sum]``.

    The difference to the largest input, on the grid of ``difference``, addresses the table of
    exponentials; the sum of exponentials, on the grid of ``total``, addresses the table of
    inverses; their product is put on the grid of ``precision``. Both tables are indexed by the
    hardware integer itself.

    Attributes:
        difference: Unsigned format of ``max - x``; saturating.
        exponentials: ``exp(-d)`` for each difference, shape (2**difference.width,).
        total: Unsigned format of the sum of exponentials; saturating.
        inverses: ``1 / s`` for each sum, shape (2**total.width,).
    """

    kind: ClassVar[str] = "softmax"
    difference: Precision
    exponentials: Constant
    total: Precision
    inverses: Constant

    def __post_init__(self) -> None:
        Layer.__post_init__(self)
        for address, table in ((self.difference, self.exponentials), (self.total, self.inverses)):
            if address.signed or table.values.shape != (2**address.width,):
                msg = (
                    f"{self.name}: a table addressed by {address} needs unsigned addresses and "
                    f"shape {(2**address.width,)}, got {table.values.shape}"
                )
                raise InvalidDesignError(msg)


AnyLayer = Dense | Activation | Softmax


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
        check_name(self.name, what="a network")
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
            if isinstance(layer, Dense):
                self._check_accumulator(layer)

    def _check_shapes(self, layer: AnyLayer) -> None:
        if len(layer.inputs) != 1:
            msg = f"{layer.name}: reads {layer.inputs}; layers of kind {layer.kind} read one"
            raise InvalidDesignError(msg)
        found = self.shape(layer.inputs[0])
        expected = layer.kernel.values.shape[:1] if isinstance(layer, Dense) else layer.shape
        if found != expected:
            msg = f"{layer.name}: reads {layer.inputs[0]!r} of shape {found}, expected {expected}"
            raise InvalidDesignError(msg)

    def _check_accumulator(self, layer: Dense) -> None:
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
