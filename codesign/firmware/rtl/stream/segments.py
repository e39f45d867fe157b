"""Cut a network into what handles whole vectors and what handles one pixel after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from codesign.design.contract import NetworkInput
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Conv,
    Dense,
    Function,
    Pool,
    Reshape,
    Scale,
    Softmax,
    Steps,
    Table,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import UnsupportedLayerError


class Domain(Enum):
    """How a segment's data travel."""

    VECTOR = auto()
    """All elements at once."""
    PIXEL = auto()
    """The elements of the last dimension, one pixel after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Layers that are computed together.

    Attributes:
        domain: How their data travel.
        source: The tensor that they read.
        layers: In order.
        window: The layer in front of which windows are collected, if there is one.
        moves: The reshape that took a vector apart or put it together in front of them.
    """

    domain: Domain
    source: str
    layers: tuple[AnyLayer, ...]
    window: Conv | Pool | None = None
    moves: Reshape | None = None

    @property
    def output(self) -> str:
        """The tensor that it makes."""
        return self.layers[-1].name if self.layers else (self.moves or self.window).name  # type: ignore[union-attr] # one of the three is there


def cut(network: QuantizedNetwork) -> tuple[Segment, ...]:
    """Return the segments of a network: a chain up to its last vectors.

    Raises:
        UnsupportedLayerError: Naming the layer that cannot be streamed, and why.
    """
    if len(network.inputs) != 1:
        msg = f"{network.name}: {len(network.inputs)} inputs; io_stream of back end rtl has one"
        raise UnsupportedLayerError(msg)
    done: list[Segment] = []
    last: NetworkInput | AnyLayer = network.inputs[0]
    layers = list(network.layers)
    while layers:
        if len(last.shape) == 1 and all(len(layer.shape) == 1 for layer in layers):
            _join(done, Segment(domain=Domain.VECTOR, source=last.name, layers=tuple(layers)))
            break
        layer = layers.pop(0)
        _check_chain(layer, last, network)
        _join(done, _segment(layer, last))
        last = layer
    _check_outputs(network, done)
    return tuple(done)


def _join(done: list[Segment], new: Segment) -> None:
    """Add a segment, or its layers to the segment before."""
    before = done[-1] if done else None
    if (
        before is None
        or new.window is not None
        or new.moves is not None
        or before.domain is not new.domain
    ):
        done.append(new)
        return
    done[-1] = replace(before, layers=(*before.layers, *new.layers))


def _segment(layer: AnyLayer, last: NetworkInput | AnyLayer) -> Segment:
    before, after = len(last.shape), len(layer.shape)
    domain = Domain.VECTOR if after == 1 else Domain.PIXEL
    match layer:
        case Conv() | Pool():
            if any(map(any, layer.padding)):
                msg = (
                    f"{layer.name}: padding {layer.padding} is not built with io_stream by back "
                    "end rtl; use 'valid' windows, io_parallel, or back end vitis"
                )
                raise UnsupportedLayerError(msg)
            return Segment(domain=domain, source=last.name, layers=(layer,), window=layer)
        case Reshape() if (before == 1) != (after == 1):
            put = () if _holds(layer.precision, last.precision) else (_put(layer),)
            return Segment(domain=domain, source=last.name, layers=put, moves=layer)
        case Dense() | Scale() | Activation() | Steps() | Table() | Softmax():
            return Segment(domain=domain, source=last.name, layers=(layer,))
        case _ if before == after == 1:
            return Segment(domain=domain, source=last.name, layers=(layer,))
        case _:
            msg = (
                f"{layer.name}: a {layer.kind} layer from shape {last.shape} to {layer.shape} is "
                "not built with io_stream by back end rtl; use io_parallel, or back end vitis"
            )
            raise UnsupportedLayerError(msg)


def _holds(grid: Precision, data: Precision) -> bool:
    """Return whether values of a format stay what they are in another, bit for bit."""
    same = grid.as_storage() == data.as_storage()
    return same and grid.min_hw <= data.min_hw


def _put(layer: Reshape) -> Activation:
    return Activation(
        name=layer.name,
        inputs=layer.inputs,
        shape=layer.shape,
        precision=layer.precision,
        function=Function.LINEAR,
    )


def _check_chain(layer: AnyLayer, last: NetworkInput | AnyLayer, network: QuantizedNetwork) -> None:
    readers = [other.name for other in network.layers if last.name in other.inputs]
    if layer.inputs != (last.name,) or len(readers) > 1 or last.name in network.outputs:
        others = ", ".join(name for name in readers if name != layer.name)
        msg = (
            f"{layer.name}: reads {', '.join(layer.inputs)}, and {last.name} is read by "
            f"{others or 'the outside'} too; images are streamed from layer to layer only: use "
            "io_parallel, or back end vitis"
        )
        raise UnsupportedLayerError(msg)


def _check_outputs(network: QuantizedNetwork, segments: Sequence[Segment]) -> None:
    for name in network.outputs:
        shape = network.shape(name)
        inside = [layer.name for one in segments[-1:] for layer in one.layers]
        if len(shape) > 1 or name not in inside:
            msg = (
                f"{name}: an output of shape {shape} is not built with io_stream by back end rtl; "
                "flatten it at the end, use io_parallel, or back end vitis"
            )
            raise UnsupportedLayerError(msg)
