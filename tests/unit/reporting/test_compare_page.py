import base64
from dataclasses import replace
from pathlib import Path

import pytest
from baseline_reports import CELLS, LOST, baselines, cell, hardware
from recipes import RECIPE

from codesign.baselines.comparison import compare, firmware_of
from codesign.baselines.published import find_published
from codesign.design.comparison import Estimated
from codesign.design.report import Evidence
from codesign.pipeline import read_recipe
from codesign.reporting.compare_figures import comparison_figure
from codesign.reporting.compare_page import comparison_verdict, write_compare_page
from codesign.reporting.compare_protocol_tables import (
    agreement_table,
    missing_table,
    protocol_table,
)
from codesign.reporting.compare_published_tables import published_hardware_table, published_table
from codesign.reporting.compare_tables import comparison_table, crossings_table, speedup_table
from codesign.reporting.compare_words import duration_ns

FIRMWARE = (
    firmware_of(hardware(), source="codesign estimate"),
    firmware_of(hardware(evidence=Evidence.LOGIC_SYNTH, latency=(9, 9, 9)), source="yosys.json"),
)
QUIET = compare(baselines(), FIRMWARE)
NOISY = compare(baselines(load=3.0, missing=(LOST,)), FIRMWARE)


def _column(table, name):
    place = table.header.index(name)
    return [row[place] for row in table.rows]


def _text(figure):
    return base64.b64decode(figure.uri.partition(",")[2]).decode()


def test_every_row_has_its_evidence_and_latency_is_no_throughput():
    table = comparison_table(QUIET)

    assert _column(table, "evidence")[:4] == [
        "ESTIMATED (C-synthesis)", "LOGIC_SYNTH", "MEASURED", "MEASURED",
    ]  # fmt: skip
    assert _column(table, "latency")[:3] == ["40 ns", "45 ns", "1.5 us"]
    assert _column(table, "range")[0] == "30 ns - 50 ns"
    assert _column(table, "events/s")[:3] == ["200,000,000", "200,000,000", "667,000"]
    assert len(table.rows) == len(CELLS) + 2 * len(FIRMWARE)


def test_published_rows_stand_beside_those_of_this_host():
    published = find_published("deepcalo")
    measured = baselines(design="deepcalo_small")
    table = comparison_table(compare(measured, FIRMWARE, published=published))
    rows = [row for row in table.rows if row[2] == "PUBLISHED"]

    assert len(rows) == 8  # batch 1 alone was measured here and published
    assert rows[0] == (
        "1", "AMD Ryzen 7 3700X", "PUBLISHED", "7.52 ms", "-", "-", "-", "133", "-", "404",
        "published, 53.7 W",
    )  # fmt: skip


def test_what_was_published_of_another_network_never_stands_beside_its_rows():
    found = compare(baselines(), FIRMWARE, published=find_published("deepcalo"))

    assert "PUBLISHED" not in _column(comparison_table(found), "evidence")
    assert "PUBLISHED" not in _text(comparison_figure(found, batch=1))


def test_an_energy_names_its_source():
    table = comparison_table(QUIET)

    assert set(_column(table, "energy is")) == {"unavailable", "modelled from TDP, 65 W"}


def test_a_noisy_host_prints_its_reason_and_the_remedy_instead_of_ratios():
    table = speedup_table(NOISY)

    assert table.title == "No speed-up is printed"
    assert [row[0].partition(" before")[0] for row in table.rows] == [
        "load average 3.00 on 4 cores"
    ]
    assert "end other programs" in table.note
    assert "--accept-noise" in table.note


def test_without_firmware_there_is_nothing_to_hold_runtimes_against():
    table = speedup_table(compare(baselines(), ()))

    assert table.rows == (("there is no latency of the firmware to compare with",),)
    assert table.note == ""


def test_a_batch_that_was_noisy_is_named_below_the_ratios_of_the_others():
    cells = (cell("litert", 1.5), cell("litert", 30.0, batch=64, spread=4.0))
    table = speedup_table(compare(baselines(*cells), FIRMWARE))

    assert set(_column(table, "batch")) == {"1"}
    assert "NOISY HOST, ratios are left out" in table.note
    assert "batch 64: p99 is above 3 times p50 for litert" in table.note


def test_ratios_of_a_noisy_host_that_were_asked_for_say_so():
    table = speedup_table(compare(baselines(load=3.0), FIRMWARE, accept_noise=True))

    assert len(table.rows) == 4
    assert "--accept-noise was given" in table.note


def test_ratios_have_a_range():
    assert _column(speedup_table(QUIET), "latency")[0] == "37.5x [29.7-50.5]"


def test_forty_megahertz_are_told_in_copies_and_cores():
    assert _column(crossings_table(QUIET), "40 MHz takes") == [
        "1 copy of the firmware", "1 copy of the firmware", "60 cores",
    ]  # fmt: skip


def test_cores_of_a_noisy_host_are_not_told():
    assert _column(crossings_table(NOISY), "40 MHz takes")[-1].startswith("not told")


def test_what_has_no_number_is_listed_with_its_reason():
    (row,) = missing_table(NOISY.baselines).rows

    assert row[:4] == ("xla", "4 threads", "64", "failed")
    assert "SIGSEGV" in row[4]


def test_the_protocol_says_what_was_run_and_what_is_included():
    rows = dict(protocol_table(QUIET.baselines).rows)

    assert "same argmax 99.50%" in rows["what was run"]
    assert "included: numpy, litert" in rows
    assert rows["processor"] == "Imaginary 9000, 4 cores"


def test_agreement_is_the_worst_of_each_runtime():
    assert [row[0] for row in agreement_table(QUIET.baselines).rows] == ["numpy", "litert"]


def test_a_published_table_keeps_its_numbers_and_its_source():
    table = published_table(find_published("deepcalo"))

    assert _column(table, "speed-up")[:2] == ["1.16x", "1.00x"]
    assert set(_column(table, "evidence")) == {"PUBLISHED"}
    assert "talk" in table.note


def test_published_firmware_stands_beside_estimates_of_ours_each_with_its_evidence():
    hardware_published = find_published("deepcalo").hardware
    estimated = [
        Estimated(report=hardware(), is_trained=True),
        Estimated(report=replace(hardware(), design="whole"), is_trained=False),
    ]
    table = published_hardware_table(hardware_published, estimated)

    assert table.header[1:] == (
        "published, Alveo U50", "tagger, trained, vu9p", "whole, before training, vu9p",
    )  # fmt: skip
    assert table.rows[0][1:] == ("PUBLISHED", *["ESTIMATED (C-synthesis)"] * 2)
    assert [row[:2] for row in table.rows[1:]] == [
        ("LUT", "264,101"), ("FF", "298,539"), ("DSP", "4,752"), ("BRAM 18K", "754"),
        ("URAM", "115"), ("cycles", "594,652"),
    ]  # fmt: skip
    assert table.rows[-1][2] == "8 [6-10]"
    assert "377 BRAM tiles" in table.note
    assert "U50" in table.note


def test_what_was_published_is_said_to_be_another_network():
    measured = compare(
        baselines(design="deepcalo_small"), FIRMWARE, published=find_published("deepcalo")
    )

    for text in (comparison_table(measured).note, comparison_figure(measured, batch=1).caption):
        assert "images 56x11x4" in text
        assert "another network than deepcalo_small" in text
    assert measured.published_hardware is not None
    assert compare(baselines(), (), published=measured.published).published_hardware is None
    assert "PUBLISHED" not in comparison_table(QUIET).note


@pytest.mark.parametrize(
    ("comparison", "word"),
    [
        (QUIET, "COMPLETE"),
        (NOISY, "NOISY · PARTIAL"),
        (compare(baselines(missing=(LOST,)), FIRMWARE), "PARTIAL"),
        (compare(baselines(cell("litert", 1.0, spread=9.0)), FIRMWARE), "NOISY"),
    ],
    ids=["quiet", "noisy and partial", "partial", "noisy"],
)
def test_the_verdict_says_whether_to_quote_it(comparison, word):
    assert comparison_verdict(comparison).word == word


def test_the_figure_has_every_row_of_its_batch():
    published = find_published("deepcalo")
    measured = baselines(design="deepcalo_small")
    text = _text(comparison_figure(compare(measured, FIRMWARE, published=published), batch=1))

    for name in ("litert, 1 thread", "numpy, 1 thread", "V100, PUBLISHED", "LOGIC_SYNTH", "40 MHz"):
        assert name in text


def test_the_page_is_one_file_with_everything(tmp_path: Path):
    recipe = tmp_path / "tagger.toml"
    recipe.write_text(RECIPE, encoding="utf-8")
    found = compare(
        baselines(missing=(LOST,), design="deepcalo_small"), FIRMWARE,
        published=find_published("deepcalo"), left_out=("no synthesis of tagger yet",),
        estimated=(Estimated(report=hardware(), is_trained=True),),
    )  # fmt: skip

    path = write_compare_page(read_recipe(recipe), found, path=tmp_path / "comparison.html")
    text = path.read_text(encoding="utf-8")

    assert "<script" not in text
    for part in ("PARTIAL", "Side by side", "40 MHz", "Published", "594,652", "no synthesis of"):
        assert part in text


def test_where_nothing_is_missing_there_is_no_table_of_it(tmp_path: Path):
    recipe = tmp_path / "tagger.toml"
    recipe.write_text(RECIPE, encoding="utf-8")
    found = [
        write_compare_page(
            read_recipe(recipe),
            compare(baselines(missing=lost), FIRMWARE),
            path=tmp_path / "x.html",
        ).read_text(encoding="utf-8")
        for lost in ((LOST,), ())
    ]

    assert ["Not measured" in page for page in found] == [True, False]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5 ns"), (999.0, "999 ns"), (1000.0, "1 us"), (8.75e6, "8.75 ms"), (3e9, "3 s")],
)
def test_a_time_is_written_in_its_unit(value, text):
    assert duration_ns(value) == text
