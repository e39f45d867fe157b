"""Layers that share multipliers: every bit, every cycle, every refusal."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kind_networks import Maker
from quantized_networks import network_inputs, networks

from codesign.design.hardware import (
    Backend,
    Clock,
    HardwareConfig,
    LayerHardware,
    Multipliers,
    RtlLanguage,
    RtlOptions,
    Strategy,
)
from codesign.design.layers import Activation, Conv, Dense, DepthwiseConv, Function, Reshape
from codesign.emulator import emulate
from codesign.errors import InvalidDesignError, ToolNotFoundError, UnsupportedLayerError
from codesign.firmware import generate
from codesign.firmware.rtl.engine import engine_layers, engine_module, engine_supports
from codesign.toolchain.simulators import find_icarus
from codesign.validation.rtl import Pattern, SimulationOptions, Simulator, simulate

ICARUS = SimulationOptions(simulator=Simulator.ICARUS)
OTHERS = (Pattern.GAPPED, Pattern.RESET_IN_FLIGHT)
MULTIPLIERS = (Multipliers.DSP, Multipliers.FABRIC)


def _needs_icarus():
    try:
        find_icarus()
    except ToolNotFoundError as error:
        pytest.skip(str(error))


def _hardware(factor, *, strategy=Strategy.LATENCY, multipliers=Multipliers.AUTO, layers=()):
    return HardwareConfig(
        device="vu9p",
        clock=Clock(period_ns=5.0),
        backend=Backend.RTL,
        strategy=strategy,
        reuse_factor=factor,
        layers=layers,
        rtl=RtlOptions(multipliers=multipliers),
    )


def _strategy(factor):
    """Return the strategy that makes an engine of a layer."""
    return Strategy.LATENCY if factor > 1 else Strategy.RESOURCE


def _two_layers():
    """Return 6-8-4 with a ReLU that saturates and outputs that wrap."""
    made = Maker((6,))
    made.weighted(Dense, "hidden", (6, 8), 8, precision="fixed<9,6,RND_CONV,SAT>")
    made.add(Activation, "relu", "hidden", "ufixed<5,2,RND,SAT>", function=Function.RELU)
    made.weighted(Dense, "logits", (8, 4), 4, inputs="relu", precision="fixed<5,3>")
    return made.network("two_layers")


def _events(network, count=40, seed=0):
    rng = np.random.default_rng(seed)
    node = network.inputs[0]
    low, high = node.precision.min_hw, node.precision.max_hw
    found = rng.integers(low, high, (count, *node.shape), endpoint=True)
    found[0], found[1] = low, high
    return found


def _check(network, hardware, events, folder, others=()):
    _needs_icarus()
    project = generate(network, hardware, folder)
    expected = emulate(network, events)
    for pattern in (*others, Pattern.BACK_TO_BACK):
        found = simulate(project, network, events, pattern=pattern, options=ICARUS)
        output = found.outputs[network.outputs[0]]
        np.testing.assert_array_equal(output, expected[found.events])
    return found


@pytest.mark.parametrize("multipliers", MULTIPLIERS)
@pytest.mark.parametrize("factor", [1, 2, 4, 8, 16, 32])
def test_layers_follow_each_other_every_reuse_factor_cycles(tmp_path, factor, multipliers):
    network = _two_layers()
    hardware = _hardware(factor, strategy=_strategy(factor), multipliers=multipliers)

    found = _check(network, hardware, _events(network), tmp_path / "project", OTHERS)

    assert found.initiation_interval == factor


@pytest.mark.parametrize("factor", [3, 5, 7, 11, 31])
def test_a_factor_that_does_not_divide_is_a_bound_with_strategy_latency(tmp_path, factor):
    network = _two_layers()

    found = _check(network, _hardware(factor), _events(network), tmp_path / "project")

    assert found.initiation_interval == factor


def test_an_engine_follows_and_feeds_an_adder_graph(tmp_path):
    network = _two_layers()
    for name in ("hidden", "logits"):
        hardware = _hardware(1, layers=(LayerHardware(name=name, reuse_factor=8),))

        found = _check(network, hardware, _events(network), tmp_path / name)

        assert found.initiation_interval == 8


@pytest.mark.parametrize("multipliers", MULTIPLIERS)
@pytest.mark.parametrize("factor", [1, 2, 6])
def test_positions_have_multipliers_of_their_own(tmp_path, factor, multipliers):
    made = Maker((5, 4, 2))
    strides, padding = (2, 1), ((1, 0), (1, 1))
    made.weighted(Conv, "conv", (3, 2, 2, 3), 3, strides=strides, padding=padding)
    made.add(Activation, "relu", "conv", "ufixed<4,2,RND,SAT>", function=Function.RELU)
    made.weighted(Dense, "points", (3, 2), 2, inputs="relu")
    made.add(Reshape, "flat", "points", "fixed<5,2,RND,SAT>", shape=(20,))
    network = made.network("image")
    hardware = _hardware(factor, strategy=_strategy(factor), multipliers=multipliers)

    _check(network, hardware, _events(network, 12), tmp_path / "project")


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_random_networks_are_bit_exact(tmp_path_factory, data):
    _needs_icarus()
    network = data.draw(networks(wide=data.draw(st.booleans())))
    smallest = min(one.kernel.values.size for one in network.layers if isinstance(one, Dense))
    hardware = _hardware(
        factor := data.draw(st.integers(1, smallest)),
        strategy=_strategy(factor),
        multipliers=data.draw(st.sampled_from(Multipliers)),
    )
    first = network.layers[0]
    layers = engine_layers(network, first)
    alone = replace(network, layers=layers, outputs=(layers[-1].name,))
    events = data.draw(network_inputs(alone, events=12))

    found = _check(
        alone,
        hardware,
        events,
        tmp_path_factory.mktemp("random") / "project",
        others=(data.draw(st.sampled_from(OTHERS)),),
    )

    assert found.initiation_interval == factor


@pytest.mark.parametrize("factor", [1, 2, 4, 8, 16, 48])
def test_the_multipliers_are_the_products_over_the_reuse_factor(factor):
    network = _dense_only()
    hardware = _hardware(factor, multipliers=Multipliers.DSP)

    module = _module(network, hardware)

    assert module.text.count("dense_mul_dsp #(") == 1 + 48 // factor
    assert (module.reuse_factor, module.initiation_interval) == (factor, factor)
    assert module.multiplications == 48


def test_multipliers_whose_weights_are_all_zero_vanish():
    network = _dense_only()
    dense = network.layers[0]
    kernel = dense.kernel.values.copy()
    kernel[2] = 0
    pruned = replace(dense, kernel=replace(dense.kernel, values=kernel))

    module = _module(replace(network, layers=(pruned,)), _hardware(8, multipliers=Multipliers.DSP))

    assert module.text.count("dense_mul_dsp #(") == 1 + 5
    assert module.multiplications == 40


def test_look_up_tables_hold_no_product():
    module = _module(_dense_only(), _hardware(4, multipliers=Multipliers.FABRIC))

    assert "use_dsp" not in module.text
    assert " * " not in module.text


def test_equal_designs_have_equal_text():
    assert _module(_dense_only(), _hardware(4)) == _module(_dense_only(), _hardware(4))


def test_a_factor_that_cannot_be_shared_is_refused():
    network = _dense_only()

    with pytest.raises(
        InvalidDesignError,
        match=r"dense: reuse_factor 5 does not share the 6\*8 multiplications .* 3 and 6",
    ):
        engine_supports(network, network.layers, _hardware(5, strategy=Strategy.RESOURCE))
    with pytest.raises(InvalidDesignError, match=r"reuse_factor 49 is above the 6\*8 mult.* 48$"):
        engine_supports(network, network.layers, _hardware(49))


def test_what_does_not_share_multipliers_is_refused_by_name():
    made = Maker((6, 2))
    made.weighted(DepthwiseConv, "depth", (3, 2, 1), 2, strides=(1,), padding=((0, 0),))
    network = made.network("depthwise")

    with pytest.raises(UnsupportedLayerError, match=r"depth: a depthwise_conv layer does not"):
        engine_supports(network, network.layers, _hardware(2))
    with pytest.raises(UnsupportedLayerError, match=r"logits: a dense layer does not join"):
        engine_supports(_two_layers(), _two_layers().layers, _hardware(2))


def test_vhdl_is_refused():
    network = _dense_only()
    hardware = replace(_hardware(2), rtl=RtlOptions(language=RtlLanguage.VHDL))

    with pytest.raises(InvalidDesignError, match=r"written in Verilog, found rtl.language vhdl"):
        engine_supports(network, network.layers, hardware)


def _dense_only():
    """Return a dense layer without a weight that is 0."""
    made = Maker((6,))
    made.weighted(Dense, "dense", (6, 8), 8)
    network = made.network("only")
    dense = network.layers[0]
    kernel = np.where(dense.kernel.values == 0, 3, dense.kernel.values)
    layer = replace(dense, kernel=replace(dense.kernel, values=kernel))
    return replace(network, layers=(layer,))


def _module(network, hardware):
    return engine_module(network, network.layers, hardware, name="dense")
