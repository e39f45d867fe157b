"""What the hls4ml back ends build exactly; everything else is refused by name."""

import re
from typing import get_args

from codesign.design.hardware import HardwareConfig, IoType, Strategy
from codesign.design.layers import (
    AnyLayer,
    Conv,
    Dense,
    DepthwiseConv,
    Pool,
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
from codesign.design.precision import Precision, Rounding
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.firmware.hls.casts import casts
from codesign.firmware.hls.moves import RANK
from codesign.firmware.hls.reuse import check_reuse_factors

_KINDS = tuple(sorted(layer.kind for layer in get_args(AnyLayer)))
_EXACT_BITS = 53
_FILES = {"defines", "parameters"}
_GENERATED = re.compile(
    r"(?:w|b|values|thresholds|levels|exponentials|inverses|config|layer)[0-9]+(?:_.*)?"
)
_TABLE_BITS = 16
_THRESHOLDS = 4096


def check_design(network: QuantizedNetwork, hardware: HardwareConfig) -> None:
    """Refuse a design that hls4ml would not build exactly as it is written.

    Raises:
        UnsupportedLayerError: Naming the layer, what is unsupported, and the remedy.
        InvalidDesignError: Naming the option or name, and what is legal.
    """
    _check_names(network)
    if hardware.io_type is IoType.STREAM:
        _check_read(network)
    for layer in network.layers:
        if layer.kind not in _KINDS:
            known = ", ".join(_KINDS)
            msg = f"{layer.name}: a layer of kind {layer.kind!r} is not built; known are {known}"
            raise UnsupportedLayerError(msg)
        _check_layer(layer, network, hardware)
        for source, target in casts(layer, [network.precision(name) for name in layer.inputs]):
            _check_rounding(layer.name, source, target)
    check_reuse_factors(network, hardware)


def _check_names(network: QuantizedNetwork) -> None:
    """Refuse names that hls4ml keeps for itself or cannot tell apart."""
    if network.name in _FILES:
        msg = f"a network cannot be named {network.name!r}, a file of hls4ml; choose another name"
        raise InvalidDesignError(msg)
    seen: dict[str, str] = {}
    for node in (*network.inputs, *network.layers):
        if node.name == "input":
            msg = "a tensor cannot be named 'input', which hls4ml keeps for itself; rename it"
            raise InvalidDesignError(msg)
        other = seen.setdefault(node.name.lower(), node.name)
        if other != node.name:
            msg = f"{other!r} and {node.name!r} differ in case alone, which hls4ml ignores"
            raise InvalidDesignError(msg)
    for tensor in network.inputs:
        if tensor.name == network.name:
            msg = f"{network.name!r} names both the network and an input; rename one of them"
            raise InvalidDesignError(msg)
        if _GENERATED.fullmatch(tensor.name):
            msg = f"input {tensor.name!r} is named like a variable of the firmware; rename it"
            raise InvalidDesignError(msg)


def _check_read(network: QuantizedNetwork) -> None:
    """Refuse streams that nobody reads: they fill up, and the design stands still."""
    read = {name for layer in network.layers for name in layer.inputs} | set(network.outputs)
    for node in (*network.inputs, *network.layers):
        if node.name not in read:
            msg = f"{node.name}: nothing reads it, and its stream would fill up; remove it"
            raise UnsupportedLayerError(msg)


def _check_layer(layer: AnyLayer, network: QuantizedNetwork, hardware: HardwareConfig) -> None:
    match layer:
        case Dense() | Conv() | DepthwiseConv() | Scale():
            _check_exact(f"{layer.name}: the kernel", layer.kernel.precision)
            _check_exact(f"{layer.name}: the bias", layer.bias.precision)
        case Softmax():
            _check_address(layer.name, "the table of differences", layer.difference)
            _check_address(layer.name, "the table of sums", layer.total)
            _check_exact(f"{layer.name}: the exponentials", layer.exponentials.precision)
            _check_exact(f"{layer.name}: the inverses", layer.inverses.precision)
        case Table():
            _check_address(layer.name, "the table", network.precision(layer.inputs[0]))
            _check_exact(f"{layer.name}: the entries", layer.values.precision)
        case Steps():
            _check_steps(layer)
        case _:
            pass
    _check_dimensions(layer, network)
    own = hardware.layer(layer.name)
    if isinstance(layer, DepthwiseConv) and own.strategy is Strategy.RESOURCE:
        msg = (
            f"{layer.name}: strategy resource is not built for a depthwise convolution; "
            "give this layer strategy latency"
        )
        raise UnsupportedLayerError(msg)


def _check_dimensions(layer: AnyLayer, network: QuantizedNetwork) -> None:
    """Refuse more dimensions than the templates have loops for."""
    rank = len(network.shape(layer.inputs[0]))
    match layer:
        case Conv() | DepthwiseConv() | Pool() | ZeroPad() | UpSample():
            if rank - 1 not in (1, 2):
                msg = f"{layer.name}: {layer.kind} in {rank - 1} dimensions; only 1 and 2 are built"
                raise UnsupportedLayerError(msg)
        case Transpose() | Slice():
            if rank > RANK:
                msg = f"{layer.name}: {layer.kind} of {rank} dimensions; at most {RANK} are built"
                raise UnsupportedLayerError(msg)
        case _:
            pass


def _check_steps(layer: Steps) -> None:
    count = layer.thresholds.values.size
    if not 1 <= count <= _THRESHOLDS:
        msg = (
            f"{layer.name}: {count} thresholds, each a comparator; 1 to {_THRESHOLDS} are built; "
            "use a table"
        )
        raise UnsupportedLayerError(msg)
    _check_exact(f"{layer.name}: the thresholds", layer.thresholds.precision)
    _check_exact(f"{layer.name}: the levels", layer.levels.precision)


def _check_address(layer: str, what: str, address: Precision) -> None:
    """Refuse a table that does not fit block RAM."""
    if address.width > _TABLE_BITS:
        msg = (
            f"{layer}: {what} has {address.width} address bits, "
            f"at most {_TABLE_BITS} are built; use a narrower format"
        )
        raise UnsupportedLayerError(msg)


def _check_exact(what: str, precision: Precision) -> None:
    if precision.width > _EXACT_BITS:
        msg = f"{what} of {precision} is wider than {_EXACT_BITS} bits, which hls4ml would round"
        raise UnsupportedLayerError(msg)


def _check_rounding(layer: str, source: Precision, target: Precision) -> None:
    """Refuse to round away more bits than there are: the C++ of ap_fixed aborts there.

    Source: ap_fixed_base.h of hls4ml 1.3.0, ``operator=``, reads the first dropped bit unchecked.
    """
    drop = source.fraction - target.fraction
    cut = target.rounding is Rounding.TRN
    cut = cut or (target.rounding is Rounding.TRN_ZERO and not source.signed)
    if drop > source.width and not cut:
        msg = (
            f"{layer}: {target} rounds away {drop} bits of {source}, which has {source.width}; "
            "C simulation aborts there; use a finer format or rounding TRN"
        )
        raise UnsupportedLayerError(msg)
