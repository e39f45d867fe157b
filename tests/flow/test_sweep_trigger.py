"""A sweep over an anomaly trigger: efficiency at a share of background, relative to float."""

from pathlib import Path

import pytest
from trigger_recipe import RECIPE

from codesign.sweep.execution.verify import Verify
from codesign.sweep.launch import Lending, open_sweep, run_sweep
from codesign.sweep.outcome import State
from codesign.sweep.store.places import Places
from codesign.sweep.store.store import Store

pytestmark = [pytest.mark.keras, pytest.mark.csim]
FIGURE = "relative_tpr.ttbar@0.02"
SWEEP = f"""
name = "trigger_bits"
recipe = "trigger.toml"
objectives = ["max {FIGURE}", "min bops"]
base = {{ mode = "ptq", sparsity = 0.0 }}

[[dimensions]]
set = "bits"
values = [14, 3]

[[dimensions]]
set = "activation_integer"     # enough for every value of the float reference
values = [7]
"""


def test_a_trigger_is_swept_for_what_it_keeps_and_what_it_costs(tmp_path: Path) -> None:
    (tmp_path / "trigger.toml").write_text(RECIPE, "utf-8")
    path = tmp_path / "trigger_bits.toml"
    path.write_text(SWEEP, "utf-8")
    sweep = open_sweep(path, tmp_path)
    run_sweep(sweep, tmp_path, Lending(workers=0), check=Verify.NONE)
    with Store(Places.of(sweep.name, tmp_path).store, readonly=True) as store:
        trials = list(store.trials())
    assert {trial.state for trial in trials} == {State.DONE}, [trial.reason for trial in trials]
    found = {
        trial.point["bits"]: {one.figure: one.value for one in trial.measures} for trial in trials
    }
    assert found[14][FIGURE] != found[3][FIGURE]
    assert min(found[14][FIGURE], found[3][FIGURE]) > 0
    assert found[3]["bops"] < found[14]["bops"]
    assert found[14]["zero_bias_events"] == 3_000
