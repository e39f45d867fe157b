import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.data import EventSet, load_sample, write_npz, write_root


def scored(path: Path, *, score=None, provenance=()) -> Path:
    values = np.arange(1000) if score is None else score
    events = EventSet(
        features=np.concatenate([values, [990, 5]]).astype(np.int32)[:, None],
        feature_names=("score",),
        units=("",),
        labels=np.array([0] * 1000 + [1] * 2),
        label_names=("zero_bias", "top"),
        sample="toy",
        provenance=provenance,
    )
    (write_root if path.suffix == ".root" else write_npz)(events, path)
    return path


def answer(*arguments):
    result = CliRunner().invoke(app, ["trigger", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("suffix", [".npz", ".root"])
def test_rates_of_a_file_of_scores(tmp_path: Path, suffix: str) -> None:
    path = scored(tmp_path / f"scores{suffix}")
    # 1,000 events at 40 MHz: one is 40 kHz
    found = json.loads(answer("rates", path, "--target", 500, "--filled", 1, "--json"))
    (point,) = found["points"]
    assert point["threshold"] == 988
    assert point["rate_khz"]["value"] == pytest.approx(480)
    assert point["signals"] == [["top", pytest.approx({**point["signals"][0][1], "accepted": 1})]]
    assert point["is_supported"]


def test_rates_as_a_table_and_a_figure(tmp_path: Path) -> None:
    figure = tmp_path / "rates.svg"
    path = scored(tmp_path / "scores.npz")
    shown = answer("rates", path, "--target", 100, "--filled", 1, "--figure", figure)
    assert "80 ± 57*" in shown
    assert "fewer than 10 zero-bias events" in shown
    assert figure.read_text(encoding="utf-8").count("zero-bias events") == 1


def test_a_rate_on_too_few_collisions_is_marked(tmp_path: Path) -> None:
    path = scored(tmp_path / "scores.root", provenance=(("smallest share", "1.5e-02"),))
    asked = ("rates", path, "--target", 500, "--target", 700, "--filled", 1)
    found = json.loads(answer(*asked, "--json"))
    assert found["smallest_share"] == 0.015
    assert [point["rests_on_few"] for point in found["points"]] == [True, False]
    assert [point["is_supported"] for point in found["points"]] == [True, True]
    shown = answer(*asked)
    assert "480 ± 1.4e+02†" in shown
    assert "fewer than 10 collisions" in " ".join(shown.split())


def test_a_menu_is_not_asked_about_what_no_trigger_sends(tmp_path: Path) -> None:
    events = load_sample("l1").select(np.arange(20))
    wrong = events.features.copy()
    wrong[7, 0] = -5
    write_npz(replace(events, features=wrong), tmp_path / "l1.npz")
    result = CliRunner().invoke(app, ["trigger", "menu", str(tmp_path / "l1.npz")])
    assert result.exit_code == 2
    assert "event 7, met_pt = -5 is not in [0, 4095]" in " ".join(result.stderr.split())


def test_menu_of_the_shipped_sample() -> None:
    found = json.loads(answer("menu", "l1", "--json"))
    assert [seed["name"] for seed in found["rates"]["seeds"]] == [
        "four_jets_sum_pt",
        "four_jets_met",
    ]
    kept = {one["signal"]: one["any_seed"]["accepted"] for one in found["signals"]}
    assert kept["ttbar"] > kept["h0_to_tautau"] > 0
    assert "proportional" in answer("menu", "l1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--column", "nothing"), "no column 'nothing'; known columns are score"),
        (("--zero-bias", "zb"), "no events of class 'zb'.*classes are zero_bias, top"),
        (("--target", "1e9"), "a target of 1e\\+09 kHz"),
        (("--filled", "2"), "share in"),
    ],
)
def test_mistakes_are_named_without_a_traceback(tmp_path: Path, arguments, message: str) -> None:
    path = scored(tmp_path / "scores.npz")
    result = CliRunner().invoke(app, ["trigger", "rates", str(path), *arguments])
    assert result.exit_code != 0
    import re

    assert re.search(message, str(result.exception or "") + result.output, re.DOTALL)
