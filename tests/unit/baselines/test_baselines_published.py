import pytest

from codesign.baselines.published import find_published, published_for, published_names
from codesign.design.baseline_results import Processor
from codesign.errors import InvalidDesignError

TABLE = find_published("deepcalo")


@pytest.mark.parametrize("row", TABLE.rows, ids=lambda row: f"{row.device}, {row.batch}")
def test_energy_is_latency_times_power_in_every_cell(row):
    product = row.latency_ms * row.power_w  # ms times W are mJ

    assert row.energy_mj == pytest.approx(product, rel=3e-5)  # as it was rounded for print


@pytest.mark.parametrize(
    ("device", "batch", "expected"),
    [
        ("AMD Ryzen 5 5600H", 1, 1.0),
        ("AMD Ryzen 7 3700X", 1, 1.16),
        ("AMD EPYC 7262", 1, 1.49),
        ("RTX 2070 Super", 1, 1.03),
        ("V100", 1, 1.82),
        ("RTX 2080 Ti", 1, 1.07),
        ("FPGA, single-stream", 1, 7.91),
        ("FPGA, mixed-type", 1, 9.74),
        ("AMD Ryzen 5 5600H", 5, 1.0),
        ("V100", 5, 2.64),
        ("FPGA, single-stream", 5, 4.99),
        ("FPGA, mixed-type", 5, 9.06),
    ],
)
def test_speed_ups_are_against_the_ryzen_5_at_the_same_batch(device, batch, expected):
    (row,) = [row for row in TABLE.rows if (row.device, row.batch) == (device, batch)]

    assert TABLE.speedup(row) == pytest.approx(expected, abs=0.005)


def test_both_batches_hold_the_same_devices():
    devices = {batch: {r.device for r in TABLE.rows if r.batch == batch} for batch in (1, 5)}

    assert devices[1] == devices[5]
    assert len(TABLE.rows) == 16
    kinds = [row.processor for row in TABLE.rows if row.batch == 1]
    assert [kinds.count(kind) for kind in (Processor.CPU, Processor.GPU, Processor.FPGA)] == [
        3, 3, 2,
    ]  # fmt: skip


def test_the_published_firmware_is_there_with_its_source():
    hardware = TABLE.hardware

    assert (hardware.lut, hardware.ff, hardware.dsp, hardware.cycles) == (
        264_101, 298_539, 4_752, 594_652,
    )  # fmt: skip
    assert "U50" in hardware.source
    assert "talk" in TABLE.source


def test_a_table_belongs_to_designs_of_its_name():
    assert published_for("deepcalo_small") == TABLE
    assert published_for("jet_tagger") is None


def test_an_unknown_table_is_named_beside_the_known():
    with pytest.raises(InvalidDesignError, match="no published table 'resnet'; known are deepcalo"):
        find_published("resnet")
    assert published_names() == ("deepcalo",)
