"""The anomaly trigger from zero bias to certified firmware, on a small design."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trigger_recipe import RECIPE
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.data import load_events, load_sample, write_npz
from codesign.design.trigger_results import Collisions
from codesign.errors import InvalidDataError, InvalidDesignError
from codesign.pipeline import read_recipe
from codesign.pipeline.anomaly import AnomalyRun
from codesign.pipeline.anomaly_study import Question, run_trigger
from codesign.trigger import read_menu

pytestmark = [pytest.mark.keras, pytest.mark.csim]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    (folder / "trigger.toml").write_text(RECIPE, "utf-8")
    return folder


@pytest.fixture(scope="module", autouse=True)
def result(home):
    question = Question(targets_khz=(1000.0,), collisions=Collisions(), menu=read_menu("cut_based"))
    return run_trigger(read_recipe(home / "trigger.toml"), question, root=home / "build")


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
    losses = {(at.loss.version, at.loss.signal): at for at in result.study.losses}
    at = losses["firmware", "a_to_4l"]
    assert at.error > at.loss.loss.error > 0, "thresholds are not known exactly"
    assert at.is_supported


def test_the_page_shows_rates_and_agreement(result) -> None:
    text = result.report.read_text(encoding="utf-8")
    assert "Efficiency lost at equal rate" in text
    assert "BIT-EXACT" in text
    assert text.count("<img") == 4
    for title in ("Turn-on of the score", "Overlap of the seeds", "Distribution of the score"):
        assert title in text
    assert "ESTIMATED" in text


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


def test_seeds_and_pile_up_are_in_result_and_page(home, tmp_path: Path) -> None:
    events = load_sample("l1")
    denser = tmp_path / "denser.npz"
    write_npz(events.select(np.flatnonzero(events.labels <= 1)[::3]), denser)
    answer = CliRunner().invoke(
        app,
        [
            *("trigger", "run", str(home / "trigger.toml"), "--build", str(home / "build")),
            *("--target", "1000", "--seeds", "2", "--pile-up", f"60={denser}", "--json"),
        ],
    )
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    study = found["study"]
    assert [seed["seed"] for seed in study["seeds"]] == [1, 2]
    assert all(seed["is_bit_exact"] for seed in study["seeds"])
    over = study["losses_over"][0]
    single = [seed["losses"][0]["loss"]["loss"]["value"] for seed in study["seeds"]]
    assert over["loss"]["value"] == pytest.approx(np.mean(single))
    (point,) = study["pile_ups"]
    assert point["background"]["events"] == 4_000
    assert [name for name, _ in point["signals"]] == ["ttbar"]
    page = Path(found["report"]).read_text("utf-8")
    for title in ("Efficiency lost over seeds", "Thresholds at other pile-ups"):
        assert title in page


@pytest.mark.parametrize("text", ["60", "many=x.root", "-1=x.root", "60="])
def test_a_pile_up_that_cannot_be_read_is_a_usage_error(home, text: str) -> None:
    answer = CliRunner().invoke(
        app, ["trigger", "run", str(home / "trigger.toml"), "--pile-up", text]
    )
    assert answer.exit_code == 2
    assert "write the mean number of collisions" in answer.output


def test_zero_bias_in_gev_is_refused(home, tmp_path: Path) -> None:
    events = load_sample("l1").select(np.arange(20))
    path = tmp_path / "gev.npz"
    write_npz(replace(events, features=(events.features / 2).astype(np.float32)), path)
    run = AnomalyRun(read_recipe(home / "trigger.toml"), root=home / "build")
    question = Question(targets_khz=(1000.0,), zero_bias=lambda: [load_events(path)])
    with pytest.raises(InvalidDataError, match="is no hardware integer; divide GeV"):
        run_trigger(run.candidate, question, root=home / "build")
