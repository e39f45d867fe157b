import tomllib
from dataclasses import replace

import numpy as np
import pytest
from recipes import RECIPE

from codesign.data import EventSet, write_npz
from codesign.design.candidate import Candidate, ValidationPlan
from codesign.design.codec import decode
from codesign.design.plan import DataPlan
from codesign.design.progress import silent
from codesign.errors import InvalidDesignError
from codesign.pipeline.prepare import prepare

EVENTS = 400


@pytest.fixture
def candidate(tmp_path):
    """Return a candidate on 400 events of two classes in a file."""
    rng = np.random.default_rng(0)
    events = EventSet(
        features=rng.normal([100.0, 0.0, 3.0], [32.0, 1.0, 0.25], (EVENTS, 3)),
        feature_names=("pt", "eta", "mass"),
        units=("GeV", "", "GeV"),
        labels=rng.integers(0, 2, EVENTS),
        label_names=("background", "signal"),
        sample="toy",
    )
    write_npz(events, tmp_path / "toy.npz")
    plain = decode(Candidate, tomllib.loads(RECIPE), place="recipe")
    return replace(
        plain,
        data=DataPlan(sample=str(tmp_path / "toy.npz"), train=0.5, validation=0.2),
        validation=ValidationPlan(events=EVENTS, overdrive=4.0),
    )


def test_the_events_are_shared_out_as_planned_and_none_is_lost(candidate):
    prepared = prepare(candidate, progress=silent)
    parts = (prepared.train, prepared.validation, prepared.test)
    assert [part.num_events for part in parts] == [200, 80, 120]
    together = np.concatenate([part.features for part in parts])
    assert (
        np.unique(together, axis=0).tolist() == np.unique(prepared.events.features, axis=0).tolist()
    )


def test_one_seed_shares_the_events_out_alike_and_another_does_not(candidate):
    first, second = (prepare(candidate, progress=silent) for _ in range(2))
    other = replace(candidate, training=replace(candidate.training, seed=8))
    assert first.train == second.train
    assert first.train != prepare(other, progress=silent).train


def test_what_the_quantized_model_sees_lies_on_the_grid_of_the_input(candidate):
    prepared = prepare(candidate, progress=silent)
    seen = prepared.on_grid(prepared.train).inputs
    precision = prepared.contracts.inputs[0].precision
    np.testing.assert_array_equal(seen, np.rint(seen / precision.step) * precision.step)
    assert precision.smallest <= seen.min()
    assert seen.max() <= precision.largest


def test_standardized_events_are_near_one(candidate):
    prepared = prepare(candidate, progress=silent)
    seen = prepared.standardized(prepared.train).inputs
    assert np.abs(seen.mean(axis=0)).max() < 0.1
    assert ((seen.std(axis=0) > 0.5) & (seen.std(axis=0) < 2)).all()


def test_the_certified_events_begin_with_those_that_are_measured(candidate):
    prepared = prepare(candidate, progress=silent)
    certified = prepared.certified
    measured = prepared.contracts.to_hardware(prepared.test)
    np.testing.assert_array_equal(certified["events"][: len(measured)], measured)
    assert {kind: len(values) for kind, values in certified.items()} == {
        "events": EVENTS,
        "overdriven": EVENTS,
    }
    assert certified["overdriven"].max() > prepared.contracts.inputs[0].precision.max_hw


def test_a_certificate_on_more_events_than_there_are_is_refused(candidate):
    wants = replace(candidate, validation=ValidationPlan(events=EVENTS + 1))
    with pytest.raises(InvalidDesignError, match=r"validation.events = 401, but .* holds 400; ask"):
        prepare(wants, progress=silent)
