"""Images pixel by pixel: every bit, every cycle, every refusal."""

from math import prod

import numpy as np
import pytest
from kind_networks import Maker
from qkeras_reference import assert_exact

from codesign.design.hardware import (
    Backend,
    Clock,
    HardwareConfig,
    IoType,
    LayerHardware,
    Multipliers,
    RtlLanguage,
    RtlOptions,
    Strategy,
)
from codesign.design.layers import (
    Activation,
    Conv,
    Dense,
    DepthwiseConv,
    Function,
    Merge,
    MergeFunction,
    Pool,
    PoolFunction,
    Reshape,
)
from codesign.design.plan import LayerQuantization, ModelPlan, QuantizationPlan
from codesign.design.precision import Precision
from codesign.emulator import emulate
from codesign.errors import InvalidDesignError, ToolNotFoundError, UnsupportedLayerError
from codesign.firmware import generate, supports
from codesign.toolchain.simulators import find_icarus
from codesign.validation.rtl import Pattern, SimulationOptions, Simulator, read_design, simulate

ICARUS = SimulationOptions(simulator=Simulator.ICARUS)
VALID = {"padding": ((0, 0), (0, 0))}
QUANTIZATION = QuantizationPlan(
    input=Precision.from_text("fixed<8,3>"),
    layers=(
        LayerQuantization(
            name="*",
            weight=Precision.from_text("fixed<6,1>"),
            bias=Precision.from_text("fixed<6,2>"),
            activation=Precision.from_text("ufixed<6,2>"),
        ),
    ),
)


def _hardware(factor=1, **options):
    return HardwareConfig(
        device="vu9p",
        clock=Clock(period_ns=5.0),
        backend=Backend.RTL,
        io_type=IoType.STREAM,
        reuse_factor=factor,
        **options,
    )


def _network(shape=(6, 5, 2), *, vector=False, strides=(1, 1), pool=PoolFunction.MAX):
    """Return a convolution, a pooling, and two dense layers; the image whole or pixel by pixel."""
    made = Maker((prod(shape),) if vector else shape)
    if vector:
        made.add(Reshape, "image", shape=shape)
    made.weighted(
        Conv,
        "conv",
        (3, 2, shape[-1], 3),
        3,
        inputs="image" if vector else "x",
        strides=strides,
        **VALID,
    )
    made.add(Activation, "relu", "conv", "ufixed<5,2,RND,SAT>", function=Function.RELU)
    window = {"size": (2, 2), "strides": (2, 2), **VALID}
    made.add(Pool, "pool", "relu", "ufixed<5,2,RND,SAT>", function=pool, **window)
    values = prod(made.layers[-1].shape)
    made.add(Reshape, "flat", "pool", "ufixed<5,2>", shape=(values,))
    made.weighted(Dense, "hidden", (values, 4), 4, inputs="flat")
    made.add(Activation, "relu_2", "hidden", "ufixed<4,2,RND,SAT>", function=Function.RELU)
    made.weighted(Dense, "logits", (4, 2), 2, inputs="relu_2")
    return made.network("streamed")


def _check(network, hardware, folder, *, events=6, others=()):
    try:
        find_icarus()
    except ToolNotFoundError as error:
        pytest.skip(str(error))
    project = generate(network, hardware, folder)
    node = network.inputs[0]
    low, high = node.precision.min_hw, node.precision.max_hw
    shape = (events, *node.shape)
    given = np.random.default_rng(0).integers(low, high, shape, endpoint=True)
    given[0], given[1] = low, high
    expected = emulate(network, given)
    for pattern in (*others, Pattern.BACK_TO_BACK):
        found = simulate(project, network, given, pattern=pattern, options=ICARUS)
        output = found.outputs[network.outputs[0]]
        np.testing.assert_array_equal(output, expected[found.events])
    return found, read_design(project)


@pytest.mark.parametrize("vector", [False, True])
@pytest.mark.parametrize("factor", [1, 3, 4])
def test_the_slowest_layer_sets_the_pace(tmp_path, factor, vector):
    network = _network(vector=vector)

    others = (Pattern.GAPPED, Pattern.RESET_IN_FLIGHT)
    found, design = _check(network, _hardware(factor), tmp_path / "project", others=others)

    assert found.initiation_interval == 30 * factor
    assert design.inputs[0].beats == (1 if vector else 30)


def test_strides_give_the_layers_behind_them_time(tmp_path):
    layers = (LayerHardware(name="conv", reuse_factor=2),)
    network = _network((9, 8, 1), strides=(2, 2), pool=PoolFunction.AVERAGE)

    found, _ = _check(network, _hardware(layers=layers), tmp_path / "project")

    assert found.initiation_interval == 72


@pytest.mark.parametrize("multipliers", [Multipliers.DSP, Multipliers.FABRIC])
def test_products_are_made_of_what_is_asked_for(tmp_path, multipliers):
    rtl = RtlOptions(multipliers=multipliers)
    hardware = _hardware(strategy=Strategy.RESOURCE, rtl=rtl)

    _check(_network(), hardware, tmp_path / "project")


def test_a_line_is_an_image_of_height_one(tmp_path):
    made = Maker((9, 2))
    made.weighted(Conv, "conv", (3, 2, 4), 4, strides=(1,), padding=((0, 0),))
    made.weighted(Dense, "points", (4, 3), 3, inputs="conv")
    options = {"size": (3,), "strides": (2,), "padding": ((0, 0),)}
    made.add(Pool, "pool", "points", function=PoolFunction.MAX, **options)
    made.add(Reshape, "flat", "pool", "fixed<5,3,RND,SAT>", shape=(9,))
    made.weighted(Dense, "logits", (9, 2), 2, inputs="flat")

    _check(made.network("lines"), _hardware(2), tmp_path / "project")


@pytest.mark.keras
@pytest.mark.slow
def test_the_calorimeter_network_of_the_zoo_is_bit_exact(tmp_path):
    from codesign.models import build_model

    plan = ModelPlan(builder="calo_cnn", widths=(2, 3, 8))
    model = build_model(plan, QUANTIZATION, inputs=14 * 14, outputs=5)
    network = assert_exact(model, spread=0.5)

    found, _ = _check(network, _hardware(2), tmp_path / "project", events=4)

    assert found.initiation_interval == 2 * 14 * 14


def test_padding_is_refused():
    made = Maker((5, 4, 2))
    made.weighted(Conv, "conv", (3, 3, 2, 2), 2, strides=(1, 1), padding=((1, 1), (1, 1)))
    made.add(Reshape, "flat", "conv", shape=(40,))

    with pytest.raises(UnsupportedLayerError, match=r"conv: padding \(\(1, 1\), .* io_parallel"):
        supports(made.network("padded"), _hardware())


def test_branches_of_images_are_refused():
    made = Maker((4, 4, 2))
    made.weighted(Conv, "conv", (1, 1, 2, 2), 2, strides=(1, 1), **VALID)
    made.add(Merge, "skip", ("conv", "x"), function=MergeFunction.ADD)
    made.add(Reshape, "flat", "skip", shape=(32,))

    with pytest.raises(UnsupportedLayerError, match=r"conv: .* is read by skip too; images"):
        supports(made.network("branched"), _hardware())


def test_layers_that_are_not_streamed_are_refused_by_name():
    made = Maker((5, 4, 2))
    made.weighted(DepthwiseConv, "depth", (3, 2, 2, 1), 2, strides=(1, 1), **VALID)
    made.add(Reshape, "flat", "depth", shape=(18,))

    with pytest.raises(UnsupportedLayerError, match=r"depth: a depthwise_conv layer from shape"):
        supports(made.network("depthwise"), _hardware())


def test_an_output_that_is_an_image_is_refused():
    made = Maker((5, 4, 2))
    made.weighted(Conv, "conv", (3, 3, 2, 2), 2, strides=(1, 1), **VALID)

    with pytest.raises(UnsupportedLayerError, match=r"conv: an output of shape \(3, 2, 2\)"):
        supports(made.network("image"), _hardware())


def test_an_image_whose_last_pixel_is_not_read_is_refused():
    network = _network((7, 5, 2))

    with pytest.raises(UnsupportedLayerError, match=r"x: the last pixel of \(7, 5, 2\) is in no"):
        supports(network, _hardware())


def test_vhdl_is_refused():
    hardware = _hardware(rtl=RtlOptions(language=RtlLanguage.VHDL))

    with pytest.raises(InvalidDesignError, match=r"io_stream is written in Verilog, found"):
        supports(_network(), hardware)
