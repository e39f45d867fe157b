import pytest

from codesign.design.device import find_device
from codesign.design.hardware import Backend, Clock, HardwareConfig, LayerHardware, Strategy, Timing
from codesign.design.resources import Resources
from codesign.errors import InvalidDesignError

CLOCK = Clock(period_ns=5.0)


def test_a_layer_without_an_entry_is_built_as_the_design():
    hardware = HardwareConfig(device="vu9p", clock=CLOCK, reuse_factor=3)
    expected = LayerHardware(name="dense", reuse_factor=3, strategy=Strategy.LATENCY)
    assert hardware.layer("dense") == expected


def test_a_layer_overrides_only_what_it_names():
    layers = (LayerHardware(name="dense", strategy=Strategy.RESOURCE),)
    hardware = HardwareConfig(device="vu9p", clock=CLOCK, reuse_factor=3, layers=layers)
    expected = LayerHardware(name="dense", reuse_factor=3, strategy=Strategy.RESOURCE)
    assert hardware.layer("dense") == expected


@pytest.mark.parametrize("backend", Backend)
def test_what_is_simulated_in_c_is_generated_for_hls(backend):
    hardware = HardwareConfig(device="vu9p", clock=CLOCK, backend=backend, reuse_factor=3)
    is_rtl = backend is Backend.RTL
    assert (hardware.simulated is hardware) is not is_rtl
    assert hardware.simulated.backend is (Backend.VITIS if is_rtl else backend)


def test_the_part_is_that_of_the_catalog():
    assert HardwareConfig(device="VU9P", clock=CLOCK).part == find_device("vu9p")


def test_the_latency_in_nanoseconds_is_cycles_times_period():
    assert Timing(latency_cycles=12, initiation_interval=1, period_ns=2.5).latency_ns == 30.0


@pytest.mark.parametrize("period", [0.0, -1.0, 1001.0, float("nan")])
def test_an_impossible_clock_is_refused(period):
    with pytest.raises(InvalidDesignError, match=rf"clock period of {period} ns is not in"):
        Clock(period_ns=period)


@pytest.mark.parametrize("percent", [-1.0, 100.0, float("nan")])
def test_an_impossible_uncertainty_is_refused(percent):
    with pytest.raises(InvalidDesignError, match=rf"clock uncertainty of {percent} % is not in"):
        Clock(period_ns=5.0, uncertainty_percent=percent)


def test_a_reuse_factor_below_one_is_refused():
    with pytest.raises(InvalidDesignError, match="reuse factor of 0 is below 1"):
        HardwareConfig(device="vu9p", clock=CLOCK, reuse_factor=0)
    layers = (LayerHardware(name="dense", reuse_factor=-2),)
    with pytest.raises(InvalidDesignError, match="reuse factor of -2 is below 1"):
        HardwareConfig(device="vu9p", clock=CLOCK, layers=layers)


def test_a_layer_configured_twice_is_refused():
    layers = (LayerHardware(name="dense"), LayerHardware(name="dense", reuse_factor=2))
    with pytest.raises(InvalidDesignError, match="configured twice: dense, dense"):
        HardwareConfig(device="vu9p", clock=CLOCK, layers=layers)


def test_an_unknown_device_is_refused():
    with pytest.raises(InvalidDesignError, match="unknown device 'spartan'"):
        HardwareConfig(device="spartan", clock=CLOCK)


@pytest.mark.parametrize("name", ["lut", "ff", "dsp", "bram_18k", "uram"])
def test_negative_resources_are_refused(name):
    counts = {"lut": 1, "ff": 1, "dsp": 1, "bram_18k": 1, "uram": 1, name: -1}
    with pytest.raises(InvalidDesignError, match=rf"cannot take -1 {name}"):
        Resources(**counts)
