"""Adder graphs against the emulator, layer by layer, and what is refused."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joined_networks import joined, whole_range
from kind_networks import KINDS, Maker, constant, read
from layered_networks import layered_networks
from quantized_networks import networks as chains
from quantized_networks import softmax_networks

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import Backend, Clock, HardwareConfig
from codesign.design.intervals import intervals
from codesign.design.layers import Dense, Steps, Table, Transpose, UpSample
from codesign.design.network import QuantizedNetwork
from codesign.emulator import emulate_tensors
from codesign.errors import UnsupportedLayerError
from codesign.firmware import supports

pytest.importorskip("alkaid", reason="adder graphs need alkaid (extra rtl)")

from codesign.firmware.rtl.graph import Tensor, build_graph
from codesign.firmware.rtl.groups import layer_groups

EVENTS = 100
HARDWARE = HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0), backend=Backend.RTL)


def _assert_graphs_equal_the_emulator(network: QuantizedNetwork, *, stage_ns: float = 4.0) -> None:
    tensors = emulate_tensors(network, whole_range(network, events=EVENTS))
    bounds = intervals(network)
    for group in layer_groups(network):
        read = [
            Tensor(name, network.precision(name), bounds[name], [0.0] * bounds[name].low.size)
            for name in group.inputs
        ]
        graph = build_graph(group, read, stage_ns)
        data = [tensors[name].reshape(EVENTS, -1) for name in group.inputs]
        found = graph.logic.predict(np.concatenate(data, axis=1).astype(np.float64))
        expected = tensors[group.output.name].reshape(EVENTS, -1)
        np.testing.assert_array_equal(found, expected, err_msg=group.output.name)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_layer(kind) -> None:
    _assert_graphs_equal_the_emulator(kind())


@settings(max_examples=25)
@given(st.one_of(layered_networks(), layered_networks(wide=True), chains(), softmax_networks()))
def test_random_networks(network: QuantizedNetwork) -> None:
    with contextlib.suppress(UnsupportedLayerError):
        supports(network, HARDWARE)
        _assert_graphs_equal_the_emulator(network)


def test_a_value_waits_for_its_stage_and_no_stage_is_too_long() -> None:
    network = joined([KINDS[2]()])
    bounds = intervals(network)
    for group in layer_groups(network):
        read = [
            Tensor(name, network.precision(name), bounds[name], [0.5] * bounds[name].low.size)
            for name in group.inputs
        ]
        graph = build_graph(group, read, 3.0)
        for index, operation in enumerate(graph.logic.ops):
            assert all(graph.stages[at] <= graph.stages[index] for at in operation.addr)
        assert max(graph.arrivals) <= 3.0


def _one(kind, shape, data="fixed<6,3>", **options) -> QuantizedNetwork:
    made = Maker(shape, data)
    made.add(kind, "layer", **options)
    return made.network("one")


def _dense(weight: int, bias: int, *, data: str = "fixed<6,3>") -> QuantizedNetwork:
    wide = read("fixed<40,30>")
    layer = Dense(
        name="layer",
        inputs=("x",),
        shape=(1,),
        precision=wide,
        kernel=Constant.of([[weight]], wide),
        bias=Constant.of([bias], wide),
        accumulator=read("fixed<60,40>"),
    )
    source = NetworkInput(name="x", shape=(1,), precision=read(data))
    return QuantizedNetwork(name="one", inputs=(source,), layers=(layer,), outputs=("layer",))


def _table() -> QuantizedNetwork:
    entries = "fixed<30,9>"
    values = constant((16,), entries)
    return _one(Table, (2,), "fixed<4,2>", precision=entries, values=values)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (_dense(2**25 + 1, 0), "layer: a weight has 26 significant bits, at most 24"),
        (_dense(1, 2**25 + 1), "layer: a bias has 26 significant bits, at most 24"),
        (_dense(2**20, 0, data="fixed<40,30>"), r"layer: numbers of \d+ bits, .* beyond 52; use"),
        (_table(), "layer: the table has entries of 30 bits, at most 24 are built"),
    ],
)
def test_what_the_compiler_would_round_is_refused(network: QuantizedNetwork, message: str) -> None:
    with pytest.raises(UnsupportedLayerError, match=message):
        supports(network, HARDWARE)


def test_what_hls_has_no_loops_for_is_built() -> None:
    thresholds = Constant.of(np.arange(0), read("fixed<14,14>"))
    levels = constant((1,), "fixed<4,2>")
    for network in (
        _one(Steps, (3,), precision="fixed<4,2>", thresholds=thresholds, levels=levels),
        _one(UpSample, (2, 2, 2, 1), factors=(1, 1, 2)),
        _one(Transpose, (1, 2, 1, 2, 1), axes=(4, 3, 2, 1, 0)),
    ):
        supports(network, HARDWARE)
        _assert_graphs_equal_the_emulator(network)
