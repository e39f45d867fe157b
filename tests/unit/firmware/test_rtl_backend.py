"""What the RTL back end writes: simulated, read back, and named whatever layers are called."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joined_networks import joined, whole_range
from kind_networks import KINDS, Maker, branches, weighted

from codesign.design.contract import InputFeature
from codesign.design.hardware import (
    Backend,
    Clock,
    HardwareConfig,
    LayerHardware,
    RtlLanguage,
    RtlOptions,
    Strategy,
)
from codesign.design.layers import Activation, Dense, Function
from codesign.design.names import is_hdl_word
from codesign.design.network import QuantizedNetwork
from codesign.design.rtl import RtlDesign
from codesign.emulator import emulate_outputs
from codesign.errors import InvalidDesignError, ToolNotFoundError
from codesign.firmware import generate, supports
from codesign.toolchain.simulators import find_ghdl, find_icarus
from codesign.validation.rtl import (
    Pattern,
    SimulationOptions,
    Simulator,
    read_design,
    simulate,
)

pytest.importorskip("alkaid", reason="the RTL back end needs alkaid (extra rtl)")

pytestmark = pytest.mark.rtl
HARDWARE = HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0), backend=Backend.RTL)
VHDL = replace(HARDWARE, rtl=RtlOptions(language=RtlLanguage.VHDL))


def _assert_simulates(
    network: QuantizedNetwork,
    hardware: HardwareConfig,
    folder: Path,
    *,
    events: int = 60,
    pattern: Pattern = Pattern.BACK_TO_BACK,
) -> RtlDesign:
    """Simulate a design: every bit equals the emulator's, every cycle the schedule's."""
    vhdl = hardware.rtl.language is RtlLanguage.VHDL
    simulator = Simulator.GHDL if vhdl else Simulator.ICARUS
    try:
        (find_ghdl if vhdl else find_icarus)()
    except ToolNotFoundError as error:
        pytest.skip(str(error))
    project = generate(network, hardware, folder)
    inputs = whole_range(network, events=events)

    found = simulate(
        project,
        network,
        inputs,
        pattern=pattern,
        options=SimulationOptions(simulator=simulator),
    )

    expected = emulate_outputs(network, inputs)
    for name, values in found.outputs.items():
        np.testing.assert_array_equal(values, expected[name][found.events], err_msg=name)
    assert set(found.outputs) == set(network.outputs)
    design = read_design(project)
    assert found.latency_cycles == design.latency_cycles
    return design


def test_every_kind_of_layer_in_verilog(tmp_path: Path) -> None:
    network = joined([kind() for kind in KINDS])

    _assert_simulates(network, HARDWARE, tmp_path / "a project")


def test_every_kind_of_layer_in_vhdl(tmp_path: Path) -> None:
    network = joined([kind() for kind in KINDS])

    _assert_simulates(network, VHDL, tmp_path / "project", events=20)


@pytest.mark.parametrize("hardware", [HARDWARE, VHDL], ids=lambda one: one.rtl.language)
def test_gaps_between_events_change_nothing(hardware: HardwareConfig, tmp_path: Path) -> None:
    _assert_simulates(branches(), hardware, tmp_path / "p", pattern=Pattern.GAPPED)


def test_branches_wait_for_a_layer_that_shares_its_multipliers(tmp_path: Path) -> None:
    own = LayerHardware(name="again", reuse_factor=9, strategy=Strategy.RESOURCE)

    design = _assert_simulates(branches(), replace(HARDWARE, layers=(own,)), tmp_path / "p")

    kinds = {module.kind for module in design.modules}
    assert kinds == {"adder_graph", "engine", "delay"}
    assert design.initiation_interval == 9


def test_a_shorter_stage_takes_more_cycles(tmp_path: Path) -> None:
    slow = _assert_simulates(branches(), HARDWARE, tmp_path / "slow", events=5)
    options = RtlOptions(stage_ns=1.5)
    fast = _assert_simulates(branches(), replace(HARDWARE, rtl=options), tmp_path / "fast")

    assert fast.latency_cycles > slow.latency_cycles
    assert fast.period_ns == slow.period_ns


def test_the_record_says_what_each_module_is(tmp_path: Path) -> None:
    network = weighted()
    design = read_design(generate(network, HARDWARE, tmp_path / "p"))

    by_layer = {name: module for module in design.modules for name in module.layers}
    assert set(by_layer) == {layer.name for layer in network.layers}
    kernel = network.tensor("plain").kernel.values
    positions = np.prod(network.shape("plain")[:-1])
    assert by_layer["plain"].multiplications == np.count_nonzero(kernel) * positions
    assert by_layer["plain"].cost > 0
    assert all((tmp_path / "p" / source).is_file() for source in design.sources)


def test_the_sources_name_layers_and_formats(tmp_path: Path) -> None:
    project = generate(branches(), HARDWARE, tmp_path / "p")

    text = (tmp_path / "p" / "src" / "branches_conv.v").read_text(encoding="utf-8")
    assert f"network {project.network_digest[:16]}" in text
    assert "conv: conv, 4 x 4 x 2 of fixed<6,3,RND_CONV,SAT>, weights fixed<4,1>" in text
    assert "relu: activation" in text


def test_the_page_of_ports_names_features(tmp_path: Path) -> None:
    network = branches()
    features = tuple(
        InputFeature(name=f"pt_{index}", unit="GeV", offset=1.5, shift=3) for index in range(32)
    )
    source = replace(network.inputs[0], features=features)

    generate(replace(network, inputs=(source,)), HARDWARE, tmp_path / "p")

    page = (tmp_path / "p" / "PORTS.md").read_text(encoding="utf-8")
    assert "| 11:6 | pt_1 | GeV | 1.5 | 3 |" in page
    assert "## Output `x_out`" in page


def _renamed(network: QuantizedNetwork, names: dict[str, str]) -> QuantizedNetwork:
    def new(name: str) -> str:
        return names.get(name, name)

    return replace(
        network,
        inputs=tuple(replace(node, name=new(node.name)) for node in network.inputs),
        layers=tuple(
            replace(layer, name=new(layer.name), inputs=tuple(map(new, layer.inputs)))
            for layer in network.layers
        ),
        outputs=tuple(map(new, network.outputs)),
    )


def _small() -> QuantizedNetwork:
    made = Maker((3,))
    made.weighted(Dense, "dense", (3, 2), 2)
    made.add(Activation, "relu", "dense", "ufixed<5,2,RND,SAT>", function=Function.RELU)
    made.add(Activation, "line", "relu", "fixed<5,2>", function=Function.LINEAR)
    made.add(Activation, "other", "relu", "ufixed<2,1>", function=Function.RELU)
    return made.network("small_net")


HOSTILE = (
    "clk", "rst", "in_valid", "in_ready", "out_valid", "version", "y", "v1", "valid", "axis",
    "accepted", "cycles_left", "wire", "reg", "module", "table", "signal", "entity", "small",
    "process", "dense_from_1_to_2", "table_0", "X_X", "X", "n_x", "u_small_net", "data_0", "begin",
)  # fmt: skip


@pytest.mark.parametrize("language", list(RtlLanguage))
@settings(max_examples=6)
@given(names=st.permutations(HOSTILE))
def test_any_legal_name_can_be_simulated(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], language: RtlLanguage
) -> None:
    network = _small()
    old = [node.name for node in (*network.inputs, *network.layers)]
    hardware = HARDWARE if language is RtlLanguage.VERILOG else VHDL
    renamed = _renamed(network, dict(zip(old, names, strict=False)))

    folder = tmp_path_factory.mktemp("names") / "it's $HOME; [exit] {a}"
    _assert_simulates(renamed, hardware, folder, events=8)


@pytest.mark.parametrize("name", ["module", "Entity", "logic", "process", "endmodule"])
def test_a_design_is_not_named_like_a_word_of_a_language(name: str) -> None:
    assert is_hdl_word(name)
    with pytest.raises(InvalidDesignError, match=f"'{name}' cannot name a network: .*{name}_net"):
        replace(_small(), name=name)


@pytest.mark.parametrize("name", ["two__lines", "ends_"])
def test_names_that_vhdl_does_not_have(name: str) -> None:
    network = _renamed(_small(), {"relu": name})

    supports(network, HARDWARE)
    with pytest.raises(InvalidDesignError, match=f"'{name}' cannot be named in VHDL"):
        supports(network, VHDL)


def test_verilog_is_plain(tmp_path: Path) -> None:
    design = read_design(generate(branches(), HARDWARE, tmp_path / "p"))

    for source in design.sources:
        text = (tmp_path / "p" / source).read_text(encoding="utf-8")
        assert not re.search(r"\(\*|\blogic\b|always_|parameter|`|\bDSP|\bLUT[0-9]|CARRY", text)
        assert text.isascii()
        assert re.match(r"// branches: network [0-9a-f]{16}, generated by codesign", text)
