import json
from pathlib import Path

import pytest
from recipes import RECIPE
from typer.testing import CliRunner, Result

from codesign.cli.app import app

RECIPE_VERBS = ("run", "train", "csim", "report", "lower", "estimate", "compare")


def _invoke(folder: Path, verb: str, text: str) -> Result:
    recipe = folder / "tagger.toml"
    recipe.write_text(text, encoding="utf-8")
    arguments = [verb, str(recipe), "--build", str(folder / "build"), "--json"]
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize("verb", RECIPE_VERBS)
@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("epochs = 10", "epoch = 10", "unknown key 'epoch'; known keys are batch_size"),
        ('weight = "fixed<6,1>"', 'weight = "fixed<0,1>"', "a precision needs"),
        ('name = "tagger"', 'name = "../tagger"', "cannot name a design"),
        ("[data]", "[data", "not a TOML file"),
        ('sample = "jets"', 'sample = "no/jets.npz"', "no/jets.npz cannot be opened"),
        ('device = "vu9p"', 'device = "vu99p"', "vu99p"),
    ],
    ids=["unknown key", "no bits", "walks out", "not TOML", "no events", "no device"],
)
def test_a_bad_recipe_is_one_error_and_leaves_nothing_behind(
    tmp_path: Path, verb: str, right: str, wrong: str, message: str
) -> None:
    result = _invoke(tmp_path, verb, RECIPE.replace(right, wrong, 1))

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "error: " in result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["tagger.toml"]


@pytest.mark.parametrize("verb", RECIPE_VERBS)
def test_a_missing_recipe_is_named(tmp_path: Path, verb: str) -> None:
    result = CliRunner().invoke(app, [verb, str(tmp_path / "none.toml")])

    assert result.exit_code == 2
    assert "none.toml: no such recipe" in result.stderr


def test_a_report_of_what_was_never_run_says_what_is_missing(tmp_path: Path) -> None:
    result = _invoke(tmp_path, "report", RECIPE.replace("events = 20_000", "events = 500"))

    assert result.exit_code == 2
    assert "does not hold the result of the stage 'lint'" in result.stderr
    assert "make it with: codesign run" in result.stderr
    assert not (tmp_path / "build").exists()


def test_env_is_one_json_object() -> None:
    result = CliRunner().invoke(app, ["env", "--json"])

    assert result.exit_code == 0
    assert {"codesign", "python", "packages", "programs"} <= json.loads(result.stdout).keys()


def test_env_for_people_names_the_version_of_numpy() -> None:
    result = CliRunner().invoke(app, ["env"])

    assert "packages.numpy: 2." in result.stdout


def test_doctor_is_one_json_object_and_its_status_says_whether_it_is_ready() -> None:
    result = CliRunner().invoke(app, ["doctor", "--json"])

    plain = json.loads(result.stdout)
    assert result.exit_code == (0 if plain["ready"] else 1)
    assert set(plain["findings"][0]) == {"name", "status", "found", "expected", "remedy"}


def test_doctor_for_people_ends_with_a_verdict() -> None:
    result = CliRunner().invoke(app, ["doctor"])

    assert "ready" in result.stdout.splitlines()[-1]
