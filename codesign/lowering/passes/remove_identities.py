"""Pass: layers that change no value are left out."""

from collections.abc import Mapping

from codesign.design.intervals import Interval, intervals
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    Function,
    Pool,
    Reshape,
    Slice,
    Table,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.design.network import QuantizedNetwork
from codesign.lowering.passes.graph import bypass, layer_named, readers


def remove_identities(network: QuantizedNetwork) -> QuantizedNetwork:
    """Leave out layers whose every output is the value that comes in, on a grid that holds it.

    A layer stays where its own format is read: by the outside, or as the address of a table.
    """
    bounds = intervals(network)
    for layer in network.layers:
        if layer.name in network.outputs or len(layer.inputs) != 1:
            continue
        if any(isinstance(reader, Table) for reader in readers(network)[layer.name]):
            continue
        if _changes_nothing(layer, network, bounds):
            network = bypass(network, layer.name)
    return network


def _changes_nothing(
    layer: AnyLayer, network: QuantizedNetwork, bounds: Mapping[str, Interval]
) -> bool:
    source = layer_named(network, layer.name).inputs[0]
    if network.shape(source) != layer.shape or not _keeps_places(layer):
        return False
    read, data = bounds[source], network.precision(source)
    if isinstance(layer, Activation):
        if layer.function is not Function.LINEAR and int(read.low.min()) < 0:
            return False
        if layer.function is Function.HARD_SIGMOID:
            return False
        if layer.ceiling is not None and int(bounds[layer.name].high.max()) >= layer.ceiling:
            return False
    up = layer.precision.fraction - data.fraction
    return up >= 0 and read.affine(up, 0).fits(layer.precision)


def _keeps_places(layer: AnyLayer) -> bool:
    """Return whether a layer that keeps its shape keeps every element where it is, too."""
    match layer:
        case Activation() | Reshape() | Slice() | Concatenate():
            return True
        case Transpose():
            return layer.axes == tuple(sorted(layer.axes))
        case Pool():
            return max(layer.size) == max(layer.strides) == 1
        case ZeroPad():
            return not any(map(any, layer.padding))
        case UpSample():
            return max(layer.factors) == 1
        case _:
            return False
