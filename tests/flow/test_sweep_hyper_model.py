"""A sweep over a user's HyperModel, as the documentation shows it."""

import re
from pathlib import Path

import pytest

from codesign.errors import CodesignError
from codesign.sweep.execution.verify import Verify
from codesign.sweep.launch import Lending, open_sweep, run_sweep
from codesign.sweep.outcome import State
from codesign.sweep.store.places import Places
from codesign.sweep.store.store import Store
from sweeps import RECIPE

pytestmark = [pytest.mark.keras]
DOCS = Path(__file__).parents[2] / "docs" / "sweeps.md"
CODE = re.search(r"```python\n(import keras_tuner.*?)```", DOCS.read_text("utf-8"), re.DOTALL)[1]
SWEEP = """\
name = "small"
recipe = "small_tagger.toml"
hyper_model = "my_tagger.py:Tagger"
objectives = ["max accuracy", "min lut"]

[search]
proposer = "random"
trials = 2
"""


def written(folder, *, code=CODE, text=SWEEP):
    (folder / "small_tagger.toml").write_text(RECIPE.replace("epochs = 9", "epochs = 2"), "utf-8")
    (folder / "my_tagger.py").write_text(code, "utf-8")
    path = folder / "small.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_hyper_model_of_the_documentation_is_searched_trained_and_emulated(tmp_path):
    sweep = open_sweep(written(tmp_path), tmp_path)

    counts = run_sweep(sweep, tmp_path, Lending(workers=0), check=Verify.NONE)

    assert [d.name for d in sweep.space.dimensions] == ["bits", "units", "learning_rate"]
    assert counts[State.DONE] == 2
    with Store(Places.of("small", tmp_path).store, readonly=True) as store:
        for trial in store.trials():
            own = trial.candidate["model"]["own"]
            assert {c["name"] for c in own["choices"]} == set(trial.point)
            assert trial.figure("accuracy").evidence == "emulator"
            assert trial.figure("lut").evidence == "estimated csynth"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            CODE.replace('"quantized_relu(6,2)"', '"elu"').replace("QActivation", "Activation")
            + "\nfrom tensorflow.keras.layers import Activation\n",
            r"small.toml:3: hyper_model: .*elu",
        ),
        (
            CODE.replace("QDense(5", "QDense(4"),
            r"small.toml:3: hyper_model: .*one output of \(5,\)",
        ),
    ],
)
def test_a_model_that_cannot_become_firmware_is_refused_before_training(tmp_path, code, message):
    with pytest.raises(CodesignError, match=message):
        open_sweep(written(tmp_path, code=code), tmp_path)


def test_precisions_of_the_zoo_are_not_those_of_a_hyper_model(tmp_path):
    text = SWEEP + '\n[[dimensions]]\nset = "weight_bits"\nvalues = [4, 6]\n'
    with pytest.raises(CodesignError, match=r"weight_bits is of models of the zoo"):
        open_sweep(written(tmp_path, text=text), tmp_path)
