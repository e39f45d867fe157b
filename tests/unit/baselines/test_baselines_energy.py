import os

import pytest

from codesign.baselines.energy import (
    EnergyUnavailable,
    NvmlMeter,
    RaplMeter,
    energy_of,
    measured,
    modelled,
    reported,
)
from codesign.design.baseline_results import Processor
from codesign.design.energy import Energy, EnergySource
from codesign.design.report import Evidence, PowerReport
from codesign.errors import InvalidDesignError

RANGE = 262_143_328_850


def zone(root, number, name, joules, *, most=RANGE):
    folder = root / f"intel-rapl:{number}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "name").write_text(f"{name}\n")
    (folder / "energy_uj").write_text(f"{round(joules * 1e6)}\n")
    (folder / "max_energy_range_uj").write_text(f"{most}\n")
    return folder


def test_packages_and_memory_count_and_what_lies_inside_or_around_does_not(tmp_path):
    for number, name in (("0", "package-0"), ("0:0", "core"), ("0:1", "dram"), ("1", "psys")):
        zone(tmp_path, number, name, 10)
    meter = RaplMeter(tmp_path)

    for number, name in (("0", "package-0"), ("0:0", "core"), ("0:1", "dram"), ("1", "psys")):
        zone(tmp_path, number, name, 12.5)

    assert meter.joules() == pytest.approx(5.0)
    assert meter.detail == "intel-rapl:0 (package-0), intel-rapl:0:1 (dram)"


def test_a_counter_that_wraps_around_loses_nothing(tmp_path):
    zone(tmp_path, "0", "package-0", RANGE / 1e6 - 3)
    meter = RaplMeter(tmp_path)

    zone(tmp_path, "0", "package-0", 4)
    first = meter.joules()
    zone(tmp_path, "0", "package-0", 5)

    assert first == pytest.approx(7.0)
    assert meter.joules() == pytest.approx(8.0)


def test_no_zone_is_said(tmp_path):
    with pytest.raises(EnergyUnavailable, match="no RAPL zone in .*virtual machine"):
        RaplMeter(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_zone_for_root_alone_says_how_to_open_it(tmp_path):
    (zone(tmp_path, "0", "package-0", 1) / "energy_uj").chmod(0o000)

    with pytest.raises(EnergyUnavailable, match="readable by root only; run as root, or: chmod"):
        RaplMeter(tmp_path)


def test_a_zone_that_holds_no_number_is_said(tmp_path):
    (zone(tmp_path, "0", "package-0", 1) / "energy_uj").write_text("none")

    with pytest.raises(EnergyUnavailable, match="energy_uj cannot be read"):
        RaplMeter(tmp_path)


def test_a_loop_of_calls_gives_power_and_the_energy_of_a_call(tmp_path):
    zone(tmp_path, "0", "package-0", 0)
    meter, calls = RaplMeter(tmp_path), []

    def call(number):
        calls.append(number)
        zone(tmp_path, "0", "package-0", 0.01 * len(calls))  # 10 mJ a call

    found = measured(meter, call, seconds=0.05)

    assert found.source is EnergySource.RAPL
    assert found.call_mj == pytest.approx(10.0)
    assert found.power_w == pytest.approx(0.01 * len(calls) / 0.05, rel=0.5)
    assert calls == list(range(len(calls)))


class _Nvml:
    """The functions of pynvml that are used, on a board whose counter the test moves."""

    class NVMLError(Exception):
        pass

    millijoules = 5000
    fails = False

    def nvmlInit(self):  # noqa: N802 - its name there
        if self.fails:
            msg = "Driver Not Loaded"
            raise self.NVMLError(msg)

    def nvmlDeviceGetHandleByIndex(self, index):  # noqa: N802
        return index

    def nvmlDeviceGetName(self, _handle):  # noqa: N802
        return "Tesla V100"

    def nvmlDeviceGetTotalEnergyConsumption(self, _handle):  # noqa: N802
        return self.millijoules


def test_a_gpu_is_read_by_its_counter():
    board = _Nvml()
    meter = NvmlMeter(board)

    board.millijoules += 2500

    assert meter.joules() == pytest.approx(2.5)
    assert meter.detail == "Tesla V100"


def test_a_driver_that_is_not_there_is_said():
    board = _Nvml()
    board.fails = True

    with pytest.raises(EnergyUnavailable, match="NVML: Driver Not Loaded"):
        NvmlMeter(board)


def test_a_stated_power_times_a_time_says_that_it_is_one():
    found = modelled(65.0, 0.002, why="no counters")

    assert found.source is EnergySource.TDP
    assert found.call_mj == pytest.approx(130.0)
    assert "as stated" in found.detail


def test_without_counter_and_power_energy_is_unavailable():
    assert modelled(None, 0.002, why="no counters") == Energy(
        source=EnergySource.UNAVAILABLE, detail="no counters"
    )


def test_a_server_has_no_counter_here():
    found = energy_of(lambda inputs: (), [[]], processor=Processor.SERVER, mean_s=1.0, tdp_w=65.0)

    assert found.source is EnergySource.UNAVAILABLE


def test_the_power_of_a_vendor_report_is_named_as_such():
    power = PowerReport(
        evidence=Evidence.PLACED, total_w=20.75, dynamic_w=15.0, static_w=5.75, confidence="Low"
    )

    found = reported(power, 0.898e-3)

    assert found.source is EnergySource.VENDOR
    assert found.call_mj == pytest.approx(18.634, rel=1e-4)  # the talk's mixed-type FPGA
    assert "confidence low" in found.detail
    assert reported(None, 1.0).source is EnergySource.UNAVAILABLE


def test_an_energy_without_a_source_cannot_be():
    with pytest.raises(InvalidDesignError, match="an energy of source"):
        Energy(source=EnergySource.UNAVAILABLE, power_w=1.0, call_mj=1.0)
