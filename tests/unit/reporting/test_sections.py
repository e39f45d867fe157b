from dataclasses import replace

import pytest

from codesign.errors import InvalidDataError
from codesign.reporting.overview import Verdict
from codesign.reporting.plots import drawing
from codesign.reporting.sections import Page, Section, write_figures


def figure(title, height):
    return drawing(
        lambda canvas: canvas.subplots().plot([0, height]),
        size=(2, 1),
        title=title,
        caption="",
        alt="",
    )


@pytest.fixture
def page():
    figures = (figure("Accuracy against bits", 1), figure("LUT (estimated)", 2))
    return Page(
        kind="sweep",
        name="some",
        subtitle="",
        verdict=Verdict(word="FINE", level="good", text=""),
        key_numbers=(),
        evidence="",
        sections=(Section(title="Curves", items=figures),),
    )


def test_each_figure_becomes_a_file_named_by_its_title(page, tmp_path):
    written = write_figures(page, tmp_path / "new" / "figures")

    assert [path.name for path in written] == ["accuracy_against_bits.svg", "lut_estimated.svg"]
    assert all(path.read_text("utf-8").rstrip().endswith("</svg>") for path in written)
    assert written[0].read_bytes() != written[1].read_bytes()


def test_figures_of_one_title_do_not_overwrite_each_other(page, tmp_path):
    twice = replace(page, sections=(page.sections[0], page.sections[0]))

    assert len(set(write_figures(twice, tmp_path))) == 4
    assert len(list(tmp_path.iterdir())) == 4


def test_a_file_in_the_place_of_the_folder_is_refused(page, tmp_path):
    (tmp_path / "taken").write_text("")

    with pytest.raises(InvalidDataError, match="taken .*name another folder"):
        write_figures(page, tmp_path / "taken")
