import time
from dataclasses import dataclass, replace

import numpy as np
import pytest
from estimated_networks import JET_WIDTHS, dense, hardware, mlp, network

from codesign.design.hardware import Backend, Clock, LayerHardware, Strategy
from codesign.design.layers import Layer, Reshape
from codesign.design.report import Evidence
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.estimate import estimate, find_profile
from codesign.estimate.kernel import read_kernel


def test_an_estimate_says_that_it_is_one_and_of_which_stage():
    for target in (Evidence.CSYNTH, Evidence.LOGIC_SYNTH):
        report = estimate(mlp(), hardware(), target=target)
        assert (report.evidence, report.target) == (Evidence.ESTIMATED, target)
        assert report.profile == find_profile(Backend.VITIS).name
        assert report.held_out


def test_the_total_is_the_sum_of_the_layers():
    report = estimate(mlp(), hardware())
    for name in ("lut", "ff", "dsp", "bram_18k"):
        total = sum(getattr(layer.usage, name).value for layer in report.layers)
        assert getattr(report.usage, name).value == total


def test_every_figure_lies_in_its_range():
    report = estimate(mlp(), hardware(strategy=Strategy.RESOURCE, reuse_factor=16))
    assert report.usage.lut.low < report.usage.lut.value < report.usage.lut.high


def test_logic_synthesis_leaves_less_look_up_tables_than_c_synthesis_reports():
    early, late = (
        estimate(mlp(), hardware(), target=target)
        for target in (Evidence.CSYNTH, Evidence.LOGIC_SYNTH)
    )
    assert late.usage.lut.value < early.usage.lut.value


def test_pruning_helps_strategy_latency_and_not_strategy_resource():
    dense_one = mlp(JET_WIDTHS)
    first = dense_one.layers[0]
    kernel = first.kernel.values.copy()
    kernel[::2] = 0
    pruned_layer = replace(first, kernel=replace(first.kernel, values=kernel))
    pruned = replace(dense_one, layers=(pruned_layer, *dense_one.layers[1:]))
    shared = hardware(strategy=Strategy.RESOURCE, reuse_factor=16)
    assert (
        estimate(pruned, hardware()).usage.lut.value
        < 0.9 * estimate(dense_one, hardware()).usage.lut.value
    )
    assert estimate(pruned, shared).usage == estimate(dense_one, shared).usage


def test_ten_bits_of_data_and_weights_need_no_dsp_block():
    wide = mlp((16, 32, 5))
    narrow = mlp((16, 32, 5), data="fixed<10,4>", weight="fixed<8,1>", spread=60)
    assert estimate(wide, hardware()).usage.dsp.value > 0
    assert estimate(narrow, hardware()).usage.dsp.value == 0


def test_strategy_resource_takes_a_cycle_a_use_and_is_as_fast_as_its_slowest_layer():
    layers = (LayerHardware(name="dense_0", reuse_factor=16),)
    built = hardware(strategy=Strategy.RESOURCE, reuse_factor=32, layers=layers)
    report = estimate(mlp((16, 64, 32)), built)
    assert [layer.initiation_interval.value for layer in report.layers] == [16, 1, 32]
    assert report.initiation_interval.value == 32
    assert report.latency_cycles.value == 1 + (16 + 1 + 1) + (32 + 1 + 1)


def test_a_cast_without_rounding_is_free_and_one_with_saturation_is_not():
    plain = network([dense(np.full((16, 4), 3), output="fixed<16,6>")], size=16)
    careful = network([dense(np.full((16, 4), 3), output="fixed<16,6,RND_CONV,SAT>")], size=16)
    free, paid = (estimate(each, hardware()).usage.lut.value for each in (plain, careful))
    assert 4 * 15 <= paid - free <= 4 * 54


def test_moving_data_is_free():
    layer = dense(np.full((16, 4), 3))
    moved = Reshape(name="moved", inputs=("dense",), shape=(2, 2), precision=layer.precision)
    report = estimate(network([layer, moved], size=16), hardware())
    assert report.layers[1].usage.lut.value == 0


def test_what_lies_outside_of_the_calibration_is_said():
    assert estimate(mlp((16, 32, 5)), hardware()).outside == ()
    slow = estimate(mlp((16, 32, 5)), hardware(clock=Clock(period_ns=25.0)))
    assert any("period in ns 25 is outside the calibrated 5 to 5" in text for text in slow.outside)
    old = estimate(mlp((16, 32, 5)), hardware(device="vx690t"))
    assert any("7-series parts were not calibrated" in text for text in old.outside)
    shared = estimate(mlp((32, 32)), hardware(strategy=Strategy.RESOURCE, reuse_factor=32))
    assert any("calibrated on Vivado HLS alone" in text for text in shared.outside)


def test_the_cliff_of_the_reuse_factor_is_explained():
    many = mlp((64, 64), weight="fixed<14,4>")
    built = hardware(backend=Backend.VIVADO, strategy=Strategy.RESOURCE, reuse_factor=256)
    over = estimate(many, built)
    assert "above twice the 64 inputs" in over.layers[0].notes[0]
    assert estimate(many, replace(built, reuse_factor=128)).layers[0].notes == ()


def test_a_kind_of_layer_without_a_model_is_refused_by_name():
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Sorted(Layer):
        kind = "sorted"

    layer = dense(np.full((16, 4), 3))
    strange = Sorted(name="order", inputs=("dense",), shape=(4,), precision=layer.precision)
    net = network([layer], size=16)
    object.__setattr__(net, "layers", (layer, strange))
    with pytest.raises(
        UnsupportedLayerError, match=r"order: there is no model .* 'sorted' costs; known are"
    ):
        estimate(net, hardware())


def test_an_illegal_reuse_factor_is_refused_with_the_nearest_legal_ones():
    built = hardware(strategy=Strategy.RESOURCE, reuse_factor=7)
    with pytest.raises(InvalidDesignError, match=r"dense_0: reuse_factor 7 .* legal: 4 and 8"):
        estimate(mlp(), built)


def test_placed_figures_are_not_estimated():
    with pytest.raises(InvalidDesignError, match=r"placed is not estimated; choose from csynth"):
        estimate(mlp(), hardware(), target=Evidence.PLACED)


def test_a_profile_of_another_tool_is_refused():
    with pytest.raises(InvalidDesignError, match=r"is for vivado, the design for vitis"):
        estimate(mlp(), hardware(), profile=find_profile(Backend.VIVADO))


def test_a_jet_network_takes_at_most_20_ms():
    net, found = mlp(JET_WIDTHS), []
    estimate(net, hardware())
    for _ in range(10):
        read_kernel.cache_clear()
        start = time.perf_counter()
        estimate(net, hardware())
        found.append(time.perf_counter() - start)
    assert min(found) <= 0.020


def test_a_reuse_factor_above_one_in_strategy_latency_bounds_the_multipliers():
    once, often = (estimate(mlp((32, 32)), hardware(reuse_factor=factor)) for factor in (1, 512))
    assert once.usage.dsp.value > 2 == often.usage.dsp.value
    assert often.latency_cycles.value > 100
    assert any("above 1 in strategy latency" in text for text in often.outside)


def test_reuse_factor_one_in_strategy_resource_is_said_to_be_borrowed():
    report = estimate(mlp((32, 32)), hardware(strategy=Strategy.RESOURCE))
    assert any("has the model of strategy latency" in text for text in report.outside)


def test_a_network_without_weights_costs_almost_nothing():
    report = estimate(network([dense(np.zeros((16, 4)))], size=16), hardware())
    assert report.usage.lut.value == report.usage.dsp.value == 0
