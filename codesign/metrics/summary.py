"""One row a layer: formats, multiplications, sparsity, cost in bit operations."""

from collections.abc import Sequence

from codesign.design.hardware import HardwareConfig
from codesign.design.layers import Activation, AnyLayer, Softmax, Weighted
from codesign.design.network import QuantizedNetwork
from codesign.design.results import LayerSummary
from codesign.metrics.bit_operations import layer_bops, layer_ebops, layer_multiplications


def summarize_layers(
    network: QuantizedNetwork, hardware: HardwareConfig
) -> tuple[LayerSummary, ...]:
    """Return one row a layer, in the order of the network."""
    return tuple(_summarize(network, layer, hardware) for layer in network.layers)


def kernel_sparsity(layers: Sequence[LayerSummary]) -> float:
    """Return the share of zeros among the weights of all kernels, 0 where there are none.

    Biases do not count; they are not pruned. A weight of a convolution counts as often as it is
    used.
    """
    weights = sum(layer.multiplications for layer in layers)
    zeros = sum(layer.sparsity * layer.multiplications for layer in layers)
    return zeros / weights if weights else 0.0


def _summarize(
    network: QuantizedNetwork, layer: AnyLayer, hardware: HardwareConfig
) -> LayerSummary:
    if isinstance(layer, Weighted):
        own = hardware.layer(layer.name)
        return LayerSummary(
            name=layer.name,
            kind=layer.kind,
            shape=layer.shape,
            weight=layer.kernel.precision,
            bias=layer.bias.precision,
            accumulator=layer.accumulator,
            output=layer.precision,
            multiplications=layer_multiplications(layer),
            sparsity=layer.kernel.sparsity,
            reuse_factor=own.reuse_factor or hardware.reuse_factor,
            strategy=(own.strategy or hardware.strategy).value,
            bops=layer_bops(network, layer),
            ebops=layer_ebops(network, layer),
        )
    return LayerSummary(
        name=layer.name,
        kind=layer.function.value if isinstance(layer, Activation) else layer.kind,
        shape=layer.shape,
        weight=None,
        bias=None,
        accumulator=layer.total if isinstance(layer, Softmax) else None,
        output=layer.precision,
        multiplications=0,
        sparsity=0.0,
        reuse_factor=0,
        strategy="",
        bops=0.0,
        ebops=0.0,
    )
