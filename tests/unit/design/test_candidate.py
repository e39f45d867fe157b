import tomllib
from dataclasses import FrozenInstanceError, replace

import pytest
from recipes import RECIPE

from codesign.design.candidate import Candidate
from codesign.design.codec import decode
from codesign.design.plan import PruningPlan, TrainingPlan
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
