from dataclasses import replace

import numpy as np
import pytest
from estimated_networks import dense, hardware, mlp, network
from kind_networks import KINDS, Maker, joins, lookups, moves, pools, weighted

from codesign.design.hardware import IoType, LayerHardware, Strategy
from codesign.design.layers import (
    Activation,
    Conv,
    Dense,
    DepthwiseConv,
    Function,
    Merge,
    MergeFunction,
)
from codesign.design.report import Evidence
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.estimate import estimate, suggest_changes
from codesign.estimate.fits import check_fit
from codesign.estimate.what_if import with_reuse_factor
from codesign.firmware.hls.checks import check_design


def built(net, io_type, strategy, **options):
    """Return hardware in which every layer has the strategy that it can have."""
    layers = [layer for layer in net.layers if isinstance(layer, Dense | Conv | DepthwiseConv)]
    own = tuple(
        LayerHardware(
            name=layer.name,
            strategy=Strategy.LATENCY if isinstance(layer, DepthwiseConv) else strategy,
            reuse_factor=2 if strategy is Strategy.RESOURCE and is_even(layer) else 1,
        )
        for layer in layers
    )
    return hardware(io_type=io_type, layers=own, **options)


def is_even(layer):
    """Return whether reuse factor 2 is legal."""
    even = layer.kernel.values.size // layer.shape[-1] % 2 == 0
    return even and not isinstance(layer, DepthwiseConv)


def layer_of(report, name):
    return next(layer for layer in report.layers if layer.name == name)


def image(filters=4, *, name="images", side=8):
    """Return one convolution over an image with padding that keeps its size."""
    made = Maker((side, side, 2))
    same = {"strides": (1, 1), "padding": ((1, 1), (1, 1))}
    made.weighted(Conv, "conv", (3, 3, 2, filters), filters, **same)
    return made.network(name)


@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("io_type", IoType)
@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_what_the_back_end_builds_has_an_estimate(make, io_type, strategy):
    net = make()
    chosen = built(net, io_type, strategy)
    check_design(net, chosen)
    for target in (Evidence.CSYNTH, Evidence.LOGIC_SYNTH):
        report = estimate(net, chosen, target=target)
        assert [layer.name for layer in report.layers] == [layer.name for layer in net.layers]
        assert report.latency_cycles.value >= report.initiation_interval.value - 1 >= 0


@pytest.mark.parametrize("make", [joins, lookups, moves, pools])
def test_what_no_report_was_compared_with_is_flagged_and_has_a_wide_range(make):
    report = estimate(make(), hardware(io_type=IoType.STREAM))
    for layer in report.layers:
        assert any("was compared with six" in text for text in layer.outside), layer.name
    assert report.usage.lut.high > 1.5 * report.usage.lut.low


def test_both_refuse_strategy_resource_for_a_depthwise_convolution():
    net = weighted()
    chosen = hardware(strategy=Strategy.RESOURCE)
    for judge in (check_design, estimate):
        with pytest.raises(UnsupportedLayerError, match=r"depth: .* give this layer strategy"):
            judge(net, chosen)


def test_both_refuse_an_illegal_reuse_factor_of_a_convolution():
    own = (LayerHardware(name="conv", reuse_factor=5, strategy=Strategy.RESOURCE),)
    for judge in (check_design, estimate):
        with pytest.raises(InvalidDesignError, match=r"conv: reuse_factor 5 .* 3 and 6"):
            judge(image(), hardware(layers=own))


def test_a_layer_that_cannot_be_configured_is_refused():
    own = (LayerHardware(name="relu_0", reuse_factor=2),)
    with pytest.raises(InvalidDesignError, match=r"'relu_0' is no layer .* dense_0, dense_1"):
        estimate(mlp((16, 8, 5)), hardware(layers=own))


def test_every_pixel_has_its_own_matrix_where_all_are_made_at_once():
    once = estimate(image(), hardware(io_type=IoType.STREAM)).usage
    report = estimate(image(), hardware())
    assert report.usage.lut.value > 20 * once.lut.value
    assert "64 copies of a matrix of 72 weights" in report.layers[0].notes[0]


def test_dsp_blocks_of_pixels_at_once_are_those_of_one_times_the_pixels():
    wide = Maker((4, 4, 1), "fixed<12,8>")
    wide.weighted(Conv, "conv", (2, 2, 1, 3), 3, strides=(1, 1), padding=((0, 0), (0, 0)))
    layer = wide.layers[0]
    values = np.full(layer.kernel.values.shape, 2741)  # six signed digits
    precision = replace(layer.kernel.precision, width=13, integer=10)
    kernel = replace(layer.kernel, values=values, precision=precision)
    net = replace(wide.network("wide"), layers=(replace(layer, kernel=kernel),))
    in_turn = estimate(net, hardware(io_type=IoType.STREAM)).usage.dsp.value
    assert in_turn == 4
    assert estimate(net, hardware()).usage.dsp.value == 9 * in_turn


def test_a_stream_takes_a_cycle_a_pixel_of_the_padded_image():
    report = estimate(image(), hardware(io_type=IoType.STREAM))
    conv = layer_of(report, "conv")
    assert 10 * 10 + 3 <= conv.latency_cycles.value <= 10 * 10 + 12
    assert report.initiation_interval.value == conv.initiation_interval.value + 1


def test_a_shared_stream_takes_the_reuse_factor_and_ten_cycles_a_pixel():
    chosen = hardware(
        io_type=IoType.STREAM,
        layers=(LayerHardware(name="conv", reuse_factor=6, strategy=Strategy.RESOURCE),),
    )
    conv = layer_of(estimate(image(), chosen), "conv")
    assert conv.latency_cycles.value == 10 * 10 * (6 + 10)
    assert conv.latency_cycles.low == 10 * 10 * (6 + 9)


def test_a_larger_reuse_factor_makes_a_convolution_smaller_and_slower():
    def usage(factor):
        own = LayerHardware(name="conv", reuse_factor=factor, strategy=Strategy.RESOURCE)
        return estimate(image(), hardware(io_type=IoType.STREAM, layers=(own,)))

    small, large = usage(18), usage(2)
    assert small.usage.lut.value < large.usage.lut.value
    assert small.initiation_interval.value > large.initiation_interval.value


def test_line_buffers_take_a_shift_register_a_bit_and_row():
    narrow, wide = (
        estimate(image(side=side), hardware(io_type=IoType.STREAM), target=Evidence.LOGIC_SYNTH)
        for side in (8, 40)
    )
    # Two rows of two channels of 6 bits: one look-up table up to 32 pixels, two up to 64.
    difference = wide.layers[0].usage.lut.value - narrow.layers[0].usage.lut.value
    assert difference == 2 * 2 * 6


def test_layers_side_by_side_take_no_more_time_than_the_longest():
    layers = [dense(np.full((16, 4), 3), name=name) for name in ("first", "second")]
    joined = Merge(
        name="sum",
        inputs=("first", "second"),
        shape=(4,),
        precision=layers[0].precision,
        function=MergeFunction.ADD,
    )
    alone = estimate(network(layers[:1], size=16), hardware())
    both = estimate(network([*layers, joined], size=16), hardware())
    assert both.latency_cycles.value == alone.latency_cycles.value


def test_a_product_of_two_tensors_takes_a_dsp_block_from_eleven_bits_on():
    def blocks(text):
        made = Maker((3,), text)
        made.add(Merge, "square", ("x", "x"), "fixed<40,20>", function=MergeFunction.MULTIPLY)
        return estimate(made.network("net"), hardware()).usage.dsp.value

    assert [blocks(f"fixed<{width},4>") for width in (10, 11, 18, 20)] == [0, 3, 3, 6]


def test_a_score_costs_its_table_and_products():
    made = Maker((8,), "fixed<10,5>")
    made.add(Merge, "squared", ("x", "x"), "fixed<20,10>", function=MergeFunction.MULTIPLY)
    made.add(Merge, "terms", ("squared", "x"), "fixed<30,15>", function=MergeFunction.MULTIPLY)
    report = estimate(made.network("score"), hardware())
    assert layer_of(report, "squared").usage.dsp.value == 0
    assert layer_of(report, "terms").usage.dsp.value == 8
    assert all("no report of such a layer" in layer.outside[0] for layer in report.layers)


def test_a_network_that_reads_a_tensor_twice_copies_its_stream():
    def relu(*sources):
        made = Maker((4, 2))
        made.add(Activation, "first", function=Function.RELU)
        for number, source in enumerate(sources):
            made.add(Activation, f"reader_{number}", source, function=Function.RELU)
        report = estimate(made.network("net"), hardware(io_type=IoType.STREAM))
        return layer_of(report, "first").usage.ff.value

    assert relu("first", "first") > relu("first")


def test_what_ifs_and_suggestions_know_convolutions():
    net, chosen = image(), hardware(io_type=IoType.STREAM)
    changed = with_reuse_factor(net, chosen, 6)
    assert changed.layer("conv").reuse_factor == 6
    demand = check_fit(estimate(net, chosen), chosen.part).first_out
    texts = [change.text for change in suggest_changes(net, chosen, demand)]
    assert any(text.startswith("conv: ") for text in texts)
