import pytest

from codesign.design.device import devices, find_device
from codesign.errors import InvalidDesignError

ALL = pytest.mark.parametrize("device", devices(), ids=lambda device: device.name)


@ALL
def test_every_part_names_the_data_sheet_of_its_numbers(device):
    assert device.source.startswith(("AMD DS", "Lattice FPGA-DS"))


@ALL
def test_the_numbers_of_a_part_are_those_of_an_fpga(device):
    held = device.resources
    assert 10_000 < held.lut < 10_000_000
    assert held.ff == held.lut * (1 if device.family == "ecp5" else 2)
    assert 100 < held.dsp < 20_000
    assert 100 < held.bram_18k < 10_000
    assert held.bram_18k % 2 == 0
    assert 1 <= device.slrs <= 4
    assert (held.uram == 0) or device.family == "ultrascale+"


@ALL
def test_the_part_number_belongs_to_its_family(device):
    prefixes = {
        "7-series": "xc7",
        "ecp5": "LFE5U",
        "ultrascale": "xcku",
        "ultrascale+": ("xcvu", "xcu", "xczu"),
    }
    assert device.part.startswith(prefixes[device.family])


@ALL
def test_a_part_is_found_by_name_and_by_number_in_any_case(device):
    for name in (device.name, device.name.upper(), device.part, device.part.upper()):
        assert find_device(name) == device


def test_no_two_parts_share_a_name():
    names = [name for device in devices() for name in (device.name, device.part)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("name", "lut", "dsp", "bram_18k"),
    [
        # DS890: system logic, DSP slices and block RAM tiles (of 36 Kb) of each part
        ("vu9p", 1_182_240, 6_840, 2 * 2_160),
        ("vu13p", 1_728_000, 12_288, 2 * 2_688),
        ("ku115", 663_360, 5_520, 2 * 2_160),
        # DS180
        ("vx690t", 433_200, 3_600, 2 * 1_470),
        # DS190
        ("z7020", 53_200, 220, 2 * 140),
    ],
)
def test_the_numbers_are_those_of_the_data_sheet(name, lut, dsp, bram_18k):
    held = find_device(name).resources
    assert (held.lut, held.dsp, held.bram_18k) == (lut, dsp, bram_18k)


def test_an_unknown_part_is_refused_with_the_known_ones():
    with pytest.raises(InvalidDesignError, match=r"unknown device 'vu9'; known .* vu9p, vu13p, ku"):
        find_device("vu9")
