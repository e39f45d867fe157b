import tomllib
from dataclasses import FrozenInstanceError, replace

import pytest
from recipes import RECIPE

from codesign.design.candidate import Candidate
from codesign.design.codec import decode
from codesign.design.plan import PruningPlan, TrainingPlan
from codesign.design.regression import InputPlan, RegressionPlan
from codesign.errors import InvalidDesignError


@pytest.fixture
def candidate():
    return decode(Candidate, tomllib.loads(RECIPE), place="recipe.toml")


def test_a_candidate_cannot_be_changed(candidate):
    with pytest.raises(FrozenInstanceError):
        candidate.name = "other"


def test_a_candidate_is_hashable(candidate):
    assert len({candidate, replace(candidate), replace(candidate, name="other")}) == 2


@pytest.mark.parametrize("name", ["../up", "has space", "class", "1st", ""])
def test_a_candidate_whose_name_cannot_name_a_folder_is_refused(candidate, name):
    with pytest.raises(InvalidDesignError, match="cannot name a design"):
        replace(candidate, name=name)


def test_pruning_without_an_epoch_after_it_is_refused(candidate):
    with pytest.raises(InvalidDesignError, match=r"reached at epoch 6, training after 6; no epoch"):
        replace(candidate, training=TrainingPlan(epochs=6))


def test_a_candidate_that_is_not_pruned_may_train_for_one_epoch(candidate):
    short = replace(candidate, pruning=PruningPlan(), training=TrainingPlan(epochs=1))
    assert short.training.epochs == 1


def test_what_is_of_level_1_objects_is_refused_without_a_score(candidate):
    driven = replace(candidate.training, distillation=1.0, overdrive=4.0)
    with pytest.raises(InvalidDesignError, match=r"overdrive = 4 are of Level-1 objects"):
        replace(candidate, training=driven)
    free = replace(candidate.quantization, headroom=2)
    with pytest.raises(InvalidDesignError, match=r"headroom = 2 and .* leave them out"):
        replace(candidate, quantization=free)
    assert replace(candidate, training=replace(driven, overdrive=1.0)).training.distillation == 1


def test_a_regression_has_no_teacher(candidate):
    source = InputPlan(name="cells", columns=("cell_*",))
    with pytest.raises(InvalidDesignError, match=r"distillation = 0.5 of a regression"):
        replace(
            candidate,
            model=replace(candidate.model, inputs=(source,)),
            regression=RegressionPlan(target="energy"),
            training=replace(candidate.training, distillation=0.5),
        )
