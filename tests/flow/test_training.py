"""Training reaches what its plan says, or says why not."""

from dataclasses import replace

import numpy as np
import pytest

from codesign.data import load_sample
from codesign.data.standardize import fit_contract
from codesign.design.candidate import Candidate
from codesign.design.fixed_point import dequantize
from codesign.design.hardware import Clock, HardwareConfig
from codesign.design.plan import (
    DataPlan,
    LayerQuantization,
    Mode,
    ModelPlan,
    PruningPlan,
    QuantizationPlan,
    TrainingPlan,
)
from codesign.design.precision import Precision
from codesign.errors import InfeasibleDesignError, InvalidDesignError, UnsupportedLayerError
from codesign.models import build_model
from codesign.models.keras import keras
from codesign.training import (
    Examples,
    calibrate,
    copy_weights,
    fold_batch_norm,
    kernel_sparsity,
    train_float,
    train_quantized,
)

pytestmark = pytest.mark.keras
TEXT = Precision.from_text
PLAN = TrainingPlan(epochs=4, batch_size=256, learning_rate=5e-3, patience=4, seed=3)


def candidate(*, sparsity=0.0, bits=6, **training):
    layer = LayerQuantization(
        name="*",
        weight=TEXT(f"fixed<{bits},1>"),
        bias=TEXT(f"fixed<{bits},1>"),
        activation=TEXT(f"ufixed<{bits},2>"),
    )
    return Candidate(
        name="trained",
        data=DataPlan(sample="jets"),
        model=ModelPlan(builder="jet_tagger", widths=(16, 8)),
        quantization=QuantizationPlan(input=TEXT("fixed<10,4>"), layers=(layer,)),
        pruning=PruningPlan(sparsity=sparsity, begin_epoch=0, end_epoch=2),
        training=replace(PLAN, **training),
        hardware=HardwareConfig(device="vu9p", clock=Clock(period_ns=5.0)),
    )


@pytest.fixture(scope="module")
def parts():
    events = load_sample("jets").select(np.arange(6000))
    contract = fit_contract(events, TEXT("fixed<10,4>"), name="x")
    inputs = dequantize(contract.to_hardware(events.features), contract.precision)
    inputs = inputs.astype(np.float32)
    train = Examples(inputs=inputs[:4500], labels=events.labels[:4500])
    return train, Examples(inputs=inputs[4500:], labels=events.labels[4500:])


@pytest.fixture(scope="module")
def reference(parts):
    return train_float(candidate(), *parts, classes=5)


def accuracy(model, examples):
    outputs = model.predict(examples.inputs, batch_size=4096, verbose=0)
    return (outputs.argmax(axis=1) == examples.labels).mean()


def test_the_float_reference_learns_the_jets(reference, parts):
    assert accuracy(reference.model, parts[1]) > 0.5
    assert len(reference.history) == PLAN.epochs
    assert reference.history[-1].validation_loss < reference.history[0].validation_loss


def test_qat_with_pruning_reaches_its_sparsity_and_keeps_zeros_zero(reference, parts):
    asked = candidate(sparsity=0.75)

    trained = train_quantized(asked, *parts, reference=reference, classes=5)

    found = kernel_sparsity(trained.model)
    assert set(found) == {"dense_1", "dense_2", "logits"}
    assert all(0.74 <= share <= 1 for share in found.values())
    assert trained.history[-1].sparsity >= 0.74
    assert accuracy(trained.model, parts[1]) > 0.45


def test_trained_weights_lie_on_their_grid(reference, parts):
    trained = train_quantized(candidate(), *parts, reference=reference, classes=5)

    for layer in trained.model.layers:
        for weight in layer.get_weights():
            np.testing.assert_array_equal(weight * 32, np.rint(weight * 32))
            assert np.abs(weight * 32).max() <= 32


def test_the_same_seed_gives_the_same_bytes(reference, parts):
    asked = candidate(sparsity=0.5, epochs=3)

    first, second = (
        train_quantized(asked, *parts, reference=reference, classes=5) for _ in range(2)
    )

    for left, right in zip(first.model.get_weights(), second.model.get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)


def test_ptq_takes_the_float_weights_as_they_are(reference, parts):
    asked = candidate(bits=14, mode=Mode.PTQ, calibrate=True)

    trained = train_quantized(asked, *parts, reference=reference, classes=5)

    assert trained.history == ()
    assert accuracy(trained.model, parts[1]) == pytest.approx(
        accuracy(reference.model, parts[1]), abs=0.01
    )


def test_calibration_keeps_the_widths_and_holds_every_value(reference, parts):
    plan = calibrate(reference.model, candidate(bits=8).quantization, parts[0])

    for layer in plan.layers:
        kernel, bias = reference.model.get_layer(layer.name).get_weights()
        assert layer.weight.width == layer.bias.width == layer.activation.width == 8
        assert layer.weight.smallest <= kernel.min()
        assert kernel.max() <= layer.weight.largest + layer.weight.step
        assert bias.max() <= layer.bias.largest + layer.bias.step


def test_a_loss_that_is_no_number_is_an_infeasible_design(parts):
    with pytest.raises(InfeasibleDesignError, match=r"the loss is nan.*lower learning_rate"):
        train_float(
            candidate(),
            Examples(inputs=parts[0].inputs * np.float32(1e30), labels=parts[0].labels),
            parts[1],
            classes=5,
        )


def test_a_float_candidate_has_nothing_to_quantize(reference, parts):
    with pytest.raises(InvalidDesignError, match="training.mode is 'float'"):
        train_quantized(candidate(mode=Mode.FLOAT), *parts, reference=reference, classes=5)


def test_pruning_an_unknown_layer_is_refused(reference, parts):
    asked = replace(candidate(), pruning=PruningPlan(sparsity=0.5, exclude=("dense_9",)))

    with pytest.raises(InvalidDesignError, match="exclude names 'dense_9'; the layers are"):
        train_quantized(asked, *parts, reference=reference, classes=5)


def test_an_excluded_layer_is_not_pruned(reference, parts):
    pruning = PruningPlan(sparsity=0.75, end_epoch=2, exclude=("logits",))
    asked = replace(candidate(epochs=3), pruning=pruning)

    trained = train_quantized(asked, *parts, reference=reference, classes=5)

    assert (
        kernel_sparsity(trained.model)["logits"] < 0.5 <= kernel_sparsity(trained.model)["dense_1"]
    )


def test_a_folded_batch_norm_computes_the_same():
    plan = ModelPlan(builder="jet_tagger", widths=(8, 6), batch_norm=True)
    model = build_model(plan, None, inputs=4, outputs=3)
    rng = np.random.default_rng(1)
    for layer in model.layers:
        layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    inputs = rng.normal(0, 1, (100, 4)).astype(np.float32)

    folded = fold_batch_norm(model)

    assert not [layer for layer in folded.layers if "batch_norm" in layer.name]
    np.testing.assert_allclose(
        folded.predict(inputs, verbose=0), model.predict(inputs, verbose=0), rtol=1e-4, atol=1e-3
    )


def test_a_batch_norm_after_an_activation_cannot_be_folded():
    layers = keras().layers
    model = keras().Sequential(
        [layers.Input((4,)), layers.ReLU(name="relu"), layers.BatchNormalization(name="norm")]
    )

    with pytest.raises(UnsupportedLayerError, match="norm: a BatchNormalization after ReLU"):
        fold_batch_norm(model)


def test_weights_of_other_shapes_are_not_copied(reference):
    other = build_model(ModelPlan(builder="jet_tagger", widths=(16, 4)), None, inputs=16, outputs=5)

    with pytest.raises(InvalidDesignError, match="dense_2: weights of shapes .* cannot be copied"):
        copy_weights(reference.model, other)
