"""Which layers share a module of RTL, and which of them share multipliers."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from codesign.design.hardware import HardwareConfig, IoType, Strategy
from codesign.design.intervals import Interval
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Conv,
    Dense,
    DepthwiseConv,
    Reshape,
    Steps,
    Table,
)
from codesign.design.network import QuantizedNetwork
from codesign.errors import UnsupportedLayerError
from codesign.estimate.reuse import check_factor
from codesign.estimate.rtl_counts import needed_bits, sum_widths
from codesign.estimate.rtl_engine import EngineCounts, engine_counts, takes_dsp


def rtl_groups(network: QuantizedNetwork) -> tuple[tuple[AnyLayer, ...], ...]:
    """Return the layers of each module: one that mixes elements, and element-wise ones behind it.

    An element-wise layer joins if it alone reads what comes before, and no output does.
    """
    readers = Counter(name for layer in network.layers for name in layer.inputs)
    groups: dict[str, list[AnyLayer]] = {}
    for layer in network.layers:
        source = layer.inputs[0]
        joins = isinstance(layer, Activation | Steps | Table | Reshape)
        alone = readers[source] == 1 and source not in network.outputs
        group = groups.pop(source, None) if joins and alone else None
        groups[layer.name] = [*(group or []), layer]
    order = {layer.name: place for place, layer in enumerate(network.layers)}
    found = sorted(groups.values(), key=lambda group: order[group[0].name])
    return tuple(tuple(group) for group in found)


def is_engine(layer: AnyLayer, hardware: HardwareConfig) -> bool:
    """Return whether a layer shares its multipliers over time."""
    own = hardware.layer(layer.name)
    shares = own.strategy is Strategy.RESOURCE or (own.reuse_factor or 1) > 1
    return isinstance(layer, Dense | Conv | DepthwiseConv) and shares


def engine(
    network: QuantizedNetwork,
    layers: Sequence[AnyLayer],
    hardware: HardwareConfig,
    bounds: Mapping[str, Interval],
) -> EngineCounts:
    """Return the counts of the engine of a module's layers.

    Args:
        network: The network.
        layers: Of the module.
        hardware: How it is built.
        bounds: Of every tensor.

    Raises:
        UnsupportedLayerError: If there is no engine of such a layer.
        InvalidDesignError: If its reuse factor is not legal, with the nearest that are.
    """
    first = layers[0]
    if not isinstance(first, Dense | Conv) or hardware.io_type is IoType.STREAM:
        msg = (
            f"{first.name}: there is no model of a {first.kind} layer that shares multipliers; "
            "give it reuse_factor 1 and strategy latency"
        )
        raise UnsupportedLayerError(msg)
    own = hardware.layer(first.name)
    columns = first.kernel.values.shape[-1]
    check_factor(
        first.name,
        inputs=first.kernel.values.size // columns,
        outputs=columns,
        factor=own.reuse_factor or 1,
        strategy=own.strategy or Strategy.LATENCY,
    )
    data = network.precision(first.inputs[0])
    source = bounds[first.inputs[0]]
    needed = needed_bits(source).reshape(-1, source.low.shape[-1])
    weight = first.kernel.precision.width
    return engine_counts(
        first,
        # a position of a convolution sees any element of a channel
        widths=np.resize(needed.max(axis=0), first.kernel.values.size // columns),
        sum_width=int(sum_widths(first, data, source).max()),
        input_bits=int(needed.sum()),
        reuse_factor=own.reuse_factor or 1,
        dsp=takes_dsp(hardware.rtl.multipliers, data.width, weight),
    )
