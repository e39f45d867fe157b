from math import isfinite

import pytest
from estimated_networks import hardware
from hypothesis import given, settings
from hypothesis import strategies as st
from layered_networks import layered_networks
from quantized_networks import networks, softmax_networks

from codesign.design.codec import from_json, to_json
from codesign.design.hardware import Backend, IoType, Strategy
from codesign.design.layers import Dense, Softmax
from codesign.design.report import Evidence, HardwareReport
from codesign.design.reuse import legal_reuse_factors
from codesign.errors import UnsupportedLayerError
from codesign.estimate import estimate
from codesign.estimate.what_if import with_reuse_factor

targets = st.sampled_from((Evidence.CSYNTH, Evidence.LOGIC_SYNTH))
hls = st.sampled_from((Backend.VITIS, Backend.VIVADO))


@given(st.one_of(networks(), softmax_networks()), targets, hls)
def test_any_dense_network_has_a_finite_cost_and_survives_json(network, target, backend):
    report = estimate(network, hardware(backend=backend), target=target)
    figures = [*(getattr(report.usage, name) for name in ("lut", "ff", "dsp", "bram_18k"))]
    assert all(isfinite(figure.high) for figure in (*figures, report.latency_cycles))
    assert from_json(HardwareReport, to_json(report), place="test") == report


@given(networks(), st.sampled_from((Evidence.LOGIC_SYNTH, Evidence.PLACED)))
@settings(max_examples=30, deadline=None)
def test_any_dense_network_has_a_finite_cost_as_rtl_or_is_refused_by_name(network, target):
    refused = [layer.name for layer in network.layers if isinstance(layer, Softmax)]
    if refused:
        with pytest.raises(UnsupportedLayerError, match=rf"{refused[0]}: there is no model"):
            estimate(network, hardware(backend=Backend.RTL), target=target)
        return
    report = estimate(network, hardware(backend=Backend.RTL), target=target)
    figures = (report.usage.lut, report.usage.ff, report.latency_cycles)
    assert all(isfinite(figure.high) for figure in figures)
    assert report.latency_cycles.low >= 1
    assert report.initiation_interval.value == 1
    assert from_json(HardwareReport, to_json(report), place="test") == report


@given(networks(), st.integers(1, 40), st.sampled_from(Strategy))
def test_the_nearest_legal_reuse_factors_can_always_be_estimated(network, factor, strategy):
    built = with_reuse_factor(network, hardware(strategy=strategy), factor)
    report = estimate(network, built)
    for layer, cost in zip(network.layers, report.layers, strict=True):
        if isinstance(layer, Dense):
            inputs, outputs = layer.kernel.values.shape
            sizes = {"inputs": inputs, "outputs": outputs}
            assert cost.reuse_factor in legal_reuse_factors(**sizes, strategy=strategy)


@given(layered_networks(), st.sampled_from(IoType), targets)
@settings(deadline=None)
def test_any_network_has_a_finite_cost_with_and_without_streams(network, io_type, target):
    report = estimate(network, hardware(io_type=io_type), target=target)
    assert [layer.name for layer in report.layers] == [layer.name for layer in network.layers]
    usages = [report.usage, *(layer.usage for layer in report.layers)]
    for name in ("lut", "ff", "dsp", "bram_18k"):
        figures = [getattr(usage, name) for usage in usages]
        assert all(isfinite(figure.high) for figure in figures)
        assert figures[0].value == sum(figure.value for figure in figures[1:])
    assert report.latency_cycles.low >= 1
    assert report.initiation_interval.low >= 1
    assert from_json(HardwareReport, to_json(report), place="test") == report


@given(networks(), st.integers(2, 40))
def test_more_reuse_never_takes_more_dsp_blocks(network, factor):
    once = estimate(network, with_reuse_factor(network, hardware(), 1))
    again = estimate(network, with_reuse_factor(network, hardware(), factor))
    assert again.usage.dsp.value <= once.usage.dsp.value
