"""Pass: a quantizer becomes the last step of the layer before it."""

from collections.abc import Mapping
from dataclasses import replace

from codesign.design.intervals import Interval, intervals, layer_values
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    Function,
    Softmax,
    Steps,
    Table,
)
from codesign.design.network import QuantizedNetwork
from codesign.lowering.passes.graph import bypass, layer_named, only_reader, rewrite


def fuse_quantizers(network: QuantizedNetwork) -> QuantizedNetwork:
    """Give a layer the format of the quantizer behind it, and leave the quantizer out.

    Done where the layer's own format rounds and overflows nothing, so that the quantizer is the
    only one to do so. An output keeps its name, and so its quantizer.
    """
    bounds = intervals(network)
    for layer in network.layers:
        if not _is_quantizer(layer) or layer.name in network.outputs:
            continue
        source = layer_named(network, layer.name).inputs[0]
        before = layer_named(network, source) if _is_layer(network, source) else None
        if before is None or only_reader(network, source) is None:
            continue
        if _loses_nothing(before, network, bounds):
            fused = replace(before, precision=layer.precision)
            network = bypass(rewrite(network, {source: fused}), layer.name)
            bounds = {**bounds, source: bounds[layer.name]}
    return network


def _is_quantizer(layer: AnyLayer) -> bool:
    if not isinstance(layer, Activation) or layer.function is not Function.LINEAR:
        return False
    return not _needs_its_format(layer)


def _needs_its_format(layer: Activation) -> bool:
    """Return whether the format of an activation is part of its function."""
    return layer.function is Function.LEAKY_RELU or layer.ceiling is not None


def _is_layer(network: QuantizedNetwork, name: str) -> bool:
    return any(layer.name == name for layer in network.layers)


def _loses_nothing(
    layer: AnyLayer, network: QuantizedNetwork, bounds: Mapping[str, Interval]
) -> bool:
    """Return whether a layer's format holds exactly what it computes."""
    if isinstance(layer, Steps | Table | Softmax | Concatenate):
        return False
    if isinstance(layer, Activation) and _needs_its_format(layer):
        return False
    precisions = [network.precision(name) for name in layer.inputs]
    values, fraction = layer_values(layer, precisions, [bounds[name] for name in layer.inputs])
    up = layer.precision.fraction - fraction
    return up >= 0 and values.affine(up, 0).fits(layer.precision)
