"""From a network to gates and back: generated, simulated, synthesized, the netlist simulated."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from promoted_designs import events, small_network
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.design.hardware import Backend, Clock, HardwareConfig, Multipliers, Strategy
from codesign.design.report import Evidence
from codesign.pipeline.synthesis import synthesize_network, verdict

pytestmark = pytest.mark.rtl
HARDWARE = HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0))


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    network = small_network()
    root = tmp_path_factory.mktemp("build")
    return synthesize_network(network, HARDWARE, events(network, count=2_600), root=root)


def test_emulator_rtl_and_netlist_agree(found) -> None:
    assert found.is_bit_exact
    assert found.gates.events == 5_000
    assert found.certificate.events > 10_000
    assert found.gates.latency_cycles == found.certificate.latency_cycles
    assert verdict(found).word == "BIT-EXACT"


def test_numbers_carry_their_evidence(found) -> None:
    *estimates, synthesized = found.reports
    assert synthesized.evidence is Evidence.LOGIC_SYNTH
    assert synthesized.tool.startswith("yosys")
    assert synthesized.usage.lut.value == found.synthesis.counts.lut > 0
    assert all(report.evidence is Evidence.ESTIMATED for report in estimates)


def test_what_the_schedule_lets_expect_stands_beside_the_count(found) -> None:
    *estimates, synthesized = found.reports
    expected = next(report for report in estimates if report.tool == "Yosys")
    assert expected.latency_cycles == synthesized.latency_cycles
    assert expected.usage.lut.value == pytest.approx(synthesized.usage.lut.value, rel=0.25)
    assert any(report.target is Evidence.PLACED for report in estimates)


def test_records_and_page_are_written(found) -> None:
    text = found.report.read_text(encoding="utf-8")
    assert "BIT-EXACT" in text
    assert "netlist on 5,000" in text
    assert f"{found.synthesis.counts.lut:,}" in text
    check = json.loads((found.folder / "reports" / "netlist_check.json").read_text("utf-8"))
    assert check["different"] == 0
    assert (found.folder / "rtl_certificate.json").is_file()


def test_a_wrong_netlist_is_said(found) -> None:
    wrong = replace(found, gates=replace(found.gates, different=3, first_different=17))
    said = verdict(wrong)
    assert said.word == "DISAGREES"
    assert re.search(r"netlist: 3 of [\d,]+ outputs differ, first of event 17", said.details[0])


def test_a_reuse_factor_takes_dsp_blocks_in_proportion(tmp_path: Path) -> None:
    network = small_network()
    hardware = replace(HARDWARE, strategy=Strategy.RESOURCE, reuse_factor=2, backend=Backend.RTL)
    hardware = replace(hardware, rtl=replace(hardware.rtl, multipliers=Multipliers.DSP))
    engine = synthesize_network(network, hardware, events(network, count=2_600), root=tmp_path)
    assert engine.is_bit_exact
    assert engine.certificate.initiation_interval == 2
    products = sum(layer.kernel.values.size for layer in network.layers if hasattr(layer, "kernel"))
    assert engine.synthesis.counts.dsp == pytest.approx(products / 2, rel=0.05)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--tool", "quartus"), "--tool.*quartus.*vitis"),
        (("--flow", "fastest"), "flow.*fastest.*auto"),
        (("--tool", "vitis", "--stages", "csim"), "--stages.*csim.*csynth"),
    ],
)
def test_mistakes_are_answered_before_any_work(tmp_path: Path, arguments, message: str) -> None:
    recipe = Path(__file__).parents[2] / "hls_projects" / "jet_tagger.toml"
    result = CliRunner().invoke(
        app, ["synth", str(recipe), "--build", str(tmp_path / "build"), *arguments]
    )
    assert result.exit_code == 2
    assert re.search(message, result.output + str(result.exception), re.DOTALL)
    assert not (tmp_path / "build").exists()
