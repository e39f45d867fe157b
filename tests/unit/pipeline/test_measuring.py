from dataclasses import replace

import numpy as np
import pytest
from calo_recipes import calo_recipe, calo_sample

from codesign.data import load_events
from codesign.design.progress import silent
from codesign.design.regression import InputPlan, RegressionPlan
from codesign.errors import InfeasibleDesignError, InvalidDataError, InvalidDesignError
from codesign.pipeline import measuring
from codesign.pipeline.prepare import prepare

PLAN = RegressionPlan(
    target="true_energy",
    scale="cluster_energy",
    against=("pile_up",),
    baseline=("log_energy", "eta", "share_*"),
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return calo_sample(tmp_path_factory.mktemp("calo") / "calo.npz", events=1500)


@pytest.fixture(scope="module")
def events(sample):
    return load_events(sample)


def test_the_target_of_an_output_is_what_makes_the_estimate_right(events):
    wanted = measuring.targets(PLAN, events)

    found = measuring.estimates(PLAN, events, wanted[:, :1])

    np.testing.assert_allclose(found, events.column("true_energy"), rtol=1e-5)


def test_an_error_of_the_output_is_worth_its_relative_error_of_the_energy(events):
    wanted = measuring.targets(PLAN, events)

    shifted = measuring.estimates(PLAN, events, wanted[:, :1] + 0.01)

    relative = shifted / events.column("true_energy") - 1
    np.testing.assert_allclose(relative, 0.01 * wanted[:, 1], rtol=1e-3)


def test_without_a_scale_the_output_is_the_quantity(events):
    plan = RegressionPlan(target="true_energy")

    np.testing.assert_array_equal(
        measuring.targets(plan, events)[:, 0], events.column("true_energy")
    )
    assert measuring.baselines(plan, events, events, seed=1) == {}


def test_boosted_trees_beat_the_calibrated_sum_which_has_no_bias(events):
    train, test = events.split(fractions=(0.7, 0.3), seed=1)

    found = measuring.baselines(PLAN, train, test, seed=1)

    said = measuring.responses(PLAN, test, estimated=found, outputs={}, feature_names=())
    calibrated, boosted = measuring.resolutions(said)
    assert (calibrated.stage, boosted.stage) == ("calibrated sum", "boosted trees")
    assert calibrated.median == pytest.approx(1, abs=0.01)
    assert boosted.resolution.value < calibrated.resolution.value
    assert {entry.variable for entry in boosted.bins} == {"true_energy", "pile_up"}


def test_estimates_below_zero_are_infeasible_and_no_bug(events):
    outputs = {"emulator": np.full((events.num_events, 1), -2.0)}
    said = measuring.responses(PLAN, events, estimated={}, outputs=outputs, feature_names=())

    with pytest.raises(InfeasibleDesignError, match="the median response is -"):
        measuring.resolutions(said)


def test_a_column_that_is_not_there_or_not_above_zero_is_refused(events):
    with pytest.raises(InvalidDataError, match="no column 'momentum'"):
        measuring.check_columns(replace(PLAN, scale="momentum"), events, place="x")
    with pytest.raises(InvalidDataError, match="x: eta is -.* expected values above 0"):
        measuring.check_columns(replace(PLAN, scale="eta"), events, place="x")


def test_prepared_events_have_one_array_an_input_and_targets(sample):
    prepared = prepare(calo_recipe(sample, full=True), progress=silent)

    examples = prepared.on_grid(prepared.train)

    assert [values.shape[1:] for values in examples.tensors] == [(14, 11, 4), (6,), (2, 4)]
    assert examples.targets.shape == (900, 2)
    assert examples.size == 616 + 6 + 8
    assert prepared.num_outputs == 1


def test_the_certificate_drives_every_input_past_its_range(sample):
    prepared = prepare(calo_recipe(sample, full=True), progress=silent)

    certified = prepared.certified

    for source in prepared.contracts.inputs:
        assert certified["events"][source.name].shape == (60, *source.shape)
        assert certified["overdriven"][source.name].max() > source.precision.max_hw


def test_a_model_that_reads_the_truth_is_refused(sample):
    candidate = calo_recipe(sample, full=False)
    truth = InputPlan(name="truth", columns=("*_energy",), shape=(2,))
    cheating = replace(candidate.model, inputs=(*candidate.model.inputs, truth))

    with pytest.raises(InvalidDesignError, match="model.inputs read true_energy, the truth"):
        prepare(replace(candidate, model=cheating), progress=silent)


def test_a_regression_without_inputs_is_refused(sample):
    candidate = calo_recipe(sample, full=False)

    with pytest.raises(InvalidDesignError, match=r"a regression needs model\.inputs"):
        replace(candidate, model=replace(candidate.model, inputs=()))


def test_a_baseline_that_reads_the_truth_is_refused():
    with pytest.raises(InvalidDesignError, match="which nothing may read"):
        RegressionPlan(target="true_energy", baseline=("true_energy",))
