"""An epoch is that of ``Model.fit`` bit for bit, traced once."""

from dataclasses import replace

import numpy as np
import pytest

from codesign.design.plan import (
    LayerQuantization,
    ModelPlan,
    PruningPlan,
    QuantizationPlan,
    TrainingPlan,
)
from codesign.design.precision import Precision
from codesign.models import build_model
from codesign.models.keras import keras, tensorflow
from codesign.training import Examples, prune
from codesign.training.fit import fit, optimizer

pytestmark = pytest.mark.keras
PLAN = TrainingPlan(epochs=3, batch_size=32, learning_rate=1e-2, patience=3, seed=5)
PRUNING = PruningPlan(sparsity=0.5, begin_epoch=0, end_epoch=2)


@pytest.fixture(scope="module")
def parts():
    draw = np.random.default_rng(1)
    inputs = draw.integers(-32, 32, (4400, 6)).astype(np.float32) / 8
    labels = (inputs[:, :3].sum(axis=1) > inputs[:, 3:].max(axis=1)).astype(np.int64)
    validation = Examples(inputs=inputs[150:], labels=labels[150:])  # more than a batch of them
    return Examples(inputs=inputs[:150], labels=labels[:150]), validation


def model(pruned):
    keras().utils.set_random_seed(PLAN.seed)
    text = Precision.from_text
    layer = LayerQuantization(
        name="*",
        weight=text("fixed<6,1>"),
        bias=text("fixed<6,1>"),
        activation=text("ufixed<6,2>"),
    )
    plan = QuantizationPlan(input=text("fixed<8,3>"), layers=(layer,))
    made = build_model(ModelPlan(builder="jet_tagger", widths=(8,)), plan, inputs=6, outputs=2)
    return prune.wrap(made, PRUNING, steps_per_epoch=5) if pruned else made


def compiled(model, events):
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=optimizer(PLAN, events), loss=loss, metrics=["accuracy"])
    return model


@pytest.mark.parametrize("pruned", [False, True])
def test_the_weights_and_losses_are_those_of_keras(parts, pruned):
    train, validation = parts
    ours, theirs = model(pruned), compiled(model(pruned), len(train.labels))
    hooks = prune.hooks(ours, replace(PRUNING, end_epoch=2)) if pruned else None
    epochs = fit(ours, train, validation, plan=PLAN, hooks=hooks)

    kept = []
    keep = keras().callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: kept.append(theirs.get_weights())
    )
    updates = prune.hooks(theirs, PRUNING).callbacks if pruned else ()
    keras().utils.set_random_seed(PLAN.seed)
    history = theirs.fit(
        train.inputs,
        train.labels,
        batch_size=PLAN.batch_size,
        epochs=PLAN.epochs,
        validation_data=(validation.inputs, validation.labels),
        validation_batch_size=4096,
        callbacks=[*updates, keep],
        verbose=0,
    ).history

    assert [epoch.loss for epoch in epochs] == history["loss"]
    assert [epoch.validation_loss for epoch in epochs] == history["val_loss"]
    assert [epoch.validation_accuracy for epoch in epochs] == history["val_accuracy"]
    first = PRUNING.end_epoch if pruned else 0
    best = first + int(np.argmin(history["val_loss"][first:]))
    for found, wanted in zip(ours.get_weights(), kept[best], strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_a_layer_of_a_user_is_traced_once_for_training_and_once_for_validation(parts):
    calls = []

    class Branch(keras().layers.Layer):
        """Python's ``if`` on a tensor: a graph only after autograph has translated it."""

        def call(self, inputs):
            calls.append(tensorflow().executing_eagerly())
            return inputs if tensorflow().reduce_sum(inputs) > 0 else 2.0 * inputs

    layers = keras().layers
    made = keras().Sequential([layers.Input((6,)), layers.Dense(4), Branch(), layers.Dense(2)])
    calls.clear()
    epochs = fit(made, *parts, plan=PLAN)
    assert len(epochs) == PLAN.epochs
    assert calls.count(False) == 2
