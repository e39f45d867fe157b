"""Networks side by side in one, so that one compilation tests many, and hardware for them."""

import contextlib
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from layered_networks import layered_networks
from quantized_networks import networks as chains

from codesign.design.hardware import Backend, Clock, HardwareConfig, IoType, LayerHardware, Strategy
from codesign.design.layers import Conv, Dense, DepthwiseConv
from codesign.design.network import QuantizedNetwork
from codesign.design.reuse import legal_reuse_factors
from codesign.errors import UnsupportedLayerError
from codesign.firmware import supports

HLS = (Backend.VITIS, Backend.VIVADO)


def joined(networks, *, name="joined"):
    """Return independent networks as one; every tensor that nobody reads becomes an output."""
    inputs, layers, outputs = [], [], []
    for number, network in enumerate(networks):
        new = f"n{number}_".__add__
        read = {source for layer in network.layers for source in layer.inputs}
        nodes = (*network.inputs, *network.layers)
        unread = [node.name for node in nodes if node.name not in read]
        inputs += [replace(node, name=new(node.name)) for node in network.inputs]
        layers += [
            replace(layer, name=new(layer.name), inputs=tuple(map(new, layer.inputs)))
            for layer in network.layers
        ]
        outputs += map(new, [*network.outputs, *(n for n in unread if n not in network.outputs)])
    return QuantizedNetwork(
        name=name, inputs=tuple(inputs), layers=tuple(layers), outputs=tuple(outputs)
    )


def drawn(strategy, *, examples, start):
    """Return what a strategy draws, the same for the same start."""
    found = []

    @seed(start)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value):
        found.append(value)

    collect()
    return found


def random_joined(*, networks, start):
    """Return random networks as one, without those that are refused by name."""
    hardware = HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0))
    kept = []
    either = st.one_of(layered_networks(depth=8), layered_networks(wide=True), chains())
    for network in drawn(either, examples=3 * networks, start=start):
        if len(kept) < networks:
            with contextlib.suppress(UnsupportedLayerError):
                supports(joined([network]), hardware)
                kept.append(network)
    assert len(kept) == networks
    return joined(kept)


def random_hardware(rng, network, *, backend=None, io_type=IoType.PARALLEL):
    """Return a random strategy and legal reuse factor for each layer that has them."""
    layers = []
    for layer in network.layers:
        if isinstance(layer, Dense | Conv | DepthwiseConv):
            outputs = layer.shape[-1]
            strategies = list(Strategy)[: 1 if isinstance(layer, DepthwiseConv) else None]
            strategy = strategies[rng.integers(len(strategies))]
            inputs = layer.kernel.values.size // outputs
            legal = legal_reuse_factors(inputs=inputs, outputs=outputs, strategy=strategy)
            factor = legal[rng.integers(len(legal))]
            layers.append(LayerHardware(name=layer.name, reuse_factor=factor, strategy=strategy))
    return HardwareConfig(
        device="vu13p",
        clock=Clock(period_ns=5.0),
        backend=backend or HLS[rng.integers(len(HLS))],
        io_type=io_type,
        layers=tuple(layers),
    )


def whole_range(network, *, events, start=0):
    """Return random hardware integers over the range of each input, its two ends among them."""
    rng = np.random.default_rng(start)
    made = {}
    for tensor in network.inputs:
        low, high = tensor.precision.min_hw, tensor.precision.max_hw
        values = rng.integers(low, high + 1, (events, *tensor.shape))
        values[0], values[1] = low, high
        made[tensor.name] = values
    return made
