"""Which reuse factors a dense or convolutional layer can be built with.

A convolution multiplies, for each pixel, with one matrix as a dense layer does.

Source: hls4ml 1.3.0, ``backends/fpga/fpga_backend.py``, ``_validate_reuse_factor`` (strategy
resource) and ``backends/vivado/passes/core_templates.py`` (strategy latency, where the reuse
factor bounds the number of multipliers). hls4ml replaces an illegal factor with at most a print;
here it is an error.
"""

from codesign.design.hardware import HardwareConfig, Strategy
from codesign.design.layers import Conv, Dense, DepthwiseConv
from codesign.design.network import QuantizedNetwork
from codesign.errors import InvalidDesignError
from codesign.firmware.hls_window import multiplications


def legal_reuse_factors(*, inputs: int, outputs: int, strategy: Strategy) -> tuple[int, ...]:
    """Return the reuse factors that a layer can have, in ascending order.

    Args:
        inputs: Inputs of its matrix: of a convolution the window size times the channels.
        outputs: Outputs of its matrix: of a convolution the filters.
        strategy: How its multipliers are shared.

    Examples:
        >>> legal_reuse_factors(inputs=16, outputs=5, strategy=Strategy.RESOURCE)
        (1, 2, 4, 8, 16, 80)
    """
    factors = range(1, inputs * outputs + 1)
    return tuple(factor for factor in factors if _is_legal(inputs, outputs, factor, strategy))


def _is_legal(inputs: int, outputs: int, factor: int, strategy: Strategy) -> bool:
    multiplications = inputs * outputs
    if strategy is Strategy.LATENCY:
        return factor <= multiplications
    if multiplications % factor:
        return False
    if factor >= inputs:
        return factor % inputs == 0
    return -(-multiplications // factor) % outputs == 0


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
        if _is_legal(inputs, outputs, factor, strategy):
            continue
        legal = legal_reuse_factors(inputs=inputs, outputs=outputs, strategy=strategy)
        below = [str(other) for other in legal if other < factor][-1:]
        above = [str(other) for other in legal if other > factor][:1]
        nearest = " and ".join(below + above)
        verb = "values are" if below and above else "value is"
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
