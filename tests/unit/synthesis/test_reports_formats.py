"""What each format says, against numbers read off the files by eye."""

from pathlib import Path

import pytest

from codesign.design.report import Evidence, Figure
from codesign.design.resources import Resources
from codesign.synthesis.reports import Format, read_report

GOLDEN = Path(__file__).parents[2] / "golden" / "reports"

HARDWARE = {
    "vivado_hls/2018.3/csynth.xml": (
        Format.CSYNTH_XML, "Vivado HLS 2018.3", Evidence.CSYNTH, "xc7k325tffg900-2", 6.25,
        Resources(lut=23816, ff=10457, dsp=93, bram_18k=11), (18, 41), (17, 40)),
    "vivado_hls/2018.3/tagger_csynth.rpt": (
        Format.CSYNTH, "Vivado HLS 2018.3", Evidence.CSYNTH, "xc7k325tffg900-2", 6.25,
        Resources(lut=23816, ff=10457, dsp=93, bram_18k=11), (18, 41), (17, 40)),
    "vivado_hls/2020.1/csynth.xml": (
        Format.CSYNTH_XML, "Vivado HLS 2020.1", Evidence.CSYNTH, "vu9p", 5.0,
        Resources(lut=97304, ff=48213, dsp=318, bram_18k=27, uram=2), (213, 213), (161, 161)),
    "vivado_hls/2020.1/tagger_csynth.rpt": (
        Format.CSYNTH, "Vivado HLS 2020.1", Evidence.CSYNTH, "vu9p", 5.0,
        Resources(lut=97304, ff=48213, dsp=318, bram_18k=27, uram=2), (213, 213), (161, 161)),
    "vivado_hls/2020.1/tagger_export.rpt": (
        Format.EXPORT, "Vivado 2020.1", Evidence.PLACED, "vu9p", 5.0,
        Resources(lut=51833, ff=47106, dsp=318, bram_18k=25, uram=2), None, None),
    "vitis_hls/2022.2/csynth.xml": (
        Format.CSYNTH_XML, "Vitis HLS 2022.2", Evidence.CSYNTH, "vu13p", 5.0,
        Resources(lut=54591, ff=16226, dsp=1072, bram_18k=7), (12, 12), (1, 1)),
    "vitis_hls/2022.2/tagger_csynth.rpt": (
        Format.CSYNTH, "Vitis HLS 2022.2", Evidence.CSYNTH, "vu13p", 5.0,
        Resources(lut=54591, ff=16226, dsp=1072, bram_18k=7), (12, 12), (1, 1)),
    "vitis_hls/2022.2/csynth.rpt": (
        Format.CSYNTH_SUMMARY, "Vitis HLS 2022.2", Evidence.CSYNTH, "vu13p", 5.0,
        Resources(lut=54591, ff=16226, dsp=1072, bram_18k=7), (12, 12), (1, 1)),
    "vitis_hls/2022.2/export_impl.rpt": (
        Format.EXPORT, "Vivado 2022.2", Evidence.PLACED, "vu13p", 5.0,
        Resources(lut=40318, ff=14914, dsp=1069, bram_18k=7, uram=1), None, None),
    "vitis_hls/2022.2/export_impl.xml": (
        Format.EXPORT_XML, "Vivado 2022.2", Evidence.PLACED, "vu13p", 5.0,
        Resources(lut=40318, ff=14914, dsp=1069, bram_18k=7, uram=1), None, None),
    "vitis_hls/2023.2/csynth.xml": (
        Format.CSYNTH_XML, "Vitis HLS 2023.2", Evidence.CSYNTH, "u250", 4.17,
        Resources(lut=5872, ff=2291, dsp=18, bram_18k=31, uram=4), None, None),
    "vitis_hls/2023.2/cluster_csynth.rpt": (
        Format.CSYNTH, "Vitis HLS 2023.2", Evidence.CSYNTH, "u250", 4.17,
        Resources(lut=5872, ff=2291, dsp=18, bram_18k=31, uram=4), None, None),
    "vivado/2020.1/vivado_synth.rpt": (
        Format.UTILIZATION, "Vivado 2020.1", Evidence.LOGIC_SYNTH, "z7020", None,
        Resources(lut=2207, ff=3121, dsp=66, bram_18k=9), None, None),
    "vivado/2023.1/utilization_placed.rpt": (
        Format.UTILIZATION, "Vivado 2023.1", Evidence.PLACED, "vu13p", None,
        Resources(lut=40318, ff=14914, dsp=1069, bram_18k=7, uram=1), None, None),
    "vivado/2023.1/utilization_hierarchical.rpt": (
        Format.HIERARCHY, "Vivado 2023.1", Evidence.PLACED, "vu13p", None,
        Resources(lut=40318, ff=14914, dsp=1069, bram_18k=7, uram=1), None, None),
}  # fmt: skip


def spread(ends: tuple[int, int] | None) -> Figure | None:
    return Figure(value=ends[1], low=ends[0], high=ends[1]) if ends else None


@pytest.mark.parametrize("name", HARDWARE)
def test_a_report_of_resources_becomes_a_hardware_report(name):
    kind, tool, evidence, device, period, resources, latency, interval = HARDWARE[name]
    found = read_report(GOLDEN / name)
    report = found.hardware
    assert report is not None
    assert (found.format, found.tool, report.tool) == (kind, tool, tool)
    assert (report.evidence, report.target) == (evidence, evidence)
    assert (report.device, report.period_ns) == (device, period)
    assert report.usage.resources == resources
    assert report.latency_cycles == spread(latency)
    assert report.initiation_interval == spread(interval)


def test_every_golden_file_is_expected_here():
    others = {"cosim", "timing_summary", "power"}
    names = {str(path.relative_to(GOLDEN)) for path in GOLDEN.rglob("*.*") if path.is_file()}
    plain = {name for name in names if not any(word in name for word in others)}
    assert plain - {"README.md"} == set(HARDWARE)


def test_half_a_tile_of_block_ram_is_one_block_of_18_kb():
    report = read_report(GOLDEN / "vivado/2020.1/vivado_synth.rpt").hardware
    assert report is not None
    assert report.usage.bram_18k == Figure.exact(9)  # 4.5 tiles
    assert report.available == Resources(lut=53200, ff=106400, dsp=220, bram_18k=280)


def test_modules_keep_their_own_numbers():
    report = read_report(GOLDEN / "vitis_hls/2022.2/csynth.xml").hardware
    assert report is not None
    found = {layer.name: layer for layer in report.layers}
    assert list(found) == ["dense_latency_config2_s", "relu_config4_s",
                           "dense_latency_config5_s", "softmax_config7_s"]  # fmt: skip
    dense = found["dense_latency_config5_s"]
    assert dense.usage.resources == Resources(lut=31980, ff=7733, dsp=655, bram_18k=0)
    assert dense.latency_cycles == Figure.exact(2)
    assert found["relu_config4_s"].latency_cycles == Figure.exact(0)


def test_instances_have_the_name_of_their_module_and_cycles():
    report = read_report(GOLDEN / "vivado_hls/2020.1/tagger_csynth.rpt").hardware
    assert report is not None
    first = report.layers[0]
    assert (first.name, first.kind) == ("dense_resource_config2_U0", "dense_resource_config2_s")
    assert first.usage.resources == Resources(lut=61402, ff=30117, dsp=256, bram_18k=12)
    assert first.latency_cycles == Figure.exact(161)


def test_a_hierarchy_lists_its_first_level_and_no_cycles():
    report = read_report(GOLDEN / "vivado/2023.1/utilization_hierarchical.rpt").hardware
    assert report is not None
    assert [layer.usage.lut.value for layer in report.layers] == [12, 15107, 24377, 846]
    assert report.layers[2].usage.bram_18k == Figure.exact(4)  # two of 36 Kb
    assert {layer.latency_cycles for layer in report.layers} == {None}


def test_what_the_tool_leaves_open_is_none():
    report = read_report(GOLDEN / "vitis_hls/2023.2/cluster_csynth.rpt").hardware
    assert report is not None
    assert report.latency_cycles is None
    assert report.latency_ns is None
    assert report.layers[0].initiation_interval is None


@pytest.mark.parametrize(
    ("name", "evidence", "clock", "period", "slack", "fmax"),
    [
        ("vivado/2023.1", Evidence.PLACED, "ap_clk", 5.0, 0.214, 208.943),
        ("vivado/2021.2", Evidence.LOGIC_SYNTH, "ap_clk", 4.167, -0.333, 222.222),
    ],
)
def test_slack_and_period_give_the_highest_clock(name, evidence, clock, period, slack, fmax):
    timing = read_report(GOLDEN / name / "timing_summary.rpt").timing
    assert timing is not None
    assert (timing.evidence, timing.clock) == (evidence, clock)
    assert (timing.period_ns, timing.wns_ns) == (period, slack)
    assert timing.fmax_mhz == pytest.approx(fmax, abs=1e-3)
    assert timing.is_met == (slack > 0)


def test_export_says_what_the_clock_became():
    timing = read_report(GOLDEN / "vivado_hls/2020.1/tagger_export.rpt").timing
    assert timing is not None
    assert (timing.achieved_ns, timing.wns_ns, timing.is_met) == (4.771, 0.229, True)


def test_power_is_dynamic_and_static():
    power = read_report(GOLDEN / "vivado/2023.1/power.rpt").power
    assert power is not None
    assert (power.total_w, power.dynamic_w, power.static_w) == (6.805, 3.912, 2.893)
    assert (power.evidence, power.confidence) == (Evidence.PLACED, "Low")


@pytest.mark.parametrize(
    ("name", "latency", "interval"),
    [("vivado_hls/2020.1", (211, 214), (161, 161)), ("vitis_hls/2022.2", (12, 12), (1, 1))],
)
def test_cosimulation_measures_latency_and_interval(name, latency, interval):
    cosim = read_report(GOLDEN / name / "tagger_cosim.rpt").cosim
    assert cosim is not None
    assert cosim.language == "Verilog"
    assert cosim.latency_cycles == spread(latency)
    assert cosim.initiation_interval == spread(interval)
