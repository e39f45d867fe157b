"""What a sweep of a model that measures has beside the others."""

from pathlib import Path

import pytest
from calo_recipes import calo_recipe

from codesign.design.codec import encode
from codesign.design.results import Measurement, Resolution
from codesign.errors import InvalidDesignError
from codesign.sweep.goals import Objective
from codesign.sweep.results.figures import resolution_figures
from codesign.sweep.space.knobs import find_knob


def test_a_resolution_is_lowered():
    assert str(Objective.from_text("resolution")) == "min resolution"


def test_the_resolution_is_a_figure_with_its_error():
    found = Resolution(
        stage="emulator",
        events=300,
        resolution=Measurement(value=0.03, error=0.002),
        median=1.0,
        bins=(),
    )

    measured, events = resolution_figures(found)

    assert (measured.figure, measured.value) == ("resolution", 0.03)
    assert (measured.low, measured.high) == pytest.approx((0.028, 0.032))
    assert events.value == 300


def test_the_inputs_that_a_model_reads_can_be_chosen():
    plain = encode(calo_recipe(Path("calo.npz"), full=True))

    find_knob("reads").turn(plain, "*", "image + tracks")

    assert [source["name"] for source in plain["model"]["inputs"]] == ["image", "tracks"]


def test_an_unknown_input_is_refused_with_the_known_ones():
    plain = encode(calo_recipe(Path("calo.npz"), full=True))

    with pytest.raises(InvalidDesignError, match=r"no input 'jets'; model.inputs are image, sca"):
        find_knob("reads").turn(plain, "*", "jets")
