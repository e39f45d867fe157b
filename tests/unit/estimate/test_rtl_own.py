import json
import shutil
from dataclasses import replace

import pytest
from estimated_networks import hardware, mlp
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.design.codec import from_json, to_json
from codesign.design.device import Family
from codesign.design.hardware import Backend
from codesign.design.report import Figure, HardwareReport
from codesign.errors import InvalidDesignError, ReportError
from codesign.estimate import calibrate_rtl, shipped_rtl_facts, write_rtl_facts
from codesign.firmware import generate
from codesign.lowering import save_network
from codesign.pipeline.own_rtl import REPORT, read_own_rtl
from codesign.synthesis import SynthesisOptions, synthesize

pytestmark = pytest.mark.rtl

NET = mlp((8, 6, 3), data="fixed<8,3>", weight="fixed<6,1>", spread=8.0)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A design as codesign synth leaves it, mapped by Yosys."""
    folder = tmp_path_factory.mktemp("designs") / "mine"
    hard = hardware(device="vu13p", backend=Backend.RTL)
    project = generate(NET, hard, folder / "rtl")
    save_network(NET, folder / "network")
    found = synthesize(project, hard.part, SynthesisOptions(jobs=1))
    (folder / REPORT).parent.mkdir()
    (folder / REPORT).write_text(to_json(found.report), encoding="utf-8")
    return folder


@pytest.fixture
def design(built, tmp_path):
    return shutil.copytree(built, tmp_path / "mine")


def report_of(folder):
    return from_json(HardwareReport, (folder / REPORT).read_text("utf-8"), place="test")


def test_every_module_becomes_a_row_with_what_yosys_counted(design):
    facts, report = read_own_rtl(design), report_of(design)
    assert [fact.kind for fact in facts] == ["adder_graph", "adder_graph", "delay"]
    assert facts[0].source.startswith("mine@")
    assert {fact.tool for fact in facts} == {report.tool}
    top = next(layer for layer in report.layers if layer.kind == "top")
    for name in ("lut", "ff", "dsp"):
        whole = getattr(report.usage, name).value - getattr(top.usage, name).value
        assert sum(getattr(fact, name) for fact in facts) == whole
    assert sum(fact.latency_cycles for fact in facts) == report.latency_cycles.value


def test_own_rows_change_the_profile_and_are_among_its_sources(design):
    shipped = shipped_rtl_facts()
    own = read_own_rtl(design)
    before, after = (
        calibrate_rtl(facts, name="mine", family=Family.ULTRASCALE_PLUS)
        for facts in (shipped, (*shipped, *own))
    )
    assert before != after
    assert any(own[0].source in source for model in after.models for source in model.sources)


def test_calibrate_adds_a_design_and_rows_to_those_that_are_shipped(design, tmp_path):
    rows = tmp_path / "more_rtl_facts.csv"
    facts = [replace(fact, group="other") for fact in read_own_rtl(design)]
    rows.write_text(write_rtl_facts(facts), encoding="utf-8")
    output = tmp_path / "yosys.json"
    arguments = ["--backend", "rtl", "--add", str(design), "-o", str(output), "--json"]
    result = CliRunner().invoke(app, ["calibrate", str(rows), *arguments])
    assert result.exit_code == 0, result.output
    expected = len(set(shipped_rtl_facts())) + 2 * len(facts)
    assert json.loads(result.stdout)["layers"] == expected
    assert json.loads(output.read_text("utf-8"))["backend"] == "rtl"


def test_what_is_no_design_and_no_table_is_refused(tmp_path):
    output = tmp_path / "yosys.json"
    arguments = ["calibrate", "--backend", "rtl", "--add", str(tmp_path), "-o", str(output)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code != 0
    assert "is no design of codesign synth and no table of RTL" in " ".join(result.output.split())
    assert not output.exists()


def test_tables_are_needed_for_a_tool_of_hls(tmp_path):
    result = CliRunner().invoke(app, ["calibrate", "-o", str(tmp_path / "vitis.json")])
    assert result.exit_code == 2
    assert "needs tables" in result.output


def test_parts_that_are_not_of_one_another_are_refused(design):
    report = report_of(design)
    (design / REPORT).write_text(
        to_json(replace(report, latency_cycles=Figure.exact(99))), encoding="utf-8"
    )
    with pytest.raises(ReportError, match=r"3 of 3 modules of net; run codesign synth anew"):
        read_own_rtl(design)
    (design / REPORT).unlink()
    with pytest.raises(ReportError, match=r"yosys.json cannot be read .* codesign synth first"):
        read_own_rtl(design)
    save_network(mlp((8, 6, 3), data="fixed<8,3>", weight="fixed<6,1>"), design / "network")
    with pytest.raises(InvalidDesignError, match=r"network/ is .* codesign synth anew"):
        read_own_rtl(design)


def test_a_design_that_was_changed_is_refused(design):
    source = next((design / "rtl" / "src").glob("*.v"))
    source.write_text(source.read_text("utf-8") + "\n", encoding="utf-8")
    with pytest.raises(InvalidDesignError, match=r"changed since generation"):
        read_own_rtl(design)


def test_rows_of_two_versions_of_a_tool_or_of_no_part_are_refused(design):
    facts = shipped_rtl_facts()
    newer = [replace(fact, tool="yosys 0.99") for fact in read_own_rtl(design)]
    with pytest.raises(InvalidDesignError, match=r"rows are of yosys 0.70 .* and yosys 0.99"):
        calibrate_rtl([*facts, *newer], name="mine", family=Family.ULTRASCALE_PLUS)
    with pytest.raises(InvalidDesignError, match=r"no row is of 7-series parts.* ultrascale\+"):
        calibrate_rtl(facts, name="mine", family=Family.SERIES_7)
