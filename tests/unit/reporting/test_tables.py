import io
from dataclasses import replace

from rich.console import Console

from codesign.reporting import certificate_table, cost_table, quality_table, to_rich
from codesign.reporting.tables import precision_table, rejection_table, time_table


def _printed(table, width=160):
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(to_rich(table))
    return console.file.getvalue()


def test_quality_has_a_column_a_stage_and_a_row_a_class(point):
    table = quality_table(point.quality)
    assert table.header == ("", "float", "QKeras", "emulator", "csim")
    assert [row[0] for row in table.rows] == ["accuracy", "AUC q", "AUC w", "AUC t"]
    assert all("±" in cell for row in table.rows for cell in row[1:])
    assert "400 test events" in table.note


def test_the_certificate_has_a_row_a_comparison(broken_certificate):
    first, second = certificate_table(broken_certificate).rows
    assert first[:2] == ("emulator with QKeras", "events")
    assert first[4:8] == ("100 %", "100 %", "0", "100 %")
    assert second[4:8] == ("99.9 %", "99.8 %", "3", "100 %")


def test_a_certificate_of_one_output_chooses_no_largest_one(broken_certificate):
    single = replace(
        broken_certificate,
        comparisons=tuple(
            replace(report, outputs=report.events, exact_outputs=report.exact_events)
            for report in broken_certificate.comparisons
        ),
    )

    assert "same argmax" in certificate_table(broken_certificate).header
    assert "argmax" not in _printed(certificate_table(single))


def test_every_format_of_a_layer_is_written(point):
    rows = precision_table(point.layers).rows
    assert rows[0] == (
        "dense_1", "dense", "4", "fixed<6,1>", "fixed<20,9>", "fixed<20,9>", "fixed<20,9>", "1",
        "latency",
    )  # fmt: skip
    assert rows[1][3:] == ("-", "-", "-", "ufixed<8,4,RND_CONV,SAT>", "-", "-")


def test_cost_sums_up_the_layers_that_multiply(point):
    table = cost_table(point.layers)
    assert [row[0] for row in table.rows] == ["dense_1", "dense_2", "total"]
    assert table.rows[-1] == ("total", "20", "75 %", "2,469", "912")
    assert "not LUTs" in table.note


def test_only_what_ran_counts_as_spent_time(point):
    table = time_table(point.times)
    assert table.rows[0] == ("training", "1 min 15 s", "reused")
    assert table.rows[-1] == ("computed in this run", "9.5 s", "")


def test_rejection_has_a_row_a_class(scores):
    table = rejection_table(scores)
    assert [row[0] for row in table.rows] == ["q", "w", "t"]
    assert table.header == ("class", "float", "QKeras", "csim")


def test_the_terminal_shows_every_cell_and_takes_no_markup(point, certificate):
    hostile = replace(
        certificate,
        comparisons=(replace(certificate.comparisons[0], candidate="[red]csim[/red]"),),
    )
    assert "[red]csim[/red]" in _printed(certificate_table(hostile))
    shown = _printed(quality_table(point.quality))
    assert all(cell in shown for row in quality_table(point.quality).rows for cell in row)
