"""What ``build(hp)`` asks for becomes what a sweep proposes."""

import pytest

from codesign.errors import InvalidDesignError
from codesign.models.own.build import hyper_parameters, own_model
from codesign.models.own.choices import Choices

CODE = """\
def build(hp):
    hp.Int("units", 8, 32, step=8)
    hp.Float("rate", 1e-4, 1e-2, sampling="log")
    if hp.Boolean("deep"):
        with hp.conditional_scope("deep", [True]):
            with hp.name_scope("second"):
                hp.Choice("bits", [4, 6])
    hp.Fixed("classes", 5)
"""


def found(tmp_path, code=CODE):
    path = tmp_path / "tagger.py"
    path.write_text(code, "utf-8")
    return {o.name: o for o in hyper_parameters(own_model("tagger.py:build", tmp_path))}


def ask(**values):
    return Choices(values, strict=True)


@pytest.mark.keras
def test_hyper_parameters_are_found_by_calling_build_also_those_of_a_condition(tmp_path):
    offers = found(
        tmp_path,
        CODE.replace(
            'if hp.Boolean("deep"):\n        with', 'hp.Boolean("deep")\n    if True:\n        with'
        ),
    )

    assert list(offers) == ["units", "rate", "deep", "classes", "second/bits"]
    assert offers["units"].values == (8, 16, 24, 32)
    assert offers["rate"].values[0] == 1e-4
    assert offers["rate"].values[-1] == 1e-2
    assert len(offers["rate"].values) == 8
    assert offers["deep"].values == (False, True)
    assert offers["second/bits"].when == (("deep", (True,)),)
    assert offers["classes"].values == (5,)


@pytest.mark.keras
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def build(hp):\n    hp.Int('n', 9, 3)\n", "n: from 9 to 3, sampling 'linear'"),
        (
            "def build(hp):\n    return 1 / 0\n",
            r"ZeroDivisionError: division by zero \(tagger.py:2\)",
        ),
        ("import nowhere_to_be_found\n", "cannot be read: ModuleNotFoundError"),
        ("build = 3\n", r"neither has build\(hp\) nor is a function"),
        (
            "def build(hp):\n    hp.Int('n', 1, 2)\n    hp.Int('n', 1, 3)\n",
            "asks for 'n' twice, of different values",
        ),
    ],
)
def test_code_that_cannot_be_used_is_refused_with_its_place(tmp_path, code, message):
    with pytest.raises(InvalidDesignError, match=message):
        found(tmp_path, code)


def test_code_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidDesignError, match=r"tagger.py is no file"):
        own_model("tagger.py:build", tmp_path)


def test_a_choice_is_answered_as_it_was_proposed():
    hp = ask(units=24, deep=False)

    assert hp.Int("units", 8, 32, step=8) == 24
    assert hp.get("units") == hp["units"] == 24
    assert "units" in hp
    with hp.conditional_scope("deep", [True]):
        assert hp.Choice("bits", [4, 6]) == 4  # the default, which nobody proposed
    assert "bits" not in hp.offers


def test_a_choice_that_nobody_could_know_of_is_refused():
    with pytest.raises(InvalidDesignError, match=r"'bits' for some choices only"):
        ask(deep=True).Choice("bits", [4, 6])


def test_ranges_are_those_of_keras_tuner():
    hp = Choices({}, strict=False)
    hp.Int("n", 1, 3)
    hp.Int("log", 4, 64, step=2, sampling="log")
    hp.Float("share", 0.0, 0.3, step=0.1)

    assert hp.offers["n"].values == (1, 2, 3)
    assert hp.offers["log"].values == (4, 8, 16, 32, 64)
    assert hp.offers["share"].values == (0.0, 0.1, 0.2, 0.3)
