from dataclasses import replace

import pytest
from estimated_networks import hardware, mlp

from codesign.design.device import find_device
from codesign.design.hardware import Backend
from codesign.design.report import Evidence, Figure, Usage
from codesign.errors import InvalidDesignError, ReportError
from codesign.estimate import energy, estimate
from codesign.estimate.energy import DYNAMIC_SPREAD
from codesign.estimate.energy_facts import TOGGLE_RATE, Component, power_facts, read_power_facts
from codesign.estimate.energy_words import in_words

WIDTHS = (10, 12, 4)
CROSSINGS_HZ = 40e6


def rtl(device="vu13p"):
    built = hardware(device=device, backend=Backend.RTL)
    net = mlp(WIDTHS, data="fixed<8,3>", weight="fixed<6,1>", spread=8.0)
    return estimate(net, built, target=Evidence.LOGIC_SYNTH)


def counted(**usage):
    figures = {name: Figure.exact(value) for name, value in usage.items()}
    return replace(rtl(), usage=Usage(**figures))


def model_w(learnt, judged):
    """Return the power of one report with what another teaches, and what was reported."""
    components = {fact.component for fact in learnt} & {fact.component for fact in judged}
    model = reported = 0.0
    for fact in judged:
        if fact.component in components - {Component.STATIC}:
            source = next(one for one in learnt if one.component is fact.component)
            model += source.watts / source.cycles_hz * fact.cycles_hz
            reported += fact.watts
    return model, reported


def test_the_design_on_the_card_gets_back_the_power_of_its_report():
    # the Alveo U50 report that the coefficients of UltraScale+ are from, at the full rate
    found = energy(
        replace(counted(lut=488068, ff=665852, bram_18k=825), device="u50", period_ns=1e3 / 180),
        find_device("u50"),
    )
    assert found.clock_w.value == pytest.approx(2.464, rel=1e-6)
    assert found.switching_w.value == pytest.approx(0.137 + 1.757 + 3.132 + 1.532, rel=1e-6)
    assert found.static_w.value == pytest.approx(2.335, rel=0.01)


def test_the_range_holds_what_other_reports_say():
    reports = {}
    for fact in power_facts():
        reports.setdefault(fact.part, []).append(fact)
    ratios = {}
    for learnt, judged in (("xc7a35t", "xc7z045"), ("xcu50", "xc7a35t")):
        model, reported = model_w(reports[learnt], reports[judged])
        ratios[judged] = reported / model
    assert ratios["xc7z045"] == pytest.approx(0.47, abs=0.01)
    assert ratios["xc7a35t"] == pytest.approx(1.39, abs=0.02)
    assert all(1 / DYNAMIC_SPREAD < ratio < DYNAMIC_SPREAD for ratio in ratios.values())


def test_static_power_is_near_that_of_a_board_and_below_it():
    # measured with a joulescope: mlcommons/tiny_results_v0.7@8813ede, open/hls4ml-finn, AD08:
    # the whole Arty A7-100T takes 2.18 W, the whole PYNQ-Z2 1.58 W
    for device, board_w in (("a100t", 2.18), ("z7020", 1.58)):
        found = energy(replace(rtl(), device=device), find_device(device))
        assert 0.05 < found.static_w.value < 0.2 < board_w


def test_fewer_inferences_take_less_power_and_more_energy_each():
    report, device = rtl(), find_device("vu13p")
    full = energy(report, device)
    crossing = energy(report, device, inferences_per_s=CROSSINGS_HZ)
    assert full.inferences_per_s == pytest.approx(1e9 / 5)
    assert crossing.switching_w.value == pytest.approx(full.switching_w.value / 5)
    assert crossing.clock_w == full.clock_w
    assert crossing.total_w.value < full.total_w.value
    assert crossing.per_inference_nj.value > full.per_inference_nj.value
    assert crossing.dynamic_nj.value > full.dynamic_nj.value


def test_the_energy_of_an_inference_is_power_by_rate():
    found = energy(rtl(), find_device("vu13p"), inferences_per_s=CROSSINGS_HZ)
    assert found.per_inference_nj.value == pytest.approx(found.total_w.value * 25)
    assert found.total_w.value == pytest.approx(found.static_w.value + found.dynamic_w.value)
    assert found.per_inference_nj.low < found.per_inference_nj.value < found.per_inference_nj.high


def test_half_the_changes_take_half_of_what_switches():
    report, device = rtl(), find_device("vu13p")
    full, half = (energy(report, device, toggle_rate=TOGGLE_RATE * part) for part in (1, 0.5))
    assert half.switching_w.value == pytest.approx(full.switching_w.value / 2)
    assert half.clock_w == full.clock_w


def test_a_range_of_counts_widens_the_range_of_power():
    report, device = rtl(), find_device("vu13p")
    exact = replace(report, usage=Usage(lut=Figure.exact(1000)))
    ranged = replace(report, usage=Usage(lut=Figure(value=1000, low=500, high=2000)))
    narrow, wide = (energy(one, device).switching_w for one in (exact, ranged))
    assert wide.value == narrow.value
    assert wide.low == pytest.approx(narrow.low / 2)
    assert wide.high == pytest.approx(narrow.high * 2)


def test_what_the_model_does_not_know_is_said():
    device = find_device("vu13p")
    assert energy(counted(lut=100), device).notes == ()
    notes = " ".join(energy(counted(lut=100, dsp=10, uram=1), device).notes)
    assert "UltraRAM is not in the model" in notes
    assert "taken for the 55 LUT" in notes
    early = replace(rtl(), target=Evidence.CSYNTH)
    assert "above those of the chip" in energy(early, device).notes[0]


def test_every_coefficient_has_a_source():
    assert all(fact.source and fact.licence and fact.tool for fact in power_facts())
    assert "Alveo U50" in energy(rtl(), find_device("vu13p")).sources[0]


def test_the_line_says_that_it_is_modelled():
    device = find_device("vu13p")
    line = in_words(energy(rtl(), device, inferences_per_s=CROSSINGS_HZ))
    assert line.startswith("MODELLED, not measured: 40 M inferences/s take ")
    assert "the rest by the powered vu13p" in line
    assert "nJ an inference" in line
    slow = in_words(energy(rtl(), device, inferences_per_s=100.0))
    assert "e+" not in slow.partition("take")[2]


def test_what_cannot_be_is_refused():
    report, device = rtl(), find_device("vu13p")
    with pytest.raises(InvalidDesignError, match=r"at most 2e\+08"):
        energy(report, device, inferences_per_s=3e8)
    with pytest.raises(InvalidDesignError, match=r"more than 0"):
        energy(report, device, inferences_per_s=0.0)
    with pytest.raises(InvalidDesignError, match=r"toggle rate of 1.5 is not in \(0, 1\]"):
        energy(report, device, toggle_rate=1.5)
    with pytest.raises(InvalidDesignError, match=r"report is of vu13p, not of vu9p"):
        energy(report, find_device("vu9p"))
    with pytest.raises(InvalidDesignError, match=r"does not say its clock"):
        energy(replace(report, period_ns=None), device)
    with pytest.raises(InvalidDesignError, match=r"does not say its initiation interval"):
        energy(replace(report, initiation_interval=None), device)


def test_a_family_without_a_report_is_refused_with_the_nearest_part():
    report = replace(rtl(), device="ku115")
    with pytest.raises(InvalidDesignError, match=r"of ultrascale parts .* nearest in size"):
        energy(report, find_device("ku115"))


def test_a_row_that_does_not_fit_is_an_error():
    header = "source,licence,part,family,tool,clock_mhz,component,watts,used"
    with pytest.raises(ReportError, match=r"mine.csv:2: 'pumps' .* any calibration"):
        read_power_facts(f"{header}\na,b,c,7-series,d,100,pumps,1,1\n", place="mine.csv")
    with pytest.raises(ReportError, match=r"mine.csv: columns a; expected source"):
        read_power_facts("a\n1\n", place="mine.csv")
