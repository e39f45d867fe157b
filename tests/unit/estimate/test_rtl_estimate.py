from dataclasses import replace

import numpy as np
import pytest
from estimated_networks import dense, hardware, mlp, network

from codesign.design.hardware import Backend, Clock, IoType, LayerHardware, Multipliers, Strategy
from codesign.design.report import Evidence
from codesign.design.rtl import RtlDesign, RtlModule
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.estimate import estimate, estimate_rtl, find_profile
from codesign.firmware.rtl.compose import compose
from codesign.firmware.rtl.header import Header

WIDTHS = (10, 12, 4)
DATA, WEIGHT = "fixed<8,3>", "fixed<6,1>"


def small():
    return mlp(WIDTHS, data=DATA, weight=WEIGHT, spread=8.0)


def rtl(**options):
    return hardware(device="vu13p", backend=Backend.RTL, **options)


def designed(net, built):
    """Return the design that the RTL back end makes, without writing it."""
    header = Header(network=net, network_digest="0" * 64, versions=(), comment="//")
    schedule = compose(net, built, header)
    modules = [
        RtlModule(
            name=placed.module.name,
            layers=placed.module.layers,
            kind=placed.module.kind,
            reuse_factor=placed.module.reuse_factor,
            cost=placed.module.cost,
            registers=placed.module.registers,
            latency_cycles=placed.module.latency_cycles,
            initiation_interval=placed.module.initiation_interval,
        )
        for placed in schedule.placed
    ]
    return RtlDesign(
        top=net.name,
        language=built.rtl.language,
        sources=(),
        inputs=(),
        outputs=(),
        modules=tuple(modules),
        period_ns=built.clock.period_ns,
        latency_cycles=schedule.latency_cycles,
        initiation_interval=schedule.initiation_interval,
    )


def test_an_estimate_of_rtl_says_its_stage_tool_profile_and_error():
    for target, tool in ((Evidence.LOGIC_SYNTH, "Yosys"), (Evidence.PLACED, "Vivado")):
        report = estimate(small(), rtl(), target=target)
        assert (report.evidence, report.target) == (Evidence.ESTIMATED, target)
        assert (report.tool, report.profile) == (tool, find_profile(Backend.RTL).name)
        assert report.held_out
        assert report.usage.lut.low < report.usage.lut.value < report.usage.lut.high


def test_latency_and_interval_of_a_design_are_those_of_its_schedule():
    net, built = small(), rtl(clock=Clock(period_ns=2.0))
    design = designed(net, built)
    report = estimate_rtl(design, net, built)
    assert report.latency_cycles.low == report.latency_cycles.high == design.latency_cycles
    assert report.initiation_interval.value == design.initiation_interval == 1


def test_what_the_network_lets_expect_is_close_to_what_the_schedule_says():
    net, built = small(), rtl()
    known = estimate_rtl(designed(net, built), net, built)
    expected = estimate(net, built, target=Evidence.LOGIC_SYNTH)
    assert expected.usage.lut.low <= known.usage.lut.value <= expected.usage.lut.high
    assert expected.usage.lut.value == pytest.approx(known.usage.lut.value, rel=0.25)
    assert expected.latency_cycles.low <= known.latency_cycles.value


def test_engines_have_the_multipliers_latency_and_interval_that_are_built():
    net = small()
    for factor, kind in ((2, Multipliers.DSP), (5, Multipliers.DSP), (10, Multipliers.FABRIC)):
        own = LayerHardware(name="dense_0", reuse_factor=factor, strategy=Strategy.RESOURCE)
        built = rtl(layers=(own,))
        built = replace(built, rtl=replace(built.rtl, multipliers=kind))
        design = designed(net, built)
        module = next(module for module in design.modules if module.kind == "engine")
        report = estimate(net, built, target=Evidence.LOGIC_SYNTH)
        layer = report.layers[0]
        assert layer.latency_cycles.value == module.latency_cycles
        assert report.initiation_interval.value == module.initiation_interval == factor
        expected = {Multipliers.DSP: 120 // factor, Multipliers.FABRIC: 0}[kind]
        assert report.usage.dsp.value == expected


def test_zeros_and_fewer_digits_cost_less():
    rng = np.random.default_rng(3)
    full = rng.integers(-31, 32, (16, 16))
    pruned = np.where(rng.random(full.shape) < 0.7, 0, full)
    powers = np.sign(full) * 8
    costs = [
        estimate(
            network([dense(kernel, data=DATA, weight=WEIGHT)], size=16, data=DATA),
            rtl(),
            target=Evidence.LOGIC_SYNTH,
        ).usage.lut.value
        for kernel in (full, pruned, powers)
    ]
    assert costs[1] < 0.6 * costs[0]
    assert costs[2] < 0.8 * costs[0]


def test_what_was_not_calibrated_is_flagged():
    late = estimate(small(), rtl(clock=Clock(period_ns=25.0)), target=Evidence.LOGIC_SYNTH)
    assert any("period in ns 25 is outside" in text for text in late.outside)


def test_what_has_no_model_is_refused_by_name():
    net = small()
    with pytest.raises(InvalidDesignError, match=r"not estimated after csynth.*logic_synth"):
        estimate(net, rtl(), target=Evidence.CSYNTH)
    with pytest.raises(UnsupportedLayerError, match=r"no model of io_stream in RTL"):
        estimate(net, rtl(io_type=IoType.STREAM), target=Evidence.LOGIC_SYNTH)
    own = LayerHardware(name="dense_0", reuse_factor=5, strategy=Strategy.RESOURCE)
    with pytest.raises(UnsupportedLayerError, match=r"dense_0.*no model after place and route"):
        estimate(net, rtl(layers=(own,)), target=Evidence.PLACED)
    seven = replace(own, reuse_factor=7)
    with pytest.raises(InvalidDesignError, match=r"dense_0: reuse_factor 7.*nearest legal"):
        estimate(net, rtl(layers=(seven,)), target=Evidence.LOGIC_SYNTH)


def test_a_profile_of_another_tool_is_refused():
    with pytest.raises(InvalidDesignError, match=r"is for vitis, the design for rtl"):
        estimate(small(), rtl(), target=Evidence.LOGIC_SYNTH, profile=find_profile(Backend.VITIS))
