"""A sweep with real trainings: shared, emulated, estimated, certified, picked."""

import json

import pytest
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.errors import InfeasibleDesignError
from codesign.pipeline import Run, read_recipe
from codesign.sweep.execution.verify import Verify
from codesign.sweep.launch import Lending, open_sweep, run_sweep
from codesign.sweep.outcome import State
from codesign.sweep.results.figures import network_figures
from codesign.sweep.store.places import Places
from codesign.sweep.store.store import Store
from sweeps import RECIPE, write_sweep

pytestmark = [pytest.mark.keras, pytest.mark.csim]
TINY = RECIPE.replace("epochs = 9", "epochs = 1")
SWEEP = """\
name = "small"
recipe = "small_tagger.toml"
objectives = ["max accuracy", "min lut"]
constraints = ["lut < 25%"]

[[dimensions]]
set = "bits"
values = [6, 3]

[[dimensions]]
set = "strategy"
values = ["latency", "resource"]

[[dimensions]]
set = "reuse_factor"
values = "legal"
at_most = 2
when = { strategy = ["resource"] }
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a finished sweep of 6 designs from 2 trainings."""
    folder = tmp_path_factory.mktemp("home")
    path = write_sweep(folder, text=SWEEP, recipe=TINY)
    run_sweep(open_sweep(path, folder), folder, Lending(workers=0), check=Verify.NONE)
    return folder


def stored(home, name="small"):
    with Store(Places.of(name, home).store, readonly=True) as store:
        return list(store.trials())


def test_what_differs_in_hardware_only_is_trained_once(home):
    trials = stored(home)

    assert {t.state for t in trials} <= {State.DONE, State.PRUNED}
    assert len(trials) == 6
    assert len({t.training for t in trials}) == 2
    assert len(list((home / ".stages").glob("train-*"))) == 2
    assert len(list((home / ".stages").glob("float-*"))) == 1


def test_figures_carry_their_evidence_and_ranges(home):
    for trial in stored(home):
        assert trial.figure("accuracy").evidence == "emulator"
        assert trial.figure("accuracy").low < trial.figure("accuracy").high
        assert trial.figure("lut").evidence == "estimated csynth"
        assert trial.figure("bops").evidence == "exact"


def test_a_point_is_what_the_pipeline_makes_of_its_recipe(home):
    result = CliRunner().invoke(
        app,
        [
            *("sweep", "pick", "small", "--trial", "1", "--name", "picked"),
            *("--into", str(home), "--build", str(home), "--json"),
        ],
    )
    found = json.loads(result.stdout)
    candidate = read_recipe(home / "picked.toml")
    run = Run(candidate, root=home)

    network = run.network

    assert {time.stage for time in run.times if not time.reused} == set()
    ours = {m.figure: m.value for m in network_figures(network, candidate.hardware)}
    assert found["figures"]["bops"]["value"] == ours["bops"]


def test_another_sweep_of_the_same_designs_computes_nothing(home):
    (home / "other").mkdir(exist_ok=True)
    path = write_sweep(home / "other", text=SWEEP.replace('"small"', '"again"', 1), recipe=TINY)
    before = set((home / ".stages").glob("*"))

    run_sweep(open_sweep(path, home), home, Lending(workers=0), check=Verify.NONE)

    assert set((home / ".stages").glob("*")) == before
    figures = {t.id: t.measures for t in stored(home)}
    assert {t.id: t.measures for t in stored(home, "again")} == figures


def test_what_cannot_fit_is_not_trained(home):
    (home / "tight").mkdir(exist_ok=True)
    text = SWEEP.replace('"small"', '"tight"', 1).replace("lut < 25%", "lut < 3")
    path = write_sweep(home / "tight", text=text.replace("[6, 3]", "[7]"), recipe=TINY)
    before = set((home / ".stages").glob("train-*"))

    counts = run_sweep(open_sweep(path, home), home, Lending(workers=0), check=Verify.NONE)

    assert counts[State.PRUNED] == 3
    assert set((home / ".stages").glob("train-*")) == before
    assert stored(home, "tight")[0].reason.startswith("cannot fit: lut < 3 of vu9p is 3, estimated")


def test_a_loss_that_diverges_is_noted_and_the_sweep_goes_on(home, monkeypatch):
    from codesign.pipeline import training

    def diverges(*_):
        msg = "jet_tagger: the loss is nan in epoch 1 of 1; lower learning_rate"
        raise InfeasibleDesignError(msg)

    (home / "nan").mkdir(exist_ok=True)
    text = SWEEP.replace('"small"', '"nan"', 1).replace("[6, 3]", "[8]")
    path = write_sweep(home / "nan", text=text, recipe=TINY)
    monkeypatch.setattr(training, "train_model", diverges)

    counts = run_sweep(open_sweep(path, home), home, Lending(workers=0), check=Verify.NONE)

    assert counts[State.INFEASIBLE] == 3
    assert "the loss is nan" in stored(home, "nan")[0].reason


@pytest.mark.slow
def test_the_front_is_certified(home):
    path = home / "small.toml"
    run_sweep(open_sweep(path, home), home, Lending(workers=0), check=Verify.FRONT)

    certified = [t for t in stored(home) if t.figure("bit_exact")]

    assert certified
    assert all(t.figure("bit_exact").value == 1 for t in certified)
    name = certified[0].candidate["name"]
    assert "BIT-EXACT" in (home / name / "report.html").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.rtl
def test_rtl_of_the_front_is_synthesized_beside_its_estimate(tmp_path):
    text = SWEEP.replace("constraints", 'base = { backend = "rtl" }\nconstraints')
    text = text[: text.index('[[dimensions]]\nset = "strategy"')].replace("[6, 3]", "[3]")
    path = write_sweep(tmp_path, text=text, recipe=TINY)
    sweep = open_sweep(path, tmp_path)

    run_sweep(sweep, tmp_path, Lending(workers=0), synthesis=True)

    (trial,) = stored(tmp_path)
    found = {measure.figure: measure for measure in trial.beside}
    assert found["lut"].evidence == "logic_synth"
    assert found["lut"].value > 0
    assert trial.figure("lut").evidence == "estimated logic_synth"
