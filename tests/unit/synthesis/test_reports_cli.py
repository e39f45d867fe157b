"""``codesign read-report``."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from codesign.cli.app import app

GOLDEN = Path(__file__).parents[2] / "golden" / "reports"


def invoke(*arguments: object):
    return CliRunner().invoke(app, ["read-report", *map(str, arguments)])


def test_a_folder_is_shown_with_units_and_evidence():
    found = invoke(GOLDEN / "vivado/2023.1")
    assert found.exit_code == 0, found.output
    for text in ("tagger on vu13p", "BRAM (18 Kb)", "40,318", "2.33 %", "PLACED by Vivado 2023.1",
                 "highest clock (MHz)", "208.9", "confidence low"):  # fmt: skip
        assert text in found.output


def test_json_holds_the_records():
    found = invoke(GOLDEN / "vitis_hls/2022.2/csynth.xml", "--json")
    plain = json.loads(found.stdout)
    report = plain["reports"][0]
    assert report["usage"]["lut"]["value"] == 54591
    assert report["evidence"] == "csynth"
    assert plain["files"][0]["tool"] == "Vitis HLS 2022.2"


@pytest.mark.parametrize("name", ["vivado/2023.1/power.rpt", "vitis_hls/2022.2/tagger_cosim.rpt"])
def test_a_report_without_resources_is_shown(name):
    found = invoke(GOLDEN / name)
    assert found.exit_code == 0, found.output
    assert "Speed and power" in found.output


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [("--part", "xcvu9p-flga2104-2L-e", "of part"), ("--period", "4", "of a clock of 5 ns")],
)
def test_another_part_or_clock_is_refused(option, value, message):
    found = invoke(GOLDEN / "vitis_hls/2022.2/csynth.xml", option, value)
    assert found.exit_code == 2
    assert message in found.output
