"""Hand-written designs through the real Yosys: counts that are known, gates that compute."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import verilog_projects as made

from codesign.design.device import find_device
from codesign.design.report import Evidence
from codesign.errors import InfeasibleDesignError, ToolFailedError
from codesign.synthesis import Flow, Hierarchy, SynthesisOptions, synthesize
from codesign.synthesis.check import whole_netlist
from codesign.synthesis.netlist.drive import run_events
from codesign.synthesis.project import read_rtl

pytestmark = pytest.mark.rtl

VU13P = find_device("vu13p")
FLAT = SynthesisOptions(hierarchy=Hierarchy.FLAT)
NUMBERS = np.random.default_rng(7).integers(-128, 128, (2, 1000, 1))


def _results(project, synthesis):
    run = run_events(whole_netlist(synthesis), read_rtl(project), list(NUMBERS))
    assert (run.latency_cycles, run.initiation_interval) == (1, 1)
    return run.outputs[0][:, 0]


@pytest.mark.parametrize("options", [SynthesisOptions(), FLAT], ids=["modules", "flat"])
def test_an_adder_takes_a_table_a_bit_and_a_carry_for_four(tmp_path: Path, options) -> None:
    project = made.adder_project(tmp_path / "a folder with spaces")

    found = synthesize(project, VU13P, options)

    # eight or nine bits of sum, the reset's gate; registers of the sum and of valid
    assert 8 <= found.counts.lut <= 11
    assert (found.counts.ff, found.counts.dsp, found.counts.bram_18k) == (10, 0, 0)
    assert found.counts.carry == 3
    assert found.counts.packed_lut <= found.counts.lut
    assert found.report.evidence is Evidence.LOGIC_SYNTH
    assert found.report.tool.startswith("yosys 0.")
    assert found.report.usage.resources.lut == found.counts.lut
    assert found.cpu_s > 0
    assert found.peak_memory_mb > 10
    np.testing.assert_array_equal(_results(project, found), NUMBERS.sum(axis=0)[:, 0])


def test_modules_are_reported_one_by_one_and_add_up(tmp_path: Path) -> None:
    found = synthesize(made.adder_project(tmp_path / "project"), VU13P)

    assert [(layer.name, layer.kind) for layer in found.report.layers] == [
        ("sum", "adder_graph"),
        ("tiny", "top"),
    ]
    parts = [layer.usage.resources for layer in found.report.layers]
    assert sum(part.lut for part in parts) == found.report.usage.resources.lut
    assert sum(part.ff for part in parts) == found.report.usage.resources.ff
    assert found.cost == 8.0


@pytest.mark.parametrize(
    ("use_dsp", "blocks", "flow"), [("yes", 1, Flow.DEFAULT), ("no", 0, Flow.LEAN)]
)
def test_a_module_says_whether_its_products_take_dsp_blocks(
    tmp_path: Path, use_dsp: str, blocks: int, flow: Flow
) -> None:
    project = made.product_project(tmp_path / "project", use_dsp=use_dsp)

    found = synthesize(project, VU13P, replace(FLAT, flow=flow))

    assert found.counts.dsp == blocks
    assert (found.counts.lut > 40) is (blocks == 0)
    np.testing.assert_array_equal(_results(project, found), NUMBERS.prod(axis=0)[:, 0])


@pytest.mark.parametrize("device", ["ku115", "z7020", "ecp5-85"])
def test_every_family_has_its_primitives(tmp_path: Path, device: str) -> None:
    project = made.adder_project(tmp_path / "project")

    found = synthesize(project, find_device(device), FLAT)

    assert found.counts.ff == 10
    assert found.counts.carry > 0
    assert found.counts.lut > 0


def test_a_mistake_in_the_source_is_the_tools_own_words(tmp_path: Path) -> None:
    broken = made.ADDER.replace("assign out_valid = valid;", "assign out_valid = ;")
    project = made.adder_project(tmp_path / "project", text=broken)

    with pytest.raises(ToolFailedError, match=r"(?s)adder\.v:10: ERROR: syntax error"):
        synthesize(project, VU13P)


def test_a_design_beyond_the_limits_is_refused_before_yosys_is_looked_for(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("CODESIGN_YOSYS", str(tmp_path / "nothing"))
    project = made.adder_project(tmp_path / "project", cost=2e6)

    with pytest.raises(
        InfeasibleDesignError, match=r"2,160,000 look-up tables.*hierarchy = 'modules'"
    ):
        synthesize(project, VU13P, replace(FLAT, memory_mb=4000))
    with pytest.raises(InfeasibleDesignError, match="prune the network"):
        synthesize(project, VU13P, SynthesisOptions(memory_mb=4000))
    assert not (tmp_path / "project" / "build").exists()
