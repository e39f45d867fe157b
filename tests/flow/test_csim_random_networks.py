"""Emulator and csim agree bit for bit on random networks.

Compiling takes most of the time, so several independent chains of layers share one input and one
project: each chain is a network of its own in all but the name.
"""

import contextlib
from math import prod
from pathlib import Path

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import Backend, Clock, HardwareConfig, LayerHardware, Strategy
from codesign.design.layers import Activation, AnyLayer, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.emulator import emulate_tensors
from codesign.errors import UnsupportedLayerError
from codesign.firmware import csim, generate, legal_reuse_factors, supports

pytestmark = pytest.mark.csim
EVENTS = 400


def _precision(rng: np.random.Generator, *, quantizer: bool) -> Precision:
    """Return a format of 1 to 12 bits whose binary point may lie outside of it."""
    signed = bool(rng.integers(2))
    width = int(rng.integers(2 if signed else 1, 13))
    integer = int(rng.integers(-1, width + 2)) if rng.random() < 0.2 else min(width, 3)
    modes = {}
    if quantizer:
        modes = {
            "rounding": list(Rounding)[rng.integers(len(Rounding))],
            "overflow": list(Overflow)[rng.integers(len(Overflow))],
        }
    return Precision(width=width, integer=integer, signed=signed, **modes)


def _constant(rng: np.random.Generator, shape: tuple[int, ...], pruned: float) -> Constant:
    precision = _precision(rng, quantizer=False)
    values = rng.integers(precision.min_hw, precision.max_hw + 1, shape)
    values[rng.random(shape) < pruned] = 0
    return Constant.of(values, precision)


def _dense(rng: np.random.Generator, name: str, source: str, inputs: int, data: Precision) -> Dense:
    outputs = int(rng.integers(1, 9))
    pruned = float(rng.uniform(0, 0.9))
    kernel = _constant(rng, (inputs, outputs), pruned)
    bias = _constant(rng, (outputs,), pruned)
    fraction = max(data.fraction + kernel.precision.fraction, bias.precision.fraction)
    integer = int(rng.integers(8, 24))  # at times too narrow: then every partial sum wraps
    width = max(integer + fraction, 2)
    return Dense(
        name=name,
        inputs=(source,),
        shape=(outputs,),
        precision=_precision(rng, quantizer=True),
        kernel=kernel,
        bias=bias,
        accumulator=Precision(width=width, integer=width - fraction),
    )


def _buildable_chain(rng: np.random.Generator, number: int, source: NetworkInput) -> list[AnyLayer]:
    """Return a chain without a step that rounds away more bits than there are."""
    while True:
        layers = _chain(rng, number, source)
        network = QuantizedNetwork(
            name="chain", inputs=(source,), layers=tuple(layers), outputs=(layers[-1].name,)
        )
        with contextlib.suppress(UnsupportedLayerError):
            supports(network, HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0)))
            return layers


def _chain(rng: np.random.Generator, number: int, source: NetworkInput) -> list[AnyLayer]:
    layers: list[AnyLayer] = []
    before: NetworkInput | AnyLayer = source
    for depth in range(int(rng.integers(1, 5))):
        name = f"dense_{number}_{depth}"
        dense = _dense(rng, name, before.name, prod(before.shape), before.precision)
        activation = Activation(
            name=f"act_{number}_{depth}",
            inputs=(dense.name,),
            shape=dense.shape,
            precision=_precision(rng, quantizer=True),
            function=list(Function)[rng.integers(len(Function))],
        )
        layers += [dense, activation]
        before = activation
    return layers


def _network(rng: np.random.Generator, number_of_chains: int) -> QuantizedNetwork:
    source = NetworkInput(
        name="x", shape=(int(rng.integers(1, 9)),), precision=_precision(rng, quantizer=True)
    )
    chains = [_buildable_chain(rng, number, source) for number in range(number_of_chains)]
    return QuantizedNetwork(
        name="random_network",
        inputs=(source,),
        layers=tuple(layer for chain in chains for layer in chain),
        outputs=tuple(chain[-1].name for chain in chains),
    )


def _hardware(rng: np.random.Generator, network: QuantizedNetwork) -> HardwareConfig:
    """Return a random strategy and legal reuse factor for each dense layer."""
    layers = []
    for layer in network.layers:
        if isinstance(layer, Dense):
            inputs, outputs = layer.kernel.values.shape
            strategy = list(Strategy)[rng.integers(len(Strategy))]
            legal = legal_reuse_factors(inputs=inputs, outputs=outputs, strategy=strategy)
            factor = legal[rng.integers(len(legal))]
            layers.append(LayerHardware(name=layer.name, reuse_factor=factor, strategy=strategy))
    return HardwareConfig(
        device="vu13p",
        clock=Clock(period_ns=5.0),
        backend=list(Backend)[rng.integers(len(Backend))],
        layers=tuple(layers),
    )


@pytest.mark.parametrize(
    ("seed", "chains"),
    [(0, 4), *(pytest.param(seed, 10, marks=pytest.mark.slow) for seed in range(1, 6))],
)
def test_emulator_and_csim_agree_on_every_tensor(seed: int, chains: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    network = _network(rng, chains)
    source = network.inputs[0]
    low, high = source.precision.min_hw, source.precision.max_hw
    inputs = rng.integers(low, high + 1, (EVENTS, *source.shape))

    project = generate(network, _hardware(rng, network), tmp_path / "project")
    found = csim(project, network, inputs, layers=True)

    expected = emulate_tensors(network, inputs)
    for name, values in found.items():
        np.testing.assert_array_equal(values, expected[name], err_msg=name)
