"""The main job from end to end on a small design: kept, continued, and as the README shows it."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from codesign.design.codec import from_json
from codesign.design.design_point import DesignPoint
from codesign.design.hardware import Backend, Strategy
from codesign.errors import InvalidDesignError
from codesign.pipeline import Run, read_recipe

pytestmark = [pytest.mark.keras, pytest.mark.csim]
README = Path(__file__).parents[2] / "README.md"
RECIPE = """
name = "small_tagger"
data = { sample = "jets" }
model = { builder = "jet_tagger", widths = [6] }
pruning = { sparsity = 0.5, end_epoch = 1 }
training = { epochs = 2, batch_size = 1024 }
hardware = { device = "vu9p", clock = { period_ns = 5.0 } }
validation = { events = 1000 }

[quantization]
input = "fixed<10,4>"
layers = [{ name = "*", weight = "fixed<6,1>", bias = "fixed<6,1>", activation = "ufixed<6,2>" }]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Return a folder with a recipe where the README expects one."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "hls_projects").mkdir()
    (folder / "hls_projects" / "jet_tagger.toml").write_text(RECIPE, "utf-8")
    return folder


def recipe_of(home):
    return read_recipe(home / "hls_projects" / "jet_tagger.toml")


def reused(run):
    return {time.stage for time in run.times if time.reused}


def test_an_interrupted_job_goes_on_where_it_was(home):
    def interrupt(_done, _total, what):
        if "csim" in what:
            raise KeyboardInterrupt

    root = home / "hls_projects" / "build"
    with pytest.raises(KeyboardInterrupt):
        Run(recipe_of(home), root=root, progress=interrupt).finish()
    assert not (root / "small_tagger" / "report.html").exists()

    run = Run(recipe_of(home), root=root)
    result = run.finish()

    assert reused(run) == {"lint", "float", "train", "lower", "qkeras", "firmware"}
    assert result.point.certificate.is_bit_exact
    assert not list((root / ".stages").glob(".*"))


def test_what_is_kept_is_what_was_learnt(home):
    run = Run(recipe_of(home), root=home / "hls_projects" / "build")

    result = run.finish()

    assert reused(run) == {*("lint", "float", "train", "lower", "qkeras", "firmware", "certify")}
    text = (result.folder / "design_point.json").read_text("utf-8")
    assert from_json(DesignPoint, text, place="design_point.json") == result.point
    assert [quality.stage for quality in result.point.quality] == [
        "float",
        "qkeras",
        "emulator",
        "csim",
    ]
    accuracies = {quality.accuracy for quality in result.point.quality[1:]}
    assert len(accuracies) == 1
    names = {name for name, _ in result.point.certificate.tool_versions}
    assert {"codesign", "hls4ml", "QKeras", "tensorflow", "g++"} <= names
    page = result.report.read_text("utf-8")
    assert "BIT-EXACT" in page
    assert "small_tagger" in page


def test_the_readme_example_runs_as_it_stands(home):
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), flags=re.DOTALL)

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "dense_1 fixed<" in done.stdout
    assert re.search(r"accuracy 0\.\d+", done.stdout)
    assert done.stdout.splitlines()[-1].startswith("True hls_projects/build/small_tagger/report")


def test_more_events_than_there_are_is_refused_before_training(home):
    text = RECIPE.replace("events = 1000", "events = 25001").replace("small_tagger", "too_many")
    path = home / "too_many.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(
        InvalidDesignError, match=r"validation.events = 25001, but jets holds 25000"
    ):
        Run(read_recipe(path), root=home / "build").finish()
    assert not (home / "build").exists()


def test_an_illegal_reuse_factor_is_refused_before_training(home):
    text = RECIPE.replace(
        'hardware = { device = "vu9p",',
        'hardware = { device = "vu9p", strategy = "resource", reuse_factor = 7,',
    )
    path = home / "illegal.toml"
    path.write_text(text.replace("small_tagger", "illegal"), "utf-8")
    run = Run(read_recipe(path), root=home / "build")

    with pytest.raises(InvalidDesignError, match=r"dense_1: reuse_factor 7 .*nearest legal"):
        run.finish()
    assert [time.stage for time in run.times] == ["lint"]


def test_two_recipes_of_one_network_share_its_training(home):
    root = home / "hls_projects" / "build"
    Run(recipe_of(home), root=root).finish()
    candidate = recipe_of(home)
    hardware = replace(candidate.hardware, strategy=Strategy.RESOURCE, reuse_factor=2)
    other = Run(replace(candidate, name="other_tagger", hardware=hardware), root=root)

    network = other.network

    assert network.name == "other_tagger"
    assert reused(other) == {"float", "train", "lower"}


def test_a_recipe_for_rtl_is_simulated_in_c_as_the_same_network(home):
    root = home / "hls_projects" / "build"
    candidate = recipe_of(home)
    hardware = replace(candidate.hardware, backend=Backend.RTL)
    run = Run(replace(candidate, name="rtl_tagger", hardware=hardware), root=root)

    result = run.finish()

    assert result.point.certificate.is_bit_exact
    assert run.project.backend is Backend.VITIS


def test_training_may_begin_with_another_design(home):
    root = home / "hls_projects" / "build"
    wide = recipe_of(home)
    narrow = replace(wide, quantization=narrowed(wide.quantization))
    cold = Run(narrow, root=root)
    warm = Run(narrow, root=root, start=Run(wide, root=root))

    assert warm.trained != cold.trained
    assert warm.network.layers[0].shape == cold.network.layers[0].shape


def narrowed(plan):
    (every,) = plan.layers
    weight = replace(every.weight, width=4)
    return replace(plan, layers=(replace(every, weight=weight),))
