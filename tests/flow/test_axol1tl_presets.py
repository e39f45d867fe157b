"""The shapes of AXOL1TL: each preset builds, trains, lowers, is certified and estimated."""

from dataclasses import replace
from pathlib import Path

import pytest

from codesign.design.layers import Dense
from codesign.design.trigger_results import Collisions
from codesign.pipeline import read_recipe
from codesign.pipeline.anomaly_study import Question, run_trigger

pytestmark = [pytest.mark.keras, pytest.mark.csim]
RECIPES = Path(__file__).parents[2] / "hls_projects"
SHAPES = {
    "axol1tl_v3": (57, 32, 16, 8),
    "axol1tl_v4": (57, 28, 15, 8),
    "axol1tl_v5": (57, 29, 10, 9, 6, 4, 6, 9, 10),
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name == "axol1tl_v5" else pytest.mark.slow) for name in SHAPES],
)
def test_preset_is_certified_and_estimated(name: str, tmp_path: Path) -> None:
    recipe = read_recipe(RECIPES / f"{name}.toml")
    quick = replace(
        recipe,
        training=replace(recipe.training, epochs=2, batch_size=512),
        validation=replace(recipe.validation, events=1000),
    )
    question = Question(targets_khz=(1000.0,), collisions=Collisions())
    found = run_trigger(quick, question, root=tmp_path)
    assert found.is_bit_exact
    assert str(found.network.precision("score")).startswith("ufixed<18,14")
    layers = [layer for layer in found.network.layers if isinstance(layer, Dense)]
    widths = [layer.shape[0] for layer in layers if not layer.name.startswith("score")]
    assert (57, *widths) == SHAPES[name]
    assert {str(layer.kernel.precision) for layer in layers[: len(widths)]} == {"fixed<6,3>"}
    assert found.estimate is not None
    assert found.estimate.usage.lut.value > 0
