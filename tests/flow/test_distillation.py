"""A quantized student of a float teacher: what it learns, from which events, and when not."""

import tomllib
from dataclasses import replace

import numpy as np
import pytest
from trigger_recipe import RECIPE

from codesign.data import load_sample
from codesign.data.standardize import fit_contract
from codesign.design.candidate import Candidate
from codesign.design.codec import decode
from codesign.design.plan import Mode
from codesign.design.precision import Precision
from codesign.design.progress import silent
from codesign.models.keras import tensorflow
from codesign.pipeline.anomaly_events import prepare_anomaly
from codesign.training import Examples, train_float, train_quantized
from codesign.training.anomaly import train_usual_float, train_usual_quantized
from codesign.training.distill import (
    TEMPERATURE,
    accuracy,
    answer_gap,
    overdriven,
    posterior_gap,
    softened_loss,
)

pytestmark = pytest.mark.keras
MOMENTA = np.arange(0, 57, 3)


def candidate(**training) -> Candidate:
    plain = tomllib.loads(RECIPE)
    plain["quantization"] |= {"input": "fixed<10,7>", "headroom": 3}
    plain["training"] |= {"epochs": 4, "learning_rate": 5e-3, **training}
    return decode(Candidate, plain, place="recipe")


@pytest.fixture(scope="module")
def events():
    return prepare_anomaly(candidate(), progress=silent)


@pytest.fixture(scope="module")
def teacher(events):
    return train_usual_float(candidate(), events.usual(quantized=False))


@pytest.fixture(scope="module")
def stranger(events):
    return train_usual_float(candidate(seed=7), events.usual(quantized=False))


def student(events, reference, **training):
    usual = events.usual(quantized=True)
    return train_usual_quantized(candidate(**training), usual, reference=reference).model


def distance(events, reference, model) -> float:
    """Return how far the latent space of a model is from its teacher's on events of all classes."""
    inputs = events.on_grid(events.test)
    taught, made = (
        one.predict(inputs, batch_size=4096, verbose=0) for one in (reference.model, model)
    )
    return float(np.median(posterior_gap(taught, made)))


def test_a_student_is_closer_to_its_teacher_than_without_distillation(events, teacher) -> None:
    gaps = {
        name: distance(events, teacher, student(events, teacher, **training))
        for name, training in {
            "qat": {},
            "distilled": {"distillation": 1.0},
            "driven": {"distillation": 1.0, "overdrive": 4.0},
        }.items()
    }
    assert gaps["distilled"] < 0.7 * gaps["qat"], gaps
    assert gaps["driven"] < 0.7 * gaps["qat"], gaps


def test_with_a_weight_of_0_the_teacher_says_nothing(events, teacher, stranger) -> None:
    alone, same = (
        student(events, one, warm_start=False, distillation=0.0) for one in (teacher, stranger)
    )
    for ours, theirs in zip(alone.get_weights(), same.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    taught = student(events, stranger, warm_start=False, distillation=0.5)
    pairs = zip(alone.get_weights(), taught.get_weights(), strict=True)
    assert any((ours != theirs).any() for ours, theirs in pairs)


def test_a_teacher_is_frozen(events, teacher) -> None:
    before = teacher.model.get_weights()
    student(events, teacher, distillation=1.0)
    for ours, theirs in zip(before, teacher.model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_ptq_has_nothing_to_learn(events, teacher) -> None:
    asked = replace(candidate(distillation=1.0), pruning=candidate().pruning)
    asked = replace(asked, training=replace(asked.training, mode=Mode.PTQ))
    usual = events.usual(quantized=True)
    assert train_usual_quantized(asked, usual, reference=teacher).history == ()


def test_driven_events_keep_their_angles_and_stay_on_the_grid() -> None:
    rng = np.random.default_rng(3)
    inputs = rng.uniform(0, 8, (500, 57)).astype(np.float32)
    inputs[::2, 9:] = 0
    driven = overdriven(inputs, MOMENTA, factor=8.0, largest=40.0, seed=5)
    angles = np.setdiff1d(np.arange(57), MOMENTA)
    np.testing.assert_array_equal(driven[:, angles], inputs[:, angles])
    np.testing.assert_array_equal(driven == 0, inputs == 0)
    assert driven.max() == 40.0
    free = driven[:, MOMENTA] < 40.0
    ratio = (driven / np.where(inputs, inputs, 1))[:, MOMENTA][free & (inputs[:, MOMENTA] > 0)]
    assert 1.0 <= ratio.min() < 1.1
    assert 7.0 < ratio.max() <= 8.0 * (1 + 1e-6)
    again = overdriven(inputs, MOMENTA, factor=8.0, largest=40.0, seed=5)
    np.testing.assert_array_equal(driven, again)


def test_a_gap_counts_what_the_score_reads() -> None:
    tf = tensorflow()
    taught = (tf.constant([[3.0, 0.0]]), tf.constant([[-4.0, 0.0]]))
    made = (tf.constant([[3.0, 0.5]]), tf.constant([[-3.0, 0.0]]))
    # mu of the second: 4 * 0.5**2 / (1 + 0); log variance of the first: 1; two latent dimensions
    terms = (1.0 + 1.0) / 2
    scores = np.log1p(9 * np.exp(4)), np.log1p(9 * np.exp(3) + 0.25)
    expected = terms + (scores[0] - scores[1]) ** 2
    assert float(posterior_gap(taught, made)[0]) == pytest.approx(expected, rel=1e-5)
    assert float(posterior_gap(taught, taught)[0]) == 0.0


def test_answers_far_from_0_may_be_further_off() -> None:
    tf = tensorflow()
    near, far = (answer_gap(tf.constant([[x]]), tf.constant([[x + 1]]))[0] for x in (0.0, 3.0))
    assert float(near) == pytest.approx(1.0)
    assert float(far) == pytest.approx(0.1)
    two = answer_gap([tf.constant([[0.0]])] * 2, [tf.constant([[1.0]])] * 2)
    assert float(two[0]) == pytest.approx(2.0)


def test_headroom_keeps_the_scale_of_the_float_reference_and_the_tail_of_the_grid(events) -> None:
    narrow = replace(candidate(), quantization=replace(candidate().quantization, headroom=0))
    without = prepare_anomaly(narrow, progress=silent)
    shifts = [
        np.array([feature.shift for feature in one.contract.features]) for one in (events, without)
    ]
    np.testing.assert_array_equal(shifts[0], shifts[1] + 3)
    zero_bias = events.train
    largest = events.contract.precision.max_hw
    saturated, few = (
        (one.hardware(zero_bias)[:, MOMENTA] == largest).mean() for one in (without, events)
    )
    assert few == 0 < saturated


def jet_candidate(**training) -> Candidate:
    every = {"name": "*", "weight": "fixed<3,1>", "bias": "fixed<4,1>", "activation": "ufixed<4,2>"}
    plain = {
        "name": "jets",
        "data": {"sample": "jets"},
        "model": {"builder": "jet_tagger", "widths": [16, 8]},
        "quantization": {"input": "fixed<10,4>", "layers": [every]},
        "training": {"epochs": 4, "batch_size": 256, "learning_rate": 5e-3, **training},
        "hardware": {"device": "vu9p", "clock": {"period_ns": 5.0}},
    }
    return decode(Candidate, plain, place="recipe")


@pytest.fixture(scope="module")
def jets():
    events = load_sample("jets").select(np.arange(6000))
    contract = fit_contract(events, Precision.from_text("fixed<10,4>"), name="x")
    inputs = contract.standardize(events.features).astype(np.float32)
    train = Examples(inputs=inputs[:4500], labels=events.labels[:4500])
    return train, Examples(inputs=inputs[4500:], labels=events.labels[4500:])


def test_a_student_of_classes_answers_as_its_teacher(jets) -> None:
    teacher = train_float(jet_candidate(), *jets, classes=5)

    def distance(**training) -> float:
        asked = jet_candidate(**training)
        model = train_quantized(asked, *jets, reference=teacher, classes=5).model
        logits = (one.predict(jets[1].inputs, verbose=0) for one in (teacher.model, model))
        told, said = (np.exp(x) / np.exp(x).sum(axis=1, keepdims=True) for x in logits)
        return float(np.abs(told - said).mean())

    alone, taught = distance(), distance(distillation=1.0)
    assert taught < 0.9 * alone, (taught, alone)


def test_a_softened_loss_is_that_of_hinton_and_others() -> None:
    tf = tensorflow()
    logits, told = np.array([[1.0, -2.0]]), np.array([[0.5, 2.0]])
    wanted = tf.constant(np.column_stack([[1.0], told]), "float32")
    said = tf.constant(logits, "float32")

    def softmax(values):
        return np.exp(values) / np.exp(values).sum()

    soft, hot = softmax(told / TEMPERATURE), softmax(logits / TEMPERATURE)
    missed = TEMPERATURE**2 * (soft * np.log(soft / hot)).sum()
    own = -np.log(softmax(logits))[0, 1]
    for weight in (0.25, 1.0):
        expected = weight * missed + (1 - weight) * own
        assert float(softened_loss(weight)(wanted, said)[0]) == pytest.approx(expected, rel=1e-5)
    assert float(accuracy(wanted, said)[0]) == 0.0
    assert float(accuracy(wanted, -said)[0]) == 1.0
