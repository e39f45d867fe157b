"""Refuse the reuse factors that a dense or convolutional layer cannot be built with.

A convolution multiplies, for each pixel, with one matrix as a dense layer does. hls4ml replaces an
illegal factor with at most a print; here it is an error.
"""

from codesign.design.hardware import HardwareConfig
from codesign.design.layers import Conv, Dense, DepthwiseConv
from codesign.design.network import QuantizedNetwork
from codesign.design.reuse import is_legal_reuse, neighboring_factors
from codesign.errors import InvalidDesignError
from codesign.firmware.hls.window import multiplications


def check_reuse_factors(network: QuantizedNetwork, hardware: HardwareConfig) -> None:
    """Refuse a reuse factor that a layer cannot have, and settings of layers that have none.

    Raises:
        InvalidDesignError: Naming the layer, the factor found and the nearest legal ones, or the
            layers that can be configured.
    """
    shared = [layer for layer in network.layers if isinstance(layer, Dense | Conv | DepthwiseConv)]
    _check_names(network, hardware, [layer.name for layer in shared])
    for layer in shared:
        inputs, outputs = multiplications(layer)
        own = hardware.layer(layer.name)
        factor, strategy = own.reuse_factor or 1, own.strategy or hardware.strategy
        if is_legal_reuse(inputs=inputs, outputs=outputs, factor=factor, strategy=strategy):
            continue
        found = neighboring_factors(
            inputs=inputs, outputs=outputs, factor=factor, strategy=strategy
        )
        nearest = " and ".join(map(str, found))
        verb = "values are" if len(found) > 1 else "value is"
        msg = (
            f"{layer.name}: reuse_factor {factor} {_reason(inputs, outputs, factor)}; "
            f"nearest legal {verb} {nearest}"
        )
        raise InvalidDesignError(msg)


def _check_names(network: QuantizedNetwork, hardware: HardwareConfig, shared: list[str]) -> None:
    known = ", ".join(shared) or "none"
    for own in hardware.layers:
        if own.name in shared:
            continue
        exists = any(own.name == layer.name for layer in network.layers)
        what = "has no multipliers to share" if exists else "is not a layer of the network"
        msg = f"hardware.layers: {own.name!r} {what}; layers that can be configured are {known}"
        raise InvalidDesignError(msg)


def _reason(inputs: int, outputs: int, factor: int) -> str:
    multiplications = f"{inputs}*{outputs} multiplications"
    if factor > inputs * outputs:
        return f"is above the {multiplications}"
    if inputs * outputs % factor:
        return f"does not divide {multiplications}"
    if factor > inputs:
        return f"is above {inputs} inputs and no multiple of them"
    return f"does not divide the {inputs} inputs of {multiplications}"
