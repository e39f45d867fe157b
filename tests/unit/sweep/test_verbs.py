import csv
import json
import tomllib
from functools import partial

import pytest
from sweep_trials import quick
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.pipeline import read_recipe
from codesign.sweep.execution.driver import drive
from codesign.sweep.execution.executor import in_process
from codesign.sweep.execution.verify import Verify
from codesign.sweep.outcome import Measure, State
from codesign.sweep.results.pareto import front
from codesign.sweep.results.status import goals, history_of
from codesign.sweep.store.places import Places
from codesign.sweep.store.store import Store
from sweeps import small_sweep, write_sweep


@pytest.fixture
def home(tmp_path):
    """A folder with a finished sweep of 12 designs."""
    write_sweep(tmp_path)
    sweep = small_sweep()
    places = Places.of(sweep.name, tmp_path / "build")
    drive(sweep, places, partial(in_process, quick), data="d", check=Verify.NONE)
    return tmp_path


def invoke(home, verb, *arguments):
    command = ["sweep", verb, str(home / "small.toml"), *arguments, "--build", str(home / "build")]
    return CliRunner().invoke(app, command)


def test_status_shows_states_and_the_front(home):
    found = json.loads(invoke(home, "status", "--json").stdout)

    assert found["trials"]["done"] == 12
    assert found["driver"] is None
    assert [point["point"]["bits"] for point in found["front"]] == [6, 5, 4, 3]
    assert "Pareto front: max accuracy, min lut" in invoke(home, "status").stdout


def test_status_of_a_sweep_that_is_not_there_says_how_to_start_it(home):
    result = CliRunner().invoke(app, ["sweep", "status", "nothing", "--build", str(home)])
    assert result.exit_code == 2
    assert "start it with: codesign sweep run" in result.stderr


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_every_format_has_every_trial(home, suffix):
    path = home / f"trials.{suffix}"
    result = invoke(home, "export", str(path))

    assert result.exit_code == 0, result.output
    if suffix == "csv":
        rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    elif suffix == "jsonl":
        rows = [json.loads(line) for line in path.read_text().splitlines()]
    else:
        from pyarrow import parquet

        rows = parquet.read_table(path).to_pylist()
    assert len(rows) == 12
    assert {float(row["bits"]) for row in rows} == {3, 4, 5, 6}
    assert all(row["lut_evidence"] == "exact" for row in rows)


def test_another_format_is_refused(home):
    result = invoke(home, "export", str(home / "trials.xls"))
    assert result.exit_code == 2
    assert "unknown suffix '.xls'; write to .csv, .jsonl, .parquet" in result.stderr


def test_the_best_design_within_limits_becomes_a_recipe(home):
    into = home / "recipes"
    result = invoke(home, "pick", "--at", "lut<300", "--into", str(into), "--name", "picked")

    assert result.exit_code == 0, result.output
    recipe = read_recipe(into / "picked.toml")
    assert recipe.name == "picked"
    assert recipe.quantization.layers[0].weight.width == 5
    assert recipe.hardware.reuse_factor == 2
    with Store(Places.of("small", home / "build").store, readonly=True) as store:
        trial = next(t for t in store.trials() if t.point.get("bits") == 5)
    assert "# Trial" in (into / "picked.toml").read_text()
    assert tomllib.loads((into / "picked.toml").read_text())["data"] == trial.candidate["data"]
    again = invoke(home, "pick", "--at", "lut<300", "--into", str(into), "--name", "picked")
    assert again.exit_code == 2
    assert "is there already" in again.stderr


def test_limits_that_nothing_keeps_are_named(home):
    result = invoke(home, "pick", "--at", "lut<10")
    assert result.exit_code == 1
    assert "no design of small keeps lut < 10; loosen it" in result.stderr


def test_a_trial_can_be_named(home):
    result = invoke(home, "pick", "--trial", "3", "--into", str(home), "--name", "third", "--json")
    assert json.loads(result.stdout)["trial"] == 3


def test_retry_brings_a_store_of_version_1_up_to_date_as_the_error_says(home):
    with Store(Places.of("small", home / "build").store) as store:
        for column in ("fault", "device", "seed"):
            store.connection.execute(f"ALTER TABLE trials DROP COLUMN {column}")
        store.note("version", "1")
    refused = invoke(home, "status")
    assert refused.exit_code != 0
    assert "bring it up to date with: codesign sweep retry" in refused.stderr

    assert invoke(home, "retry").exit_code == 0
    assert invoke(home, "status").exit_code == 0


def test_retry_lets_failed_trials_wait_again(home):
    result = invoke(home, "retry", "--json")
    assert json.loads(result.stdout) == {"retried": 0}
    assert invoke(home, "retry", "--state", "done").exit_code == 2


def test_merging_is_told(home):
    store = Places.of("small", home / "build").store
    result = CliRunner().invoke(
        app, ["sweep", "merge", "small", str(store), "--build", str(home / "new"), "--json"]
    )
    assert json.loads(result.stdout) == {"new": 12, "finished": 0}


def test_workers_and_a_scheduler_exclude_each_other(home):
    result = invoke(home, "run", "--workers", "2", "--scheduler", "tcp://x:1")
    assert result.exit_code == 2
    assert "exclude each other" in result.stderr


def test_the_hypervolume_grows_to_that_of_all(home):
    with Store(Places.of("small", home / "build").store, readonly=True) as store:
        history = history_of(store)
        volumes = [step.hypervolume for step in history]
        assert volumes == sorted(volumes)
        assert volumes[-1] == pytest.approx(1.0)
        assert history[-1].trials == 12


def test_numbers_of_different_evidence_are_not_compared(home):
    with Store(Places.of("small", home / "build").store) as store:
        store.connection.execute("DELETE FROM measures WHERE trial = 2 AND figure = 'lut'")
        figure = Measure(figure="lut", value=1.0, low=1.0, high=1.0, evidence="csynth")
        store.add_measures(2, [figure])
        with pytest.raises(Exception, match="lut is csynth and exact for different trials"):
            front(store, *goals(store))
        assert store.counts()[State.DONE] == 12
