"""The anomaly trigger from zero bias to certified firmware, on a small design."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.data import load_sample, write_npz
from codesign.design.trigger_results import Collisions
from codesign.errors import InvalidDesignError
from codesign.pipeline import read_recipe
from codesign.pipeline.anomaly import AnomalyRun

pytestmark = [pytest.mark.keras, pytest.mark.csim]
RECIPE = """
name = "small_trigger"
data = { sample = "l1" }
model = { builder = "vae", widths = [8], latent = 3 }
pruning = { sparsity = 0.5, end_epoch = 1 }
training = { epochs = 3, batch_size = 512 }
hardware = { device = "vu13p", clock = { period_ns = 5.0 } }
validation = { events = 1000 }
score = { kind = "r_z", table = "ufixed<12,6,RND_CONV,SAT>" }

[quantization]
input = "fixed<8,4>"

[[quantization.layers]]
name = "*"
weight = "fixed<6,2>"
bias = "fixed<6,2>"
activation = "ufixed<6,3>"

[[quantization.layers]]
name = "mean"
weight = "fixed<6,2>"
bias = "fixed<6,2>"
activation = "fixed<8,4>"
activation_quantizer = "quantized_bits"

[[quantization.layers]]
name = "log_variance"
weight = "fixed<6,2>"
bias = "fixed<6,2>"
activation = "fixed<6,3>"
activation_quantizer = "quantized_bits"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    (folder / "trigger.toml").write_text(RECIPE, "utf-8")
    return folder


@pytest.fixture(scope="module", autouse=True)
def result(home):
    run = AnomalyRun(read_recipe(home / "trigger.toml"), root=home / "build")
    return run.finish(targets_khz=(1000.0,), collisions=Collisions())


def test_qkeras_emulator_and_c_simulation_agree_on_the_score(result) -> None:
    assert result.certificate.is_bit_exact
    stages = {(c.reference, c.candidate, c.inputs) for c in result.certificate.comparisons}
    assert len(stages) == 4
    assert result.network.outputs == ("score",)
    assert result.certificate.layers, "hidden layers are compared too"


def test_every_version_has_a_threshold_of_its_own_within_the_rate(result) -> None:
    points = {of.version: of.point for of in result.study.points}
    assert list(points) == ["float", "qkeras", "firmware"]
    for point in points.values():
        assert 0 < point.rate_khz.value <= 1000
        assert point.background.events == 3_000
        assert point.signals[0][0] == "ttbar"
    kept = dict(points["firmware"].signals)
    assert kept["ttbar"].low > points["firmware"].background.value
    losses = {(at.loss.version, at.loss.signal) for at in result.study.losses}
    assert ("firmware", "a_to_4l") in losses


def test_the_page_shows_rates_and_agreement(result) -> None:
    text = result.report.read_text(encoding="utf-8")
    assert "Efficiency lost at equal rate" in text
    assert "BIT-EXACT" in text
    assert text.count("<img") == 2


def test_a_second_run_reuses_everything(home, result) -> None:
    again = AnomalyRun(read_recipe(home / "trigger.toml"), root=home / "build")
    assert again.certificate == result.certificate
    _ = again.scored
    assert all(time.reused for time in again.times)


def test_more_zero_bias_counts_in_the_rates_only(home, tmp_path: Path) -> None:
    events = load_sample("l1")
    background = np.flatnonzero(events.labels == 0)[:500]
    more = events.select(np.append(background, np.flatnonzero(events.labels == 1)[:9]))
    path = tmp_path / "more.npz"
    write_npz(more, path)
    answer = CliRunner().invoke(
        app,
        [
            *("trigger", "run", str(home / "trigger.toml"), "--build", str(home / "build")),
            *("--target", "1000", "--zero-bias", str(path), "--json"),
        ],
    )
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    point = found["study"]["points"][0]["point"]
    assert point["background"]["events"] == 3_500
    assert point["signals"][0][1]["events"] == 2_500


def test_a_recipe_without_a_score_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.toml"
    text = "\n".join(line for line in RECIPE.splitlines() if not line.startswith("score"))
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidDesignError, match=r"no \[score\].*codesign run"):
        _ = AnomalyRun(read_recipe(path), root=tmp_path).events
