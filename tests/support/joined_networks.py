"""Random networks of every kind of layer side by side in one, so that one compilation tests many."""

import contextlib
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from layered_networks import layered_networks

from codesign.design.hardware import HardwareConfig
from codesign.design.network import QuantizedNetwork
from codesign.errors import CodesignError
from codesign.firmware import supports


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


def joined(networks, *, name="joined"):
    """Return independent networks as one; every tensor that nobody reads becomes an output."""
    inputs, layers, outputs = [], [], []
    for number, network in enumerate(networks):

        def new(old, number=number):
            return f"n{number}_{old}"

        read = {source for layer in network.layers for source in layer.inputs}
        nodes = (*network.inputs, *network.layers)
        unread = [node.name for node in nodes if node.name not in read]
        inputs += [replace(node, name=new(node.name)) for node in network.inputs]
        layers += [
            replace(layer, name=new(layer.name), inputs=tuple(map(new, layer.inputs)))
            for layer in network.layers
        ]
        outputs += map(new, dict.fromkeys((*network.outputs, *unread)))
    return QuantizedNetwork(
        name=name, inputs=tuple(inputs), layers=tuple(layers), outputs=tuple(outputs)
    )


def random_joined(hardware: HardwareConfig, *, networks, start):
    """Return random networks as one, without those that the hardware refuses by name."""
    kept = []
    for network in drawn(layered_networks(), examples=2 * networks, start=start):
        if len(kept) < networks:
            with contextlib.suppress(CodesignError):
                supports(joined([network]), hardware)
                kept.append(network)
    return joined(kept)


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
