"""A QKeras model from a file is certified, or refused by name, from the command line."""

import json
import subprocess
import sys

import numpy as np
import pytest

from codesign.design.plan import LayerQuantization, ModelPlan, QuantizationPlan
from codesign.design.precision import Precision
from codesign.models import build_model
from codesign.models.keras import keras, qkeras, quiet

pytestmark = [pytest.mark.keras, pytest.mark.csim]
TEXT = Precision.from_text


def validate(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "codesign", "validate", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_model_of_a_keras_file_is_certified(tmp_path):
    layer = LayerQuantization(
        name="*", weight=TEXT("fixed<5,1>"), bias=TEXT("fixed<5,1>"), activation=TEXT("ufixed<5,2>")
    )
    plan = QuantizationPlan(input=TEXT("fixed<8,3>"), layers=(layer,))
    model = build_model(ModelPlan(builder="jet_tagger", widths=(5,)), plan, inputs=3, outputs=2)
    rng = np.random.default_rng(1)
    for part in model.layers:
        part.set_weights([rng.normal(0, 0.5, w.shape) for w in part.get_weights()])
    with quiet():
        model.save(tmp_path / "brought.keras")

    done = validate("brought.keras", "--count", 400, "--build", "build", "--json", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["bit_exact"] is True
    assert {agreement["layer"] for agreement in found["certificate"]["layers"]} == {
        "dense_1",
        "activation_1",
        "logits",
    }
    assert (tmp_path / "build" / "brought" / "network" / "network.json").is_file()


def test_a_model_that_cannot_be_exact_is_refused_by_layer_and_remedy(tmp_path):
    layers = keras().layers
    with quiet():
        source = layers.Input((3,))
        tensor = qkeras().QActivation("quantized_bits(8,2,alpha=1)", name="grid")(source)
        tensor = layers.Dense(2, name="float_dense")(tensor)
        keras().Model(source, tensor).save(tmp_path / "brought.keras")

    done = validate("brought.keras", cwd=tmp_path)

    assert done.returncode == 2
    assert "float_dense: a Dense layer cannot be lowered exactly" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "hls_projects" / "build" / "brought").exists()
