"""Real reports, which are no part of the project, against published tables of the same designs."""

import json
import os
from pathlib import Path

import pytest

from codesign.errors import ReportError
from codesign.synthesis.reports import read_report, read_reports

ROOT = Path(os.environ.get("CODESIGN_REPORTS", ""))
pytestmark = pytest.mark.skipif(
    not (os.environ.get("CODESIGN_REPORTS") and (ROOT / "samples").is_dir()),
    reason="CODESIGN_REPORTS does not name the folder of the published reports",
)
SAMPLES = (
    [path for path in sorted((ROOT / "samples").rglob("*.*")) if path.is_file()]
    if os.environ.get("CODESIGN_REPORTS")
    else []
)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: "-".join(path.parts[-2:]))
def test_a_real_report_is_read(path):
    report = read_report(path).hardware
    assert report is not None
    assert report.usage.lut.value > 1000
    assert report.part


def table() -> list[dict]:
    text = (ROOT / "tables" / "designs.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    "name", ["nas-hls4ml/myproject_csynth.xml", "sparse-pixels/sparsemnist-8b/csynth.xml",
             "sparse-pixels/sparsemnist-16b/csynth.xml", "nrp-nautilus/myproject_csynth.xml"]
)  # fmt: skip
def test_a_c_synthesis_says_what_the_table_says(name):
    found = read_report(ROOT / "samples" / name)
    report = found.hardware
    assert report is not None
    repository = name.split("/")[0]
    names = {"nas-hls4ml": "nas-hls4ml", "sparse-pixels": "sparse-pixels",
             "nrp-nautilus": "6nrp-hls4ml"}  # fmt: skip
    used = report.usage.resources
    rows = [
        row["csynth"]
        for row in table()
        if row["repo"].endswith(names[repository])
        and row["csynth"]
        and (row["csynth"]["LUT"], row["csynth"]["FF"]) == (used.lut, used.ff)
    ]
    assert rows
    row = rows[0]
    assert (row["DSP"], row["BRAM_18K"]) == (used.dsp, used.bram_18k)
    assert report.latency_cycles is not None
    assert (row["lat_best"], row["lat_worst"]) == (
        report.latency_cycles.low, report.latency_cycles.high)  # fmt: skip
    assert report.initiation_interval is not None
    assert row["ii_max"] == report.initiation_interval.high
    assert found.timing is not None
    assert row["est_clk"] == found.timing.achieved_ns


def test_three_formats_of_one_run_agree():
    found = read_reports(ROOT / "samples" / "nrp-nautilus")
    assert len(found.files) == 3
    assert len(found.reports[0].layers) == 8


def test_two_runs_in_one_folder_are_refused():
    with pytest.raises(ReportError, match=r"these are of two runs: keep the files of one"):
        read_reports(ROOT / "samples" / "sparse-pixels" / "sparsemnist-8b")
