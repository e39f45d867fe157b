"""The verbs of a design, in processes of their own as a user starts them."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codesign.data import load_sample, write_npz

pytestmark = [pytest.mark.keras, pytest.mark.csim]

_RECIPE = """\
name = "small_tagger"
data = {{ sample = "{sample}" }}
model = {{ builder = "jet_tagger", widths = [8] }}

[quantization]
input = "fixed<10,4>"
layers = [
  {{ name = "*", weight = "fixed<6,1>", bias = "fixed<6,1>", activation = "ufixed<6,2>" }},
]

[training]
epochs = 2

[hardware]
device = "vu9p"
clock = {{ period_ns = 5.0 }}

[validation]
events = 500
"""


def _codesign(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "codesign", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _json(folder: Path, verb: str) -> Any:
    done = _codesign(folder, verb, "small_tagger.toml", "--build", "build", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a recipe and the events it names, and the main job done in it."""
    if find_spec("tensorflow") is None:
        pytest.skip("needs tensorflow (extra train)")
    if shutil.which("g++") is None:
        pytest.skip("needs g++")
    made = tmp_path_factory.mktemp("codesign")
    write_npz(load_sample("jets").select(np.arange(4_000)), made / "some.npz")
    (made / "small_tagger.toml").write_text(_RECIPE.format(sample="some.npz"), encoding="utf-8")
    first = _codesign(made, "run", "small_tagger.toml", "--build", "build")
    assert first.returncode == 0, first.stderr
    (made / "stdout").write_text(first.stdout, encoding="utf-8")
    (made / "stderr").write_text(first.stderr, encoding="utf-8")
    return made


def test_the_main_job_prints_tables_and_last_the_path_of_the_report(folder: Path) -> None:
    printed = (folder / "stdout").read_text("utf-8")

    assert "BIT-EXACT: QKeras = emulator = csim" in printed
    assert "computed in this run" in printed
    assert printed.splitlines()[-1] == "build/small_tagger/report.html"
    assert (
        (folder / "build/small_tagger/report.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    )


def test_stderr_has_a_line_a_stage_and_no_chatter_of_libraries(folder: Path) -> None:
    lines = (folder / "stderr").read_text("utf-8").splitlines()

    assert "codesign: training the quantized model" in lines
    assert all(line.startswith("codesign: ") for line in lines)


def test_a_second_run_reuses_every_stage(folder: Path) -> None:
    plain = _json(folder, "run")

    assert plain["bit_exact"]
    assert all(time["reused"] for time in plain["times"])
    assert (folder / plain["files"]["certificate"]).is_file()


def test_a_report_is_written_anew_from_what_is_stored(folder: Path) -> None:
    (folder / "build/small_tagger/report.html").unlink()

    plain = _json(folder, "report")

    assert (folder / plain["files"]["report"]).is_file()
    assert all(time["reused"] for time in plain["times"])


def test_csim_compares_with_qkeras_and_emulator(folder: Path) -> None:
    plain = _json(folder, "csim")

    assert plain["bit_exact"]
    assert [each["stage"] for each in plain["quality"]] == ["float", "qkeras", "emulator", "csim"]
    assert {each["candidate"] for each in plain["certificate"]["comparisons"]} == {
        "emulator",
        "csim",
    }


def test_train_shows_float_and_qkeras_and_the_sparsity_of_each_layer(folder: Path) -> None:
    plain = _json(folder, "train")

    assert [each["stage"] for each in plain["quality"]] == ["float", "qkeras"]
    assert all(0 <= layer["sparsity"] <= 1 for layer in plain["layers"])
    assert (folder / plain["files"]["model"] / "weights.npz").is_file()


def test_lower_prints_the_network_that_the_certificate_holds_for(folder: Path) -> None:
    certificate = json.loads((folder / "build/small_tagger/certificate.json").read_text("utf-8"))

    assert _json(folder, "lower")["digest"] == certificate["network_digest"]


def test_a_report_of_a_changed_recipe_is_refused(folder: Path) -> None:
    changed = _RECIPE.format(sample="some.npz").replace("epochs = 2", "epochs = 3")
    (folder / "changed.toml").write_text(changed, encoding="utf-8")

    done = _codesign(folder, "report", "changed.toml", "--build", "build")

    assert done.returncode == 2
    assert "does not hold the result of the stage" in done.stderr
