"""What the hls4ml back ends build exactly; everything else is refused by name."""

from codesign.design.hardware import HardwareConfig, IoType
from codesign.design.layers import Activation, AnyLayer, Dense, Function, Softmax
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision, Rounding
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.firmware.hls_layers import exact_sum
from codesign.firmware.reuse import check_reuse_factors

_KINDS = (Dense.kind, Activation.kind, Softmax.kind)
_EXACT_BITS = 53
_FILES = {"defines", "parameters"}
_TABLE_BITS = 16


def check_design(network: QuantizedNetwork, hardware: HardwareConfig) -> None:
    """Refuse a design that hls4ml would not build exactly as it is written.

    Raises:
        UnsupportedLayerError: Naming the layer, what is unsupported, and the remedy.
        InvalidDesignError: Naming the option or name, and what is legal.
    """
    if hardware.io_type is not IoType.PARALLEL:
        msg = f"io_type {hardware.io_type} is not built by {hardware.backend}; use io_parallel"
        raise InvalidDesignError(msg)
    _check_names(network)
    _check_outputs(network)
    for layer in network.layers:
        if layer.kind not in _KINDS:
            msg = f"{layer.name}: a layer of kind {layer.kind!r} is not built; known are {_KINDS}"
            raise UnsupportedLayerError(msg)
        _check_one_input(layer)
        if isinstance(layer, Dense):
            _check_exact(f"{layer.name}: the kernel", layer.kernel.precision)
            _check_exact(f"{layer.name}: the bias", layer.bias.precision)
        elif isinstance(layer, Softmax):
            _check_softmax(layer)
        for source, target in _casts(layer, network.precision(layer.inputs[0])):
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
    if network.name in (tensor.name for tensor in network.inputs):
        msg = f"{network.name!r} names both the network and an input; rename one of them"
        raise InvalidDesignError(msg)


def _check_outputs(network: QuantizedNetwork) -> None:
    """Refuse outputs that are no ports of their own."""
    made = {layer.name for layer in network.layers}
    for name in network.outputs:
        readers = [layer.name for layer in network.layers if name in layer.inputs]
        if name not in made or readers or network.outputs.count(name) > 1:
            where = f"is also read by {readers[0]}" if readers else "is an input or named twice"
            msg = f"output {name!r} {where}; put a linear activation of its own in front of it"
            raise UnsupportedLayerError(msg)


def _check_one_input(layer: AnyLayer) -> None:
    if len(layer.inputs) != 1:
        msg = f"{layer.name}: reads {len(layer.inputs)} tensors; a {layer.kind} layer reads one"
        raise UnsupportedLayerError(msg)


def _check_softmax(layer: Softmax) -> None:
    """Refuse tables that do not fit block RAM or double precision."""
    if len(layer.shape) != 1:
        msg = f"{layer.name}: softmax over shape {layer.shape}; only one dimension is built"
        raise UnsupportedLayerError(msg)
    for what, address in (("differences", layer.difference), ("sums", layer.total)):
        if address.width > _TABLE_BITS:
            msg = (
                f"{layer.name}: the table of {what} has {address.width} address bits, "
                f"at most {_TABLE_BITS} are built; use a narrower format"
            )
            raise UnsupportedLayerError(msg)
    _check_exact(f"{layer.name}: the exponentials", layer.exponentials.precision)
    _check_exact(f"{layer.name}: the inverses", layer.inverses.precision)


def _check_exact(what: str, precision: Precision) -> None:
    if precision.width > _EXACT_BITS:
        msg = f"{what} of {precision} is wider than {_EXACT_BITS} bits, which hls4ml would round"
        raise UnsupportedLayerError(msg)


def _casts(layer: AnyLayer, data: Precision) -> tuple[tuple[Precision, Precision], ...]:
    """Return the steps of a layer in which bits can fall off: (exact format, target)."""
    match layer:
        case Dense():
            return ((layer.accumulator, layer.precision),)
        case Softmax():
            gap = Precision(width=data.width + 1, integer=data.integer + 1)
            total = exact_sum(layer.exponentials.precision, layer.shape[0])
            product = _product(layer.exponentials.precision, layer.inverses.precision)
            return ((gap, layer.difference), (total, layer.total), (product, layer.precision))
        case Activation(function=Function.HARD_SIGMOID):
            integer = max(data.integer, int(data.signed)) + 1
            width = integer + max(data.fraction + 1, 1)
            half = Precision(width=width, integer=integer, signed=data.signed)
            return ((half, layer.precision),)
        case Activation():
            return ((data, layer.precision),)


def _product(one: Precision, other: Precision) -> Precision:
    return Precision(
        width=one.width + other.width,
        integer=one.integer + other.integer,
        signed=one.signed or other.signed,
    )


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
