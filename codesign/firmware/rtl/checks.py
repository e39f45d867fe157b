"""What the RTL back end builds exactly; everything else is refused by name."""

from collections.abc import Iterable
from typing import get_args

from codesign.design.hardware import HardwareConfig, IoType, RtlLanguage
from codesign.design.intervals import intervals, layer_sum, layer_values
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    DepthwiseConv,
    Softmax,
    Steps,
    Table,
    Weighted,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.firmware.hls.reuse import check_reuse_factors
from codesign.firmware.rtl.bits import CONSTANT_BITS, LARGEST, significant_bits
from codesign.firmware.rtl.compose import is_shared
from codesign.firmware.rtl.engine import engine_supports
from codesign.firmware.rtl.groups import layer_groups
from codesign.firmware.rtl.stream import stream_supports

_KINDS = tuple(sorted(layer.kind for layer in get_args(AnyLayer)))
_TABLE_BITS = 16


def check_design(network: QuantizedNetwork, hardware: HardwareConfig) -> None:
    """Refuse a design that would not be built exactly as it is written.

    Raises:
        UnsupportedLayerError: Naming the layer, what is unsupported, and the remedy.
        InvalidDesignError: Naming the option or name, and what is legal.
    """
    if hardware.io_type is IoType.STREAM:
        stream_supports(network, hardware)
    if hardware.rtl.language is RtlLanguage.VHDL:
        _check_vhdl_names(network)
    for layer in network.layers:
        if layer.kind not in _KINDS:
            known = ", ".join(_KINDS)
            msg = f"{layer.name}: a layer of kind {layer.kind!r} is not built; known are {known}"
            raise UnsupportedLayerError(msg)
    check_reuse_factors(network, hardware)
    _check_sums(network)
    for layer in network.layers:
        _check_constants(layer)
        _check_tables(layer, network)
    for group in layer_groups(network):
        if is_shared(group.layers[0], hardware):
            _check_engine(network, group.layers, hardware)


def _check_vhdl_names(network: QuantizedNetwork) -> None:
    names = [network.name, *(node.name for node in (*network.inputs, *network.layers))]
    for name in names:
        if "__" in name or name.endswith("_"):
            msg = (
                f"{name!r} cannot be named in VHDL, which has no two underscores side by side and "
                "none at the end; rename it, or choose rtl.language verilog"
            )
            raise InvalidDesignError(msg)


def _check_engine(
    network: QuantizedNetwork, layers: tuple[AnyLayer, ...], hardware: HardwareConfig
) -> None:
    if isinstance(layers[0], DepthwiseConv):
        msg = (
            f"{layers[0].name}: a depthwise convolution does not share multipliers in back end "
            "rtl; give this layer strategy latency and reuse_factor 1"
        )
        raise UnsupportedLayerError(msg)
    engine_supports(network, layers, hardware)


def _check_sums(network: QuantizedNetwork) -> None:
    """Refuse numbers that the compiler of the adder graphs would round."""
    bounds = intervals(network)
    for layer in network.layers:
        formats = [network.precision(name) for name in layer.inputs]
        read = [bounds[name] for name in layer.inputs]
        found = [layer_sum(layer, formats, read), *(part.magnitude for part in read)]
        if not isinstance(layer, Steps | Table | Softmax | Concatenate):
            found.append(layer_values(layer, formats, read)[0].magnitude)
        if max(found) >= LARGEST:
            msg = (
                f"{layer.name}: numbers of {max(found).bit_length()} bits, which the adder-graph "
                f"compiler would round beyond {LARGEST.bit_length() - 1}; use narrower formats"
            )
            raise UnsupportedLayerError(msg)


def _check_constants(layer: AnyLayer) -> None:
    match layer:
        case Weighted():
            _check_bits(layer.name, "a weight", layer.kernel.values.ravel())
            _check_bits(layer.name, "a bias", layer.bias.values.ravel())
        case Activation(ceiling=int()):
            _check_bits(layer.name, "the ceiling", [layer.ceiling or 0])
        case Steps():
            _check_bits(layer.name, "a threshold", layer.thresholds.values.ravel())
        case _:
            pass


def _check_bits(name: str, what: str, numbers: Iterable[int]) -> None:
    found = max((significant_bits(int(number)) for number in numbers), default=0)
    if found > CONSTANT_BITS:
        msg = (
            f"{name}: {what} has {found} significant bits, at most {CONSTANT_BITS} are exact in "
            "an adder graph; use a narrower format"
        )
        raise UnsupportedLayerError(msg)


def _check_tables(layer: AnyLayer, network: QuantizedNetwork) -> None:
    match layer:
        case Table():
            address = network.precision(layer.inputs[0])
            _check_table(layer.name, "the table", address, layer.precision)
        case Softmax():
            exponentials, inverses = layer.exponentials.precision, layer.inverses.precision
            _check_table(layer.name, "the table of differences", layer.difference, exponentials)
            _check_table(layer.name, "the table of sums", layer.total, inverses)
        case Steps():
            _check_bits(layer.name, "a level", layer.levels.values.ravel())
        case _:
            pass


def _check_table(layer: str, what: str, address: Precision, entry: Precision) -> None:
    if address.width > _TABLE_BITS:
        msg = (
            f"{layer}: {what} has {address.width} address bits, "
            f"at most {_TABLE_BITS} are built; use a narrower format"
        )
        raise UnsupportedLayerError(msg)
    if entry.width > CONSTANT_BITS:
        msg = (
            f"{layer}: {what} has entries of {entry.width} bits, at most {CONSTANT_BITS} are "
            "built; use a narrower format"
        )
        raise UnsupportedLayerError(msg)
