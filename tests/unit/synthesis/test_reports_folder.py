"""Reports of a folder: one design, part and clock, or an error."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from codesign.design.codec import from_json, to_json
from codesign.design.report import Evidence, Figure
from codesign.errors import ReportError
from codesign.synthesis.reports import HardwareReports, read_reports

GOLDEN = Path(__file__).parents[2] / "golden" / "reports"
START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def project(folder: Path, *names: str) -> Path:
    """Copy golden files into a folder, written one minute apart after START."""
    for minute, name in enumerate(names, 1):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(GOLDEN / name, path)
        written = (START + timedelta(minutes=minute)).timestamp()
        os.utime(path, (written, written))
    return folder


def test_the_files_of_a_run_make_one_report(tmp_path):
    found = read_reports(
        project(tmp_path, "vivado/2023.1/utilization_placed.rpt", "vivado/2023.1/power.rpt",
                "vivado/2023.1/utilization_hierarchical.rpt", "vivado/2023.1/timing_summary.rpt"),
        part="xcvu13p-flga2577-2-e", period_ns=5.0, newer_than=START,
    )  # fmt: skip
    report = found.strongest
    assert report is not None
    assert found.of(Evidence.PLACED) is report
    assert report.period_ns == 5.0
    assert report.timing is not None
    assert report.timing.wns_ns == 0.214
    assert report.power is not None
    assert report.available is not None
    assert len(report.layers) == 4


def test_evidence_is_kept_apart(tmp_path):
    found = read_reports(
        project(tmp_path, "vitis_hls/2022.2/csynth.xml", "vitis_hls/2022.2/tagger_csynth.rpt",
                "vitis_hls/2022.2/csynth.rpt", "vitis_hls/2022.2/tagger_cosim.rpt",
                "vitis_hls/2022.2/export_impl.rpt")
    )  # fmt: skip
    assert [report.evidence for report in found.reports] == [Evidence.CSYNTH, Evidence.PLACED]
    assert [report.usage.lut.value for report in found.reports] == [54591, 40318]
    assert found.cosim is not None
    assert found.cosim.latency_cycles == Figure.exact(12)


def test_cosimulation_alone_is_enough_for_its_step(tmp_path):
    folder = project(tmp_path, "vitis_hls/2022.2/tagger_cosim.rpt")
    found = read_reports(folder, part="xcvu13p-flga2577-2-e", period_ns=5.0, newer_than=START)
    assert found.strongest is None
    assert found.cosim is not None


def test_records_travel_as_json(tmp_path):
    found = read_reports(project(tmp_path, "vitis_hls/2022.2/csynth.xml"))
    assert from_json(HardwareReports, to_json(found), place="x") == found


def test_reports_of_functions_inside_are_passed_over(tmp_path):
    folder = project(tmp_path, "vitis_hls/2022.2/tagger_csynth.rpt", "vitis_hls/2022.2/csynth.xml")
    inside = folder / "vitis_hls/2022.2/relu_csynth.xml"
    text = (folder / "vitis_hls/2022.2/csynth.xml").read_text()
    inside.write_text(text.replace("<TopModelName>tagger<", "<TopModelName>relu_config4_s<"))
    found = read_reports(folder)
    assert found.passed_over == (f"{inside}: of a function inside; the top is tagger",)


def test_the_newest_run_counts(tmp_path):
    name = "vivado/2023.1/utilization_placed.rpt"
    folder = project(tmp_path, name)
    old = folder / "old" / "utilization_placed.rpt"
    old.parent.mkdir()
    shutil.copyfile(GOLDEN / name, old)
    os.utime(old, (START.timestamp(), START.timestamp()))
    found = read_reports(folder)
    assert [file.path for file in found.files] == [str(folder / name)]
    assert found.passed_over == (f"{old}: older than {folder / name}",)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"part": "xcvu9p-flga2104-2L-e"}, r"of part xcvu13p-flga2577-2-e, expected xcvu9p"),
        ({"part": "xcvu13p-flga2577-1-e"}, r"of part xcvu13p-flga2577-2-e, expected xcvu13p"),
        ({"period_ns": 4.0}, r"of a clock of 5 ns, expected 4 ns"),
        ({"newer_than": START + timedelta(hours=1)}, r"older than 2026-03-04T13:00:00"),
        ({"newer_than": datetime(2026, 3, 4, 11, tzinfo=UTC)}, None),
    ],
)
def test_another_part_another_clock_or_an_old_file_is_refused(tmp_path, asked, message):
    folder = project(tmp_path, "vitis_hls/2022.2/csynth.xml")
    if message is None:
        assert read_reports(folder, **asked).strongest is not None
        return
    with pytest.raises(ReportError, match=message):
        read_reports(folder, **asked)


def test_a_date_inside_that_is_too_old_is_refused_whatever_the_file_system_says(tmp_path):
    folder = project(tmp_path, "vivado/2023.1/utilization_placed.rpt")
    path = folder / "vivado/2023.1/utilization_placed.rpt"
    now = START + timedelta(days=9)
    os.utime(path, (now.timestamp(), now.timestamp()))
    with pytest.raises(ReportError, match=r"of 2026-03-04T18:02:31, older than 2026-03-10"):
        read_reports(folder, newer_than=START + timedelta(days=6))


def test_a_clock_that_no_file_states_is_refused_when_asked_for(tmp_path):
    folder = project(tmp_path, "vivado/2023.1/utilization_placed.rpt")
    with pytest.raises(ReportError, match=r"no file beside it states the clock; report the timing"):
        read_reports(folder, period_ns=5.0)


def test_xml_and_text_of_two_runs_are_refused(tmp_path):
    folder = project(tmp_path, "vitis_hls/2022.2/csynth.xml", "vitis_hls/2022.2/tagger_csynth.rpt")
    path = folder / "vitis_hls/2022.2/csynth.xml"
    path.write_text(path.read_text().replace("<LUT>54591<", "<LUT>54592<"))
    with pytest.raises(ReportError, match=r"lut is 54592 in .*xml and 54591 in .*two runs"):
        read_reports(folder)


def test_two_designs_are_refused(tmp_path):
    folder = project(tmp_path, "vitis_hls/2022.2/csynth.xml", "vitis_hls/2023.2/csynth.xml")
    with pytest.raises(ReportError, match=r"several designs, cluster, tagger: .*name the folder"):
        read_reports(folder)


def test_stages_of_two_parts_are_refused(tmp_path):
    folder = project(
        tmp_path, "vivado_hls/2020.1/csynth.xml", "vivado/2023.1/utilization_placed.rpt"
    )
    with pytest.raises(ReportError, match=r"is of part xcvu9p-.*, .* of xcvu13p-.*; keep one"):
        read_reports(folder)


def test_a_damaged_report_is_not_passed_over(tmp_path):
    folder = project(tmp_path, "vitis_hls/2022.2/csynth.xml", "vitis_hls/2022.2/tagger_csynth.rpt")
    path = folder / "vitis_hls/2022.2/tagger_csynth.rpt"
    path.write_text(path.read_text()[:3000])
    with pytest.raises(ReportError, match=r"tagger_csynth.rpt: .* is missing, expected once"):
        read_reports(folder)


def test_logs_and_hidden_folders_are_not_reports(tmp_path):
    folder = project(tmp_path, "vitis_hls/2022.2/csynth.xml")
    (folder / "drc.rpt").write_text("Report DRC\n")
    (folder / ".autopilot").mkdir()
    (folder / ".autopilot" / "tagger_csynth.rpt").write_text("== Vitis HLS Report for 'tagger'")
    assert len(read_reports(folder).files) == 1


def test_a_folder_without_reports_is_refused(tmp_path):
    with pytest.raises(ReportError, match=r"no report of Vivado HLS, Vitis HLS or Vivado; run"):
        read_reports(tmp_path)
