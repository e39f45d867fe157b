from dataclasses import replace

import numpy as np
import pytest
from estimated_networks import dense, hardware, mlp, network

from codesign.design.constant import Constant
from codesign.design.hardware import Backend, Clock
from codesign.design.intervals import intervals
from codesign.estimate import estimate, find_profile
from codesign.estimate.features import Quantity
from codesign.estimate.rtl_counts import rtl_counts
from codesign.estimate.rtl_engine import engine_counts
from codesign.estimate.rtl_features import filled_ns, register_features
from codesign.firmware.rtl.compose import compose
from codesign.firmware.rtl.header import Header

DATA, WEIGHT = "fixed<8,3>", "fixed<6,1>"
STAGE_NS = 2.5 * 0.875


def rtl(**options):
    return hardware(device="vu13p", backend=Backend.RTL, **options)


def placed(net, built):
    header = Header(network=net, network_digest="0" * 64, versions=(), comment="//")
    return [one.module for one in compose(net, built, header).placed]


def single(rows, columns, seed):
    rng = np.random.default_rng(seed)
    kernel = np.where(rng.random((rows, columns)) < 0.5, 0, rng.integers(-31, 32, (rows, columns)))
    return network([dense(kernel, data=DATA, weight=WEIGHT)], size=rows, data=DATA)


def test_registers_of_graphs_lie_in_the_range_of_their_model():
    model = find_profile(Backend.RTL).model(Quantity.RTL_REGISTERS)
    clock = Clock(period_ns=2.5)
    ratios = []
    for seed, (rows, columns) in enumerate([(12, 10), (24, 8), (32, 16), (16, 24)]):
        net = single(rows, columns, seed)
        graph = placed(net, rtl(clock=clock))[0]
        counts = rtl_counts(net, net.layers, intervals(net))
        found = register_features(counts, graph.cost, graph.latency_cycles, stage_ns=STAGE_NS)
        ratios.append(graph.registers / model.predict(found))
    assert all(model.low < ratio < model.high for ratio in ratios)
    assert float(np.mean(ratios)) == pytest.approx(1, abs=0.25)


def test_twice_the_stages_have_twice_the_registers_and_shorter_ones_more():
    net = single(12, 10, 1)
    counts = rtl_counts(net, net.layers, intervals(net))
    one = register_features(counts, 500.0, 1.0, stage_ns=4.0)
    two = register_features(counts, 500.0, 2.0, stage_ns=4.0)
    short = register_features(counts, 500.0, 1.0, stage_ns=2.0)
    assert two == {name: 2 * value for name, value in one.items()}
    assert short == {**one, "waiting_bits": 2 * one["waiting_bits"]}


def test_a_stage_is_never_filled_beyond_its_end():
    assert filled_ns(4.0) == pytest.approx(4.0 - 0.547)
    assert filled_ns(0.6) == pytest.approx(0.3)


def test_cycles_of_layers_add_up_to_those_of_the_whole():
    net = mlp((10, 12, 8, 4), data=DATA, weight=WEIGHT, spread=8.0)
    for period in (2.5, 5.0, 10.0):
        report = estimate(net, rtl(clock=Clock(period_ns=period)))
        cycles = sum(layer.latency_cycles.value for layer in report.layers)
        assert cycles == report.latency_cycles.value


def bias_bits(columns, factor, *, dsp=True):
    net = single(6, columns, 2)
    bias = Constant(values=np.arange(columns) - 3, precision=net.layers[0].kernel.precision)
    return engine_counts(
        replace(net.layers[0], bias=bias),
        widths=np.full(6, 8),
        input_bits=48,
        sum_width=17,
        reuse_factor=factor,
        dsp=dsp,
    ).bias_bits


def test_sums_that_begin_differently_from_step_to_step_read_their_beginning_from_a_rom():
    # one output: its accumulator always begins with the same bias
    assert bias_bits(1, 6) == 0
    # each adder makes 6 or 2 of the 6 outputs in turn, whose biases of -3 to 2 take three bits
    assert bias_bits(6, 6) == 3
    assert bias_bits(6, 2) == 3 * 3
    # rows of look-up tables leave out what a bias makes up for
    assert bias_bits(6, 2, dsp=False) > bias_bits(6, 2)


def test_what_never_changes_takes_no_multiplier_but_its_cycles():
    layer = single(6, 6, 2).layers[0]
    sizes = {"sum_width": 17, "reuse_factor": 2, "dsp": False}
    full = engine_counts(layer, widths=np.full(6, 8), input_bits=48, **sizes)
    dead = engine_counts(layer, widths=np.array([8, 0, 0, 8, 0, 0]), input_bits=16, **sizes)
    assert dead.row_bits < 0.5 * full.row_bits
    assert dead.latency_cycles == full.latency_cycles
