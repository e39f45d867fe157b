import base64
import re
from dataclasses import replace

import pytest

from codesign.errors import InvalidDataError
from codesign.reporting.sweep_growth_figure import growth_figure
from codesign.reporting.sweep_page import verdict_of, write_sweep_page
from codesign.reporting.sweep_pareto_figures import pareto_figures
from codesign.reporting.sweep_quality_figures import quality_figures
from codesign.reporting.sweep_records import (
    Goal,
    Growth,
    Limit,
    Reading,
    Setback,
    SweepSummary,
    SweptDesign,
)
from codesign.reporting.sweep_tables import (
    design_table,
    front_table,
    pick_table,
    setback_table,
    state_table,
)


def _reading(figure, value, error=0.0, evidence="emulator"):
    return Reading(
        figure=figure, value=value, low=value - error, high=value + error, evidence=evidence
    )


def _design(number, bits, aim, *, mode="qat", **changes):
    made = SweptDesign(
        number=number,
        name=f"tagger_{number}",
        training=f"{bits}{aim}{mode}",
        choices=(("bits", str(bits)), ("sparsity", str(aim))),
        mode=mode,
        bits=bits,
        aim=aim,
        readings=(
            _reading("accuracy", 0.5 + bits / 40 - aim / 20, 0.01),
            _reading("lut", 90_000.0 * bits * (1.1 - aim), 5000.0, "estimated csynth"),
            _reading("bops", 100.0 * bits * bits * (1 - aim), evidence="exact"),
            _reading("sparsity", aim, evidence="exact"),
        ),
    )
    return replace(made, **changes)


@pytest.fixture
def summary():
    taken = {"on_front": True, "bit_exact": "yes", "pick": "codesign sweep pick s --trial 1"}
    designs = (
        _design(1, 8, 0.0, **taken, report="../../tagger_1/report.html"),
        _design(2, 8, 0.5, **taken, tied=(3,), outside=True),
        _design(3, 6, 0.0, **taken, tied=(2,)),
        _design(4, 6, 0.5),
        _design(5, 6, 0.5, mode="ptq"),
    )
    return SweepSummary(
        name="s",
        sample="jets",
        events=2000,
        device="vu9p",
        goals=(Goal(figure="accuracy", maximize=True), Goal(figure="lut", maximize=False)),
        limits=(Limit(figure="lut", text="lut < 50%", value=591120.0),),
        states=(("done", 5), ("failed", 1)),
        designs=designs,
        setbacks=(Setback(state="failed", reason="<b>it</b> crashed", trials=(6,)),),
        growth=(
            Growth(seconds=10.0, trials=2, hypervolume=0.5),
            Growth(seconds=400.0, trials=5, hypervolume=1.0),
        ),
        shortened=0,
        trainings=5,
        began="2026-01-02T03:04:05.000+00:00",
        ended="2026-01-02T03:14:05.000+00:00",
    )


def _words(drawing):
    svg = base64.b64decode(drawing.uri.partition(",")[2]).decode()
    return re.sub(r"<[^>]+>", " ", svg)


def test_quality_is_drawn_against_bits_sparsity_and_bops(summary):
    drawings = quality_figures(summary)
    assert [drawing.title for drawing in drawings] == [
        "Accuracy against bits", "Accuracy against sparsity", "Accuracy against BOPs",
    ]  # fmt: skip
    for drawing in drawings:
        words = _words(drawing)
        assert "emulator, ± 1 standard deviation" in words
        assert "2,000 test events of jets" in words
        assert "PTQ" in words
        assert "QAT" in words
    assert "(BOPs), exact" in _words(drawings[2])


def test_what_was_not_varied_has_no_figure(summary):
    designs = tuple(design for design in summary.designs if design.aim == 0)
    drawings = quality_figures(replace(summary, designs=designs))
    assert [drawing.title for drawing in drawings] == [
        "Accuracy against bits", "Accuracy against BOPs",
    ]  # fmt: skip


def test_a_front_shows_evidence_limits_ties_and_the_part(summary):
    (drawing,) = pareto_figures(summary)
    words = _words(drawing)
    assert "ESTIMATED for C-synthesis, 90 % range" in words
    assert "lut &lt; 50%" in words
    assert "all of vu9p" in words
    assert "front, within error of another" in words
    assert "2 of its 3 designs lie within the errors of another" in drawing.caption
    assert "vu9p has 1,182,240 LUT" in drawing.caption


def test_a_limit_far_away_is_told_and_not_drawn(summary):
    small = tuple(
        replace(
            _design(number, 4, 0.0),
            readings=(_reading("accuracy", 0.4, 0.01), _reading("lut", 10.0 * number)),
        )
        for number in (1, 2)
    )
    (drawing,) = pareto_figures(replace(summary, designs=small))
    assert "lut &lt; 50%" not in _words(drawing)
    assert "the limit lut < 50% is 591,120" in drawing.caption


def test_the_hypervolume_is_drawn_in_a_unit_that_suits_it(summary):
    assert "began (min)" in _words(growth_figure(summary))
    assert growth_figure(replace(summary, growth=())) is None


def test_a_front_names_ties_and_reservations(summary):
    table = front_table(summary)
    assert [row[0] for row in table.rows] == ["1", "2*", "3"]
    assert [row[-1] for row in table.rows] == ["", "3", "2"]
    assert "accuracy: emulator, ± 1 standard deviation" in table.note
    assert "LUT: ESTIMATED for C-synthesis, 90 % range" in table.note
    assert "*: outside of what the estimator was calibrated for" in table.note


def test_what_is_the_same_for_all_is_told_once(summary):
    same = tuple(
        replace(d, readings=(*d.readings, _reading("dsp", 0.0, evidence="estimated csynth")))
        for d in summary.designs
    )
    table = design_table(replace(summary, designs=same))
    assert "DSP" not in table.header
    assert "The same for all: DSP 0" in table.note


def test_many_designs_are_cut_and_the_rest_is_named(summary):
    many = tuple(_design(number, 8, 0.1 + number / 1000) for number in range(1, 131))
    table = design_table(replace(summary, designs=many))
    assert len(table.rows) == 100
    assert table.note.startswith("30 more: codesign sweep export.")


def test_each_design_of_the_front_has_its_command_and_page(summary):
    rows = pick_table(summary).rows
    assert rows[0] == (
        "1", "tagger_1", "yes", "codesign sweep pick s --trial 1", "../../tagger_1/report.html",
    )  # fmt: skip
    assert rows[1][-1] == ""


def test_states_add_up_and_setbacks_have_their_reason(summary):
    assert state_table(summary).rows == (("done", "5"), ("failed", "1"), ("all", "6"))
    assert setback_table(summary).rows == (("failed", "1", "<b>it</b> crashed", "6"),)


@pytest.mark.parametrize(
    ("exact", "word", "level"),
    [("yes", "FRONT BIT-EXACT", "good"), ("", "NOT CERTIFIED", "bad"), ("NO", "DISAGREES", "bad")],
)
def test_the_verdict_is_about_the_front(summary, exact, word, level):
    first = replace(summary.designs[0], bit_exact=exact)
    verdict = verdict_of(replace(summary, designs=(first, *summary.designs[1:])))
    assert (verdict.word, verdict.level) == (word, level)


def test_the_page_is_one_file_that_links_and_escapes(summary, tmp_path):
    text = write_sweep_page(summary, tmp_path / "report.html").read_text("utf-8")
    assert '<a href="../../tagger_1/report.html">report</a>' in text
    assert "&lt;b&gt;it&lt;/b&gt; crashed" in text
    assert "<script" not in text
    assert "No synthesis evidence" in text
    assert text == write_sweep_page(summary, tmp_path / "again.html").read_text("utf-8")


def test_a_sweep_without_a_design_has_a_page(summary, tmp_path):
    empty = replace(summary, designs=(), growth=(), trainings=0)
    text = write_sweep_page(empty, tmp_path / "report.html").read_text("utf-8")
    assert "NO DESIGN" in text
    assert "crashed" in text


def test_a_page_needs_an_objective(summary):
    with pytest.raises(InvalidDataError, match="s: a page of a sweep needs an objective"):
        replace(summary, goals=())


@pytest.mark.parametrize(
    ("reading", "text"),
    [
        (_reading("accuracy", 0.7612, 0.0043), "0.7612 ± 0.0043"),
        (_reading("lut", 12345.0, 1000.0, "estimated csynth"), "12,345 (11,345 to 13,345)"),
        (_reading("sparsity", 0.5, evidence="exact"), "0.5"),
        (_reading("latency_ns", 12.5, evidence="estimated csynth"), "12.5"),
        (_reading("bops", 104019.2, evidence="exact"), "104,019"),
    ],
)
def test_a_figure_is_written_with_its_error(reading, text):
    assert reading.text == text
