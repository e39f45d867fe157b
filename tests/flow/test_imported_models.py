"""Models with several inputs and outputs, and classifiers that end in a softmax, are certified."""

import numpy as np
import pytest
from qkeras_reference import randomize

from codesign.data import EventSet
from codesign.design.candidate import ValidationPlan
from codesign.design.hardware import Clock, HardwareConfig
from codesign.errors import InvalidDataError
from codesign.models import save_model
from codesign.models.keras import keras, qkeras, quiet
from codesign.pipeline.imported import certify_model

pytestmark = [pytest.mark.keras, pytest.mark.csim]
HARDWARE = HardwareConfig(device="vu9p", clock=Clock(period_ns=5.0))
PLAN = ValidationPlan(events=300)
BITS = {
    "kernel_quantizer": "quantized_bits(5,0,alpha=1)",
    "bias_quantizer": "quantized_bits(5,0,alpha=1)",
}


def stored(model, tmp_path):
    randomize(model, np.random.default_rng(1), spread=0.5)
    return save_model(model, tmp_path / "model")


def grid(name, source):
    return qkeras().QActivation("quantized_bits(7,2,alpha=1)", name=name)(source)


def joint_model():
    """Return a model of tracks and calorimeter sums with two heads."""
    with quiet():
        tracks = keras().layers.Input((4, 2), name="tracks")
        sums = keras().layers.Input((3,), name="sums")
        line = qkeras().QConv1D(2, 3, name="line", **BITS)(grid("tracks_grid", tracks))
        flat = keras().layers.Flatten(name="flat")(line)
        both = keras().layers.Concatenate(name="both")([flat, grid("sums_grid", sums)])
        classes = qkeras().QDense(3, name="classes", **BITS)(both)
        energy = qkeras().QDense(1, name="energy", **BITS)(both)
        return keras().Model([tracks, sums], [classes, energy], name="joint")


def events(columns):
    rng = np.random.default_rng(2)
    return EventSet(
        features=rng.normal(0, 2, (400, columns)).astype(np.float32),
        feature_names=tuple(f"x{index}" for index in range(columns)),
        units=("",) * columns,
        labels=np.zeros(400, dtype=np.int64),
        label_names=("event",),
        sample="random",
    )


@pytest.mark.parametrize("brought", [None, 11])
def test_several_inputs_and_outputs_are_certified_layer_by_layer(brought, tmp_path):
    path = stored(joint_model(), tmp_path)

    found = certify_model(
        path,
        tmp_path / "joint",
        hardware=HARDWARE,
        plan=PLAN,
        events=None if brought is None else events(brought),
    )

    certificate = found.certificate
    assert certificate.is_bit_exact
    assert [report.outputs for report in certificate.comparisons] == [300 * 4] * 4
    sides = {(layer.layer, layer.reference, layer.inputs) for layer in certificate.layers}
    for name in ("line", "flat", "both", "classes", "energy"):
        for inputs in ("events", "overdriven"):
            assert {(name, "qkeras", inputs), (name, "emulator", inputs)} <= sides


def test_events_of_another_width_are_refused_with_the_inputs_they_should_feed(tmp_path):
    path = stored(joint_model(), tmp_path)

    with pytest.raises(InvalidDataError, match=r"9 columns found.* reads 11 \(tracks \(4, 2\), su"):
        certify_model(
            path, tmp_path / "joint", hardware=HARDWARE, plan=PLAN, events=events(columns=9)
        )


def classifier(*last):
    with quiet():
        tensor = source = keras().layers.Input((4,), name="x")
        for layer in (lambda t: grid("grid", t), *last):
            tensor = layer(tensor)
        return keras().Model(source, tensor, name="classifier")


ENDINGS = {
    "a Softmax layer": lambda q, k: [q.QDense(3, name="last", **BITS), k.Softmax(name="end")],
    "an Activation layer": lambda q, k: [
        q.QDense(3, name="last", **BITS),
        k.Activation("softmax", name="end"),
    ],
    "the activation of the last layer": lambda q, k: [
        q.QDense(3, activation="softmax", name="last", **BITS)
    ],
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_classifier_is_certified_on_the_logits_before_its_softmax(ending, tmp_path):
    model = classifier(*ENDINGS[ending](qkeras(), keras().layers))

    found = certify_model(
        stored(model, tmp_path), tmp_path / "classifier", hardware=HARDWARE, plan=PLAN
    )

    assert found.network.outputs == ("last",)
    assert found.certificate.is_bit_exact
    assert ("last", "qkeras") in {(a.layer, a.reference) for a in found.certificate.layers}
