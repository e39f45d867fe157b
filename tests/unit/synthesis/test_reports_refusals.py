"""What is refused, by its message."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from codesign.errors import ReportError
from codesign.synthesis.reports import read_report, source
from codesign.synthesis.reports.read import read_source

GOLDEN = Path(__file__).parents[2] / "golden" / "reports"


def changed(name: str, old: str, new: str):
    text = (GOLDEN / name).read_text(encoding="utf-8")
    assert text.count(old) >= 1
    data = text.replace(old, new, 1).encode()
    made = source.Source.from_bytes(data, name="x.rpt", modified=datetime(2026, 1, 1, tzinfo=UTC))
    return read_source(made)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("vivado/2020.1/vivado_synth.rpt", "| 2119 |", "| 2219 |",
         r"x.rpt:\d+: LUT as Logic: 2219 of 53200 is not 3.98 %"),
        ("vivado/2020.1/vivado_synth.rpt", "|  4.5 |", "|  9.5 |",
         r"x.rpt:\d+: Block RAM Tile: 9.5 of 140 is not 3.21 %"),
        ("vivado/2020.1/vivado_synth.rpt", "| FDRE     | 3114 |", "| FDRE     | 3115 |",
         r"registers among the primitives: 3122 here, 3121 by the rest"),
        ("vivado/2023.1/utilization_hierarchical.rpt", " 4703 |", " 4713 |",
         r"x.rpt:\d+: FFs of tagger: the parts are 14924, their total 14914"),
        ("vivado/2023.1/utilization_hierarchical.rpt", ": Routed",
         ": Baked", r"design state 'Baked' is not one of synthesized"),
        ("vivado/2023.1/timing_summary.rpt", "      0.214", "      0.114",
         r"worst slack: 0.114 here, 0.214 by the rest of the file"),
        ("vivado/2023.1/timing_summary.rpt", "200.000", "250.000", r"frequency: 250 here, 200"),
        ("vivado/2023.1/power.rpt", "| 6.805        |", "| 7.805        |",
         r"total power: 7.805 here, 6.805"),
        ("vivado_hls/2020.1/csynth.xml", "<Best-caseLatency>213<", "<Best-caseLatency>113<",
         r"x.rpt:\d+: latency is 113 cycles and 1091 ns at a period of 5.124 ns; expected 579"),
        ("vivado_hls/2020.1/csynth.xml", "<LUT>1182240<", "<LUT>1182241<",
         r"1182241 lut available, 1182240 in AMD DS890"),
        ("vivado_hls/2020.1/csynth.xml", "<LUT>97304</LUT>\n", "", r"LUT is used or available but"),
        ("vivado_hls/2020.1/csynth.xml", "<unit>clock cycles<", "<unit>ns<",
         r"the unit is 'ns', expected 'clock cycles'"),
        ("vivado_hls/2020.1/tagger_csynth.rpt", "|FIFO                 |        8|",
         "|FIFO                 |        9|", r"bram_18k: the parts are 28, their total 27"),
        ("vivado_hls/2020.1/tagger_csynth.rpt", "|FIFO                 |        8|",
         "|FIFO                 |       8|",
         r"x.rpt:\d+: a row that does not stand in the 6 columns"),
        ("vitis_hls/2022.2/csynth.rpt", "655 (5%)", "695 (5%)",
         r"dense_latency_config5_s dsp: 655 here, 695 by the rest"),
        ("vitis_hls/2022.2/csynth.rpt", "54591 (3%)", "54591 (4%)", r"54591 of 1728000 is not 4 %"),
        ("vivado_hls/2020.1/tagger_cosim.rpt", "Pass", "Fail",
         r"co-simulation ended with 'Fail': RTL and C disagree"),
        ("vivado_hls/2020.1/tagger_export.rpt", "Timing met", "Timing not met",
         r"timing is said to be not met at 4.771 ns of 5.0 ns"),
        ("vitis_hls/2022.2/export_impl.xml", "<URAM>1</URAM>", "", r"<URAM> is used or available"),
    ],
)  # fmt: skip
def test_a_contradiction_names_line_and_both_numbers(name, old, new, message):
    with pytest.raises(ReportError, match=message):
        changed(name, old, new)


def test_entities_are_refused(tmp_path):
    path = tmp_path / "csynth.xml"
    path.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE profile [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n'
        "<profile>&b;</profile>"
    )
    with pytest.raises(ReportError, match=r"csynth.xml:2: a document type, which may hide"):
        read_report(path)


def test_deep_nesting_is_refused(tmp_path):
    path = tmp_path / "csynth.xml"
    path.write_text("<profile>" + "<a>" * 100_000)
    with pytest.raises(ReportError, match=r"elements nest deeper than 64"):
        read_report(path)


def test_a_report_that_is_cut_off_names_its_line():
    data = (GOLDEN / "vitis_hls/2022.2/csynth.xml").read_bytes()[:900]
    cut = source.Source.from_bytes(data, name="cut.xml", modified=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(ReportError, match=r"cut.xml:\d+: not XML: .*make it anew"):
        read_source(cut)


def test_a_large_file_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "LIMIT_BYTES", 10)
    path = tmp_path / "huge.rpt"
    path.write_bytes(b"x" * 11)
    with pytest.raises(ReportError, match=r"huge.rpt: 11 bytes; reports of up to 10 bytes"):
        read_report(path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty; the tool was stopped"),
        (b"\x00\xff\xfe", "no report that is known; known are csynth.xml"),
        (b"INFO: [HLS 200-10] Running vitis_hls", "no report that is known"),
        (b"<project/>", "no report that is known"),
    ],
)
def test_other_files_are_refused(tmp_path, data, message):
    path = tmp_path / "vitis_hls.rpt"
    path.write_bytes(data)
    with pytest.raises(ReportError, match=message):
        read_report(path)


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(ReportError, match=r"none.rpt: cannot be read \(No such file"):
        read_report(tmp_path / "none.rpt")
