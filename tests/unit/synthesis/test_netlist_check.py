"""Generated designs, synthesized: the gates compute the network, modules add up to the whole."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.device import find_device
from codesign.design.hardware import (
    Backend,
    Clock,
    HardwareConfig,
    Multipliers,
    RtlOptions,
    Strategy,
)
from codesign.design.layers import Activation, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import ReportError
from codesign.firmware import generate
from codesign.synthesis import Hierarchy, SynthesisOptions, check_gates, synthesize

pytestmark = pytest.mark.rtl

VU13P = find_device("vu13p")
EVENTS = 5000
SIZES = (6, 8, 4)
read = Precision.from_text


def _network() -> QuantizedNetwork:
    random = np.random.default_rng(11)
    layers, last = [], "x"
    for index, (rows, columns) in enumerate(pairwise(SIZES)):
        name = f"dense_{index}"
        layers.append(
            Dense(
                name=name,
                inputs=(last,),
                shape=(columns,),
                precision=read("fixed<18,9>"),
                accumulator=read("fixed<18,9>"),
                kernel=Constant.of(random.integers(-15, 16, (rows, columns)), read("fixed<5,1>")),
                bias=Constant.of(random.integers(-15, 16, columns), read("fixed<5,1>")),
            )
        )
        last = name
        if index == 0:
            relu = read("ufixed<6,2,RND,SAT>")
            layers.append(
                Activation(
                    name="relu",
                    inputs=(last,),
                    shape=(columns,),
                    precision=relu,
                    function=Function.RELU,
                )
            )
            last = "relu"
    source = NetworkInput(name="x", shape=SIZES[:1], precision=read("fixed<8,4>"))
    return QuantizedNetwork(
        name="small_net", inputs=(source,), layers=tuple(layers), outputs=(last,)
    )


NETWORK = _network()
INPUTS = {"x": np.random.default_rng(5).integers(-128, 128, (EVENTS, SIZES[0]))}


def _hardware(reuse_factor: int, multipliers: Multipliers) -> HardwareConfig:
    return HardwareConfig(
        device="vu13p",
        clock=Clock(period_ns=5.0),
        backend=Backend.RTL,
        reuse_factor=reuse_factor,
        strategy=Strategy.LATENCY if reuse_factor == 1 else Strategy.RESOURCE,
        rtl=RtlOptions(multipliers=multipliers),
    )


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """Return an adder graph, generated."""
    folder = tmp_path_factory.mktemp("graph") / "project"
    return generate(NETWORK, _hardware(1, Multipliers.AUTO), folder)


@pytest.fixture(scope="module")
def synthesized(graph):
    """Return it synthesized module by module."""
    return synthesize(graph, VU13P)


def test_the_gates_of_an_adder_graph_are_the_emulator_bit_by_bit(graph, synthesized) -> None:
    checked = check_gates(graph, synthesized, NETWORK, INPUTS)

    assert checked.is_bit_exact
    assert checked.first_different == -1
    assert checked.values == EVENTS * SIZES[-1]
    report = synthesized.report
    assert checked.latency_cycles == report.latency_cycles.value
    assert checked.initiation_interval == report.initiation_interval.value == 1


def test_gates_of_another_network_are_found_out(graph, synthesized) -> None:
    first = NETWORK.layers[0]
    bias = first.bias.values.copy()
    bias[0] -= 1
    changed = replace(first, bias=Constant.of(bias, first.bias.precision))
    other = replace(NETWORK, layers=(changed, *NETWORK.layers[1:]))

    checked = check_gates(graph, synthesized, other, INPUTS)

    assert not checked.is_bit_exact
    assert checked.first_different >= 0


def test_modules_add_up_to_the_whole_design_within_five_percent(graph, synthesized) -> None:
    flat = synthesize(graph, VU13P, SynthesisOptions(hierarchy=Hierarchy.FLAT))

    assert synthesized.counts.lut == pytest.approx(flat.counts.lut, rel=0.05)
    assert synthesized.counts.ff == pytest.approx(flat.counts.ff, rel=0.05)
    assert flat.counts.lut == pytest.approx(flat.cost, rel=0.1)
    assert check_gates(graph, flat, NETWORK, INPUTS).is_bit_exact


def test_the_relation_to_vivado_is_stated_and_not_applied(synthesized) -> None:
    assert "Vivado / Yosys lut = 1.05 +- 10 %" in str(synthesized.ratios[0])
    assert synthesized.report.usage.resources.lut == synthesized.counts.lut


@pytest.mark.parametrize("multipliers", [Multipliers.DSP, Multipliers.FABRIC])
def test_the_gates_of_an_engine_are_the_emulator_cycle_by_cycle(
    tmp_path: Path, multipliers: Multipliers
) -> None:
    project = generate(NETWORK, _hardware(2, multipliers), tmp_path / "project")

    found = synthesize(project, VU13P)
    checked = check_gates(project, found, NETWORK, INPUTS)

    assert checked.is_bit_exact
    assert checked.initiation_interval == 2
    assert checked.latency_cycles == found.report.latency_cycles.value
    assert (found.counts.dsp > 0) is (multipliers is Multipliers.DSP)


def test_a_netlist_that_was_cut_off_is_no_proof(graph, synthesized, tmp_path: Path) -> None:
    top = synthesized.units[-1]
    cut = tmp_path / "cut.json"
    text = Path(top.netlist).read_text(encoding="utf-8")
    cut.write_text(text[: len(text) // 2], encoding="utf-8")
    spoiled = replace(synthesized, units=(*synthesized.units[:-1], replace(top, netlist=str(cut))))

    with pytest.raises(ReportError, match="no whole netlist"):
        check_gates(graph, spoiled, NETWORK, INPUTS)
