"""What each layer of a network costs in the C++ that the hls4ml back ends generate for it."""

from math import prod
from typing import get_args

from codesign.design.hardware import HardwareConfig, IoType
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    Conv,
    Dense,
    DepthwiseConv,
    Merge,
    Pool,
    Reshape,
    Scale,
    Slice,
    Softmax,
    Steps,
    Table,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.report import Figure, Usage
from codesign.errors import UnsupportedLayerError
from codesign.estimate import elements
from codesign.estimate.cost import Cost, scaled
from codesign.estimate.joins import merge
from codesign.estimate.matrices import matrix_layer, scale
from codesign.estimate.moves import move
from codesign.estimate.pools import pool
from codesign.estimate.profile import Profile
from codesign.estimate.streams import STREAMED, is_dataflow, packet_process, with_fifos

_REGISTER = Figure(value=1.4, low=0.5, high=2.0)
"""Flip-flops of the top function for each bit that a registered layer puts out.

Source: nrp-nautilus/6nrp-hls4ml@3a010ef (Vitis HLS 2022.2): 3,426 for 2,464 bits.
"""
_KINDS = tuple(sorted(layer.kind for layer in get_args(AnyLayer)))


def layer_costs(
    network: QuantizedNetwork, hardware: HardwareConfig, profile: Profile
) -> dict[str, Cost]:
    """Return the cost of each layer by its name, with the FIFOs that it writes.

    Raises:
        UnsupportedLayerError: If there is no model of a layer, by its name.
        InvalidDesignError: If a reuse factor is not legal.
    """
    for layer in network.layers:
        _check_kind(layer)
    costs = {layer.name: _cost(layer, network, hardware, profile) for layer in network.layers}
    if not is_dataflow(network, hardware):
        return {layer.name: _registered(layer, costs[layer.name]) for layer in network.layers}
    return {
        layer.name: with_fifos(layer, costs[layer.name], network, hardware)
        for layer in network.layers
    }


def _check_kind(layer: AnyLayer) -> None:
    if layer.kind not in _KINDS:
        msg = (
            f"{layer.name}: there is no model of what a layer of kind {layer.kind!r} costs; known "
            f"are {', '.join(_KINDS)}"
        )
        raise UnsupportedLayerError(msg)


def _registered(layer: AnyLayer, cost: Cost) -> Cost:
    """Return a layer of one pipeline with the registers of the top function for its output."""
    if not cost.is_registered:
        return cost
    bits = prod(layer.shape) * layer.precision.width
    return cost.with_usage(Usage(ff=scaled(_REGISTER, bits)))


def _cost(
    layer: AnyLayer, network: QuantizedNetwork, hardware: HardwareConfig, profile: Profile
) -> Cost:
    shapes = [network.shape(name) for name in layer.inputs]
    formats = [network.precision(name) for name in layer.inputs]
    match layer:
        case Dense() | Conv() | DepthwiseConv():
            return matrix_layer(layer, network, hardware, profile)
        case Scale():
            return scale(layer, network, hardware, profile)
        case Pool():
            return pool(layer, shapes[0], formats[0], io_type=hardware.io_type)
        case Reshape() | Slice() | Transpose() | Concatenate() | ZeroPad() | UpSample():
            return move(layer, shapes, formats, io_type=hardware.io_type)
        case Activation() | Softmax() | Table() | Steps() | Merge():
            return _element_wise(layer, network, hardware)


def _element_wise(
    layer: Activation | Softmax | Table | Steps | Merge,
    network: QuantizedNetwork,
    hardware: HardwareConfig,
) -> Cost:
    """Return the cost of all numbers at once, or of a packet at once."""
    streams = hardware.io_type is IoType.STREAM
    lanes = layer.shape[-1] if streams else prod(layer.shape)
    formats = [network.precision(name) for name in layer.inputs]
    cost = _numbers(layer, formats, lanes)
    if not streams:
        return cost
    bits = layer.shape[-1] * layer.precision.width
    packets = prod(layer.shape[:-1])
    return packet_process(cost, packets=packets, bits=bits).flagged(STREAMED)


def _numbers(
    layer: Activation | Softmax | Table | Steps | Merge, formats: list[Precision], lanes: int
) -> Cost:
    match layer:
        case Activation():
            return elements.activation(layer, formats[0], lanes=lanes)
        case Softmax():
            return elements.softmax(layer, lanes=lanes)
        case Table():
            return elements.table(layer, lanes=lanes)
        case Steps():
            return elements.steps(layer, formats[0], lanes=lanes)
        case Merge():
            return merge(layer, formats, lanes=lanes)
