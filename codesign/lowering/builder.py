"""A network while it is made: each layer is sized by the bounds of what it reads."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from codesign.design.contract import NetworkInput
from codesign.design.intervals import Interval, layer_interval, weighted_sums
from codesign.design.layers import AnyLayer, Conv, Dense, DepthwiseConv, Scale
from codesign.design.precision import Precision
from codesign.design.shapes import output_shape
from codesign.errors import InvalidDataError, InvalidDesignError
from codesign.lowering.softmax import SoftmaxTables

WIDE_BITS = 62
"""Width of a format that is narrowed once the bounds are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """What an operation reads and makes.

    Attributes:
        name: Of the input or layer.
        shape: Without the batch.
        precision: Its format.
        bounds: Of its hardware integers.
        functions: Float functions of Keras that are still to be applied; a quantizer must follow.
    """

    name: str
    shape: tuple[int, ...]
    precision: Precision
    bounds: Interval
    functions: tuple[Any, ...] = ()


class Builder:
    """Collects the layers of a network.

    Attributes:
        layers: Those made so far.
        double: Whether functions of QKeras are evaluated in float64.
        softmax: The formats of a softmax at the end, None to leave it out.
        evaluated: Whether anything depended on the arithmetic of QKeras.
    """

    def __init__(self, *, double: bool, softmax: SoftmaxTables | None) -> None:
        self.layers: list[AnyLayer] = []
        self.double = double
        self.softmax = softmax
        self.evaluated = False
        self._tensors: dict[str, Tensor] = {}

    def add_input(self, source: NetworkInput) -> Tensor:
        """Return the tensor of an input."""
        bounds = Interval.full(source.precision, source.shape)
        return self._keep(
            Tensor(name=source.name, shape=source.shape, precision=source.precision, bounds=bounds)
        )

    def add(self, layer: AnyLayer) -> Tensor:
        """Add a layer whose format is decided, and return its tensor; the shape is put right."""
        return self._append(self._shaped(layer))

    def add_exact(self, layer: AnyLayer) -> Tensor:
        """Add a layer in the narrowest format that holds whatever it makes.

        Args:
            layer: Its precision says only how many fractional bits the results have.
        """
        fraction = layer.precision.fraction
        layer = self._shaped(replace(layer, precision=wide(fraction)))
        return self._append(replace(layer, precision=self._bounds(layer).precision(fraction)))

    def add_weighted(self, layer: Dense | Conv | DepthwiseConv | Scale) -> Tensor:
        """Add a layer of sums of products; its accumulator and output hold every sum.

        Args:
            layer: Its accumulator is ignored.
        """
        data = self._tensors[layer.inputs[0]]
        products = data.precision.fraction + layer.kernel.precision.fraction
        fraction = max(products, layer.bias.precision.fraction)
        layer = self._shaped(replace(layer, accumulator=wide(fraction)))
        try:
            accumulator = weighted_sums(layer, data.precision, data.bounds).precision(fraction)
        except InvalidDataError as error:
            msg = f"{layer.name}: {error}; use fewer bits for its weights or inputs"
            raise InvalidDesignError(msg) from error
        return self._append(replace(layer, accumulator=accumulator, precision=accumulator))

    def _shaped(self, layer: Any) -> Any:
        shapes = [self._tensors[name].shape for name in layer.inputs]
        return replace(layer, shape=output_shape(layer, shapes))

    def _bounds(self, layer: AnyLayer) -> Interval:
        read = [self._tensors[name] for name in layer.inputs]
        return layer_interval(layer, [t.precision for t in read], [t.bounds for t in read])

    def _append(self, layer: AnyLayer) -> Tensor:
        bounds = self._bounds(layer)
        self.layers.append(layer)
        return self._keep(
            Tensor(name=layer.name, shape=layer.shape, precision=layer.precision, bounds=bounds)
        )

    def _keep(self, tensor: Tensor) -> Tensor:
        self._tensors[tensor.name] = tensor
        return tensor


Operation = Callable[[Builder, tuple[Tensor, ...]], Tensor]
"""Adds the layers of one operation to a network, and returns what it makes of its inputs."""


def wide(fraction: int) -> Precision:
    """Return a format wider than anything that is computed, with ``fraction`` bits right."""
    return Precision(width=WIDE_BITS, integer=WIDE_BITS - fraction)
