from dataclasses import replace

import pytest
from baseline_reports import CELLS, LOST, baselines, cell, hardware

from codesign.baselines.comparison import compare, firmware_of
from codesign.baselines.published import find_published
from codesign.design.baseline_results import Processor
from codesign.design.codec import from_json, to_json
from codesign.design.comparison import Comparison
from codesign.design.energy import EnergySource
from codesign.design.report import Evidence, PowerReport
from codesign.errors import ReportError

FIRMWARE = firmware_of(hardware(), source="codesign estimate")


def test_firmware_takes_cycles_times_the_period():
    assert (FIRMWARE.latency_ns.value, FIRMWARE.latency_ns.low, FIRMWARE.latency_ns.high) == (
        40.0, 30.0, 50.0,
    )  # fmt: skip
    assert FIRMWARE.events_per_s == 2e8
    assert FIRMWARE.energy.source is EnergySource.UNAVAILABLE


def test_a_batch_in_firmware_is_events_one_interval_apart():
    slow = firmware_of(hardware(interval=4), source="x")

    assert slow.batch_ns(1).value == 40.0
    assert slow.batch_ns(64).value == 40.0 + 63 * 20.0
    assert slow.batch_ns(64).high == 50.0 + 63 * 20.0


@pytest.mark.parametrize(("interval", "copies"), [(1, 1), (5, 1), (6, 2), (50, 10)])
def test_copies_keep_up_with_a_bunch_crossing(interval, copies):
    assert firmware_of(hardware(interval=interval), source="x").copies == copies


def test_a_report_without_latency_is_refused_by_name():
    report = replace(hardware(evidence=Evidence.LOGIC_SYNTH), latency_cycles=None, period_ns=None)

    with pytest.raises(ReportError, match=r"a.rpt: logic_synth .* its latency, clock; a report of"):
        firmware_of(report, source="a.rpt")


def test_the_power_of_a_tool_makes_an_energy_of_its_evidence():
    power = PowerReport(evidence=Evidence.PLACED, total_w=20.0, dynamic_w=15.0, static_w=5.0)
    found = firmware_of(hardware(), source="x", power=power)

    assert found.energy.source is EnergySource.VENDOR
    assert found.energy.call_mj == pytest.approx(20.0 * 40e-9 * 1000)


def test_the_speed_up_is_against_the_best_runtime_of_each_batch():
    found = compare(baselines(), [FIRMWARE])

    one, many = found.speedups
    assert (one.runtime, one.threads, many.runtime, many.threads) == ("litert", 1, "litert", 4)
    assert one.latency.value == pytest.approx(1500 / 40)
    assert one.latency.low == pytest.approx(0.99 * 1500 / 50)
    assert one.latency.high == pytest.approx(1.01 * 1500 / 30)
    assert many.latency.value == pytest.approx(20_000 / (40 + 63 * 5))


def test_throughput_is_against_the_most_of_any_batch():
    found = compare(baselines(), [FIRMWARE])

    assert {each.throughput for each in found.speedups} == {2e8 / (1e6 * 64 / 20)}


def test_every_evidence_has_a_ratio_of_its_own_from_weak_to_strong():
    placed = firmware_of(hardware(evidence=Evidence.PLACED, latency=(9, 9, 9)), source="x")
    found = compare(baselines(), [placed, FIRMWARE])

    assert [each.evidence for each in found.speedups] == 2 * [Evidence.ESTIMATED, Evidence.PLACED]
    assert [each.evidence for each in found.firmware] == [Evidence.ESTIMATED, Evidence.PLACED]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (baselines(load=2.1), "load average 2.10 on 4 cores"),
        (baselines(foreign=2.5), "other programs kept 2.50 of 4 cores busy"),
        (baselines(cell("litert", 1.5, spread=3.1)), "p99 is above 3 times p50 for litert"),
        (
            baselines(replace(cell("litert", 1.5), foreign_cores=2.2)),
            "other programs kept up to 2.20 of 4 cores busy during the calls",
        ),
    ],
    ids=["load", "others", "stuttering", "others meanwhile"],
)
def test_on_a_noisy_host_there_is_no_ratio_unless_asked_for(given, reason):
    silent = compare(given, [FIRMWARE])
    asked = compare(given, [FIRMWARE], accept_noise=True)

    assert silent.speedups == ()
    assert silent.crossings is None
    assert reason in silent.noise[0]
    assert asked.speedups
    assert asked.crossings is not None
    assert asked.accepted_noise


def test_what_stutters_at_one_batch_spoils_that_batch_alone():
    found = compare(
        baselines(cell("litert", 1.5), cell("litert", 30.0, batch=64, spread=4.0)), [FIRMWARE]
    )

    assert [each.batch for each in found.speedups] == [1]


def test_cores_for_every_bunch_crossing_are_those_of_one_pinned_core():
    found = compare(baselines(), [FIRMWARE]).crossings

    assert (found.runtime, found.cores) == ("litert", 60)  # 40 MHz times 1.5 us
    assert compare(baselines(cell("xla-gpu", 9.0, processor=Processor.GPU)), []).crossings is None


def test_a_lost_runtime_makes_the_report_partial_and_an_absent_one_does_not():
    assert not baselines().is_partial
    assert baselines(missing=(LOST,)).is_partial


def test_what_was_measured_is_found_fastest_first():
    found = baselines().of(batch=1)

    assert [each.runtime for each in found] == ["litert", "litert", "numpy"]
    assert [each.batch for each in baselines().of(batch=64, threads=4)] == [64]


def test_a_comparison_is_read_back_as_it_was_written():
    found = compare(
        baselines(*CELLS, missing=(LOST,)),
        [FIRMWARE],
        published=find_published("deepcalo"),
        left_out=("no synthesis yet",),
    )

    assert from_json(Comparison, to_json(found), place="x") == found
