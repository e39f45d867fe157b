import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import codesign.reporting
from codesign.design.codec import to_json
from codesign.errors import InvalidDataError
from codesign.reporting import render_report, write_report
from codesign.reporting.quality_figures import agreement_figure

_VOID = {"meta", "img", "link", "br", "hr", "input"}
_FIGURES = [
    "ROC curves",
    "Confusion matrix of csim",
    "Agreement of QKeras and csim",
    "Weights and biases against their precisions",
    "Inputs and activations against their precisions",
    "Sparsity of each layer",
    "Bit operations of each layer",
    "Loss, accuracy and sparsity",
]


class _Page(HTMLParser):
    """What stands in a page; a tag that is not closed in order fails."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    @property
    def images(self):
        return [attributes for tag, attributes in self.attributes if tag == "img"]


@pytest.fixture(scope="module")
def report(point, scores):
    return render_report(point, scores)


@pytest.fixture(scope="module")
def page(report):
    return _Page(report)


def test_every_figure_is_there_inline_with_words_for_who_cannot_see_it(report, page):
    assert re.findall(r"<h3>(.*?)</h3>", report) == _FIGURES
    assert len(page.images) == len(_FIGURES)
    for image in page.images:
        assert image["src"].startswith("data:image/svg+xml;base64,")
        assert len(image["alt"]) > 10
        assert len(image["src"]) < 80_000


def test_the_page_asks_for_nothing_outside_and_runs_nothing(page):
    assert "script" not in page.tags
    assert "link" not in page.tags
    for _, attributes in page.attributes:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in {"src", "href"}:
                assert value.startswith(("data:", "#"))


def test_the_page_is_small(report):
    assert len(report.encode()) < 1_500_000


def test_links_lead_to_sections_that_exist(page):
    ids = {attributes.get("id") for _, attributes in page.attributes}
    targets = {attributes["href"][1:] for tag, attributes in page.attributes if tag == "a"}
    assert targets
    assert targets <= ids


def test_the_page_holds_verdict_numbers_digests_and_recipe(page, point):
    text = " ".join(" ".join(page.text).split())
    for expected in (
        "BIT-EXACT", "No synthesis evidence on this page.", "not a checkout", "fixed<6,1>",
        "mass, multiplicity", "xcvu9p-flga2104-2L-e", "codesign 0.1.0", "g++ 12.2.0",
        "2026-01-02T03:04:05Z", "build/toy_tagger", *(digit * 64 for digit in "12345"),
    ):  # fmt: skip
        assert expected in text
    assert to_json(point.candidate).strip() in "".join(page.text)


def test_hostile_names_are_shown_not_obeyed(point, scores, broken_certificate):
    evil = '<script>alert("1")</script>'
    names = (evil, "$x_{", "_hidden")
    divergence = replace(broken_certificate.comparisons[1].divergence, layer=evil, cause=evil)
    broken = replace(broken_certificate.comparisons[1], divergence=divergence)
    hostile = replace(
        point,
        label_names=names,
        certificate=replace(broken_certificate, comparisons=(broken,)),
        layers=tuple(replace(layer, name=evil) for layer in point.layers),
        profiles=tuple(replace(profile, name=evil) for profile in point.profiles),
        provenance=replace(point.provenance, sample=evil, host='"><img src=x onerror=y>'),
    )
    page = _Page(render_report(hostile, replace(scores, label_names=names, feature_names=(evil,))))
    assert "script" not in page.tags
    assert all(image["src"].startswith("data:") for image in page.images)
    assert "DISAGREES" in "".join(page.text)
    assert evil in "".join(page.text)


def test_a_page_with_little_to_show_says_what_is_missing(point, scores, certificate):
    bare = replace(
        point,
        history=(),
        profiles=(),
        suggestions=(),
        layers=(),
        quality=point.quality[:1],
        certificate=replace(certificate, comparisons=()),
    )
    page = _Page(render_report(bare, replace(scores, logits=scores.logits[:1])))
    text = " ".join(" ".join(page.text).split())
    for expected in (
        "NOT COMPARED", "Nothing was fitted in this run.", "No tensor was profiled.",
        "No figure of agreement",
    ):  # fmt: skip
        assert expected in text


def test_scores_of_other_classes_are_refused(point, scores):
    with pytest.raises(InvalidDataError, match="scores of classes a, b, c for a design point of"):
        render_report(point, replace(scores, label_names=("a", "b", "c")))


def test_a_report_is_written_whole_and_the_same_each_time(point, scores, report, tmp_path):
    path = write_report(point, scores, tmp_path / "report.html")
    assert path.read_text(encoding="utf-8") == report
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]


def test_a_missing_folder_is_refused(point, scores, tmp_path):
    with pytest.raises(InvalidDataError, match="is not a folder; create it first"):
        write_report(point, scores, tmp_path / "missing" / "report.html")


def test_disagreeing_scores_are_counted_in_the_drawing(scores):
    shifted = scores.of("csim") + np.where(np.arange(400) % 50 == 0, 900, 0)[:, None]
    broken = replace(scores, logits=(*scores.logits[:3], ("csim", shifted)))
    assert "98.0 % are equal" in agreement_figure(broken, lsb=2.0**-11).alt
    assert "100 % are equal" in agreement_figure(scores, lsb=2.0**-11).alt


def test_matplotlib_waits_until_a_figure_is_drawn():
    code = "import sys, codesign.reporting; print('matplotlib' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"


def test_one_module_alone_imports_matplotlib():
    sources = Path(codesign.reporting.__file__).parent.glob("*.py")
    wanted = re.compile(r"^\s*(?:import|from) matplotlib", re.MULTILINE)
    assert [path.name for path in sources if wanted.search(path.read_text())] == ["plots.py"]


def test_layers_that_disagree_behind_equal_outputs_are_told(point, scores, certificate):
    wrong = replace(certificate.layers[0], exact_values=399, max_error_lsb=2.0)
    hidden = replace(point, certificate=replace(certificate, layers=(wrong,)))

    page = render_report(hidden, scores)

    assert "DISAGREES" in page
    assert "dense_1: emulator against QKeras on events: 1 of 400 values differ" in page
    assert "up to 2 LSB" in page
