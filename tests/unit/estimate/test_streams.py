import time

import numpy as np
import pytest
from estimated_networks import hardware
from image_networks import cnn
from kind_networks import Maker
from stock_designs import STOCK, compare_stock, stock_report

from codesign.design.hardware import IoType, Strategy
from codesign.design.layers import Dense
from codesign.estimate import estimate
from codesign.estimate.kernel import read_kernel
from codesign.estimate.streams import block_memory, fifo
from codesign.estimate.windows import Windows


def windows(*, padding=((0, 0), (0, 0)), strides=(1, 1)):
    return Windows(
        data=(6, 5, 2), size=(3, 3), strides=strides, padding=padding, pixels=1, dimensions=2
    )


@pytest.mark.parametrize(
    ("words", "width", "blocks"),
    [(512, 36, 1), (1024, 18, 1), (1024, 19, 2), (4096, 9, 2), (4761, 16, 8), (144, 114, 4)],
)
def test_block_rams_follow_from_words_and_bits(words, width, blocks):
    assert block_memory(words, width) == blocks


def test_a_small_fifo_has_no_block_ram_and_a_large_one_has():
    assert fifo(4, 16, 16).bram_18k.value == 0
    assert fifo(1, 16, 2304).bram_18k.value == 4


@pytest.mark.parametrize(("width", "luts"), [(16, 28), (25, 38)])
def test_a_fifo_of_a_word_takes_what_reports_say(width, luts):
    assert fifo(1, width, 1).lut.value == pytest.approx(luts, abs=1)


def test_the_first_window_is_complete_after_its_rows():
    assert windows().first == 2 * 5 + 3
    padded = windows(padding=((1, 2), (1, 1)))
    assert padded.steps == (6 + 3) * (5 + 2)
    assert padded.last == 2 * 7 + 1


def test_the_share_inside_counts_windows_over_the_edge():
    assert windows().inside == 1
    rows = [2, 3, 3, 3, 3, 2]  # of three
    columns = [2, 3, 3, 3, 2]
    expected = np.mean(rows) / 3 * np.mean(columns) / 3
    assert windows(padding=((1, 1), (1, 1))).inside == pytest.approx(expected)


@pytest.fixture(scope="module")
def compared():
    return [figure for design in STOCK for figure in compare_stock(design)]


def errors(compared, stage, quantity):
    return [
        abs(figure.error)
        for figure in compared
        if (figure.stage, figure.quantity) == (stage, quantity)
    ]


def test_published_convolutional_designs_are_estimated_within_their_ranges(compared):
    counted = [figure for figure in compared if figure.quantity != "dsp"]
    assert len(counted) == 6 * 2 * 3
    assert np.mean([figure.is_inside for figure in counted]) >= 0.85


def test_published_convolutional_designs_are_close(compared):
    assert np.mean(errors(compared, "csynth", "lut")) <= 0.12
    assert np.mean(errors(compared, "logic", "lut")) <= 0.10
    assert np.mean(errors(compared, "csynth", "ff")) <= 0.25
    blocks = [figure for figure in compared if figure.quantity == "bram_18k"]
    assert all(abs(figure.estimated.value - figure.reported) <= 4 for figure in blocks)


@pytest.mark.parametrize("design", STOCK, ids=lambda design: design["group"])
def test_published_latency_and_interval_lie_in_the_range_of_the_latency(design):
    report = stock_report(design)
    assert report.latency_cycles.low <= design["cycles"] <= report.latency_cycles.high
    assert report.initiation_interval.value == pytest.approx(design["interval"], rel=0.07)


def test_an_image_of_32_by_32_takes_at_most_100_ms():
    net, found = cnn(), []
    for chosen in (hardware(io_type=IoType.STREAM), hardware()):
        for _ in range(5):
            read_kernel.cache_clear()
            start = time.process_time()
            estimate(net, chosen)
            found.append(time.process_time() - start)
    assert min(found) <= 0.1


def test_a_dense_network_of_streams_costs_more_logic_than_one_pipeline():
    made = Maker((16,), "fixed<8,4>")
    made.weighted(Dense, "dense_0", (16, 8), 8, precision="fixed<12,8>")
    made.weighted(Dense, "dense_1", (8, 4), 4, inputs="dense_0", precision="fixed<12,8>")
    net = made.network("mlp")
    plain, streams = (estimate(net, hardware(io_type=io_type)) for io_type in IoType)
    assert plain.usage.lut.value < streams.usage.lut.value
    assert plain.initiation_interval.value < streams.initiation_interval.value


def test_processes_of_strategy_resource_have_a_fifo_for_every_number():
    made = Maker((16,), "fixed<8,4>")
    made.weighted(Dense, "dense_0", (16, 8), 8, precision="fixed<12,8>")
    made.weighted(Dense, "dense_1", (8, 4), 4, inputs="dense_0", precision="fixed<12,8>")
    shared = hardware(strategy=Strategy.RESOURCE, reuse_factor=2)
    report = estimate(made.network("mlp"), shared)
    assert report.layers[0].usage.lut.low > 8 * 16 / 2
