"""Every model of the zoo is exact, has a float twin of the same weights, and can be trained."""

import numpy as np
import pytest
from qkeras_reference import assert_exact, randomize

from codesign.design.candidate import ValidationPlan
from codesign.design.hardware import Clock, HardwareConfig, IoType
from codesign.design.plan import (
    ActivationQuantizer,
    LayerQuantization,
    ModelPlan,
    QuantizationPlan,
)
from codesign.design.precision import Precision
from codesign.design.regression import InputPlan
from codesign.errors import InvalidDesignError
from codesign.models import build_model, models, save_model
from codesign.pipeline.imported import certify_model
from codesign.training.batch_norm import fold_batch_norm
from codesign.training.deploy import copy_weights

pytestmark = pytest.mark.keras

SIZES = {
    "autoencoder": ((8,), 12),
    "calo_cnn": ((2, 3, 8), 32 * 32),
    "deepcalo": ((2, 3), 8 * 5 * 2 + 3 + 8),
    "embedding": ((8,), 12),
    "jet_tagger": ((64, 32, 32), 16),
    "residual_tagger": ((16, 16, 8, 8), 16),
    "vae": ((8,), 12),
}
OUTPUTS = {
    "autoencoder": ("reconstruction",),
    "deepcalo": ("energy",),
    "embedding": ("embedding", "embedding_hat"),
    "vae": ("mu", "logvar"),
}
HEADS = ("mean", "log_variance", "embed", "output", "scale_1", "shift_1", "scale_2", "shift_2")
INPUTS = {
    "deepcalo": (
        InputPlan(name="image", columns=("cell_*",), shape=(8, 5, 2), together=True),
        InputPlan(name="scalars", columns=("eta", "energy", "share"), shape=(3,)),
        InputPlan(name="tracks", columns=("track_*",), shape=(2, 4)),
    )
}
BEHIND = {"embedding": (4, 3, 4), "deepcalo": (4,)}
STREAMED = ("calo_cnn", "deepcalo")
QUANTIZATION = QuantizationPlan(
    input=Precision.from_text("fixed<8,3>"),
    layers=(
        LayerQuantization(
            name="*",
            weight=Precision.from_text("fixed<6,1>"),
            bias=Precision.from_text("fixed<6,2>"),
            activation=Precision.from_text("ufixed<6,2>"),
        ),
        *(
            LayerQuantization(
                name=name,
                weight=Precision.from_text("fixed<6,1>"),
                bias=Precision.from_text("fixed<6,2>"),
                activation=Precision.from_text("fixed<8,4>"),
                activation_quantizer=ActivationQuantizer.BITS,
            )
            for name in HEADS
        ),
    ),
)


def plan(name, **options):
    return ModelPlan(
        builder=name,
        widths=SIZES[name][0],
        bottleneck=BEHIND.get(name, ()),
        inputs=INPUTS.get(name, ()),
        **options,
    )


def test_the_table_of_sizes_names_every_model():
    assert set(SIZES) == set(models()) - {"own"}  # which has the sizes that its author gave it


@pytest.mark.parametrize("name", SIZES)
def test_is_exact(name):
    model = build_model(plan(name), QUANTIZATION, inputs=SIZES[name][1], outputs=5)

    network = assert_exact(model, spread=0.5)

    assert network.outputs == OUTPUTS.get(name, ("logits",))


@pytest.mark.csim
@pytest.mark.parametrize("name", SIZES)
def test_is_certified_layer_by_layer(name, tmp_path):
    model = build_model(plan(name), QUANTIZATION, inputs=SIZES[name][1], outputs=5)
    randomize(model, np.random.default_rng(1), spread=0.5, pruned=0.5)
    io_type = IoType.STREAM if name in STREAMED else IoType.PARALLEL
    hardware = HardwareConfig(device="vu9p", clock=Clock(period_ns=5.0), io_type=io_type)

    found = certify_model(
        save_model(model, tmp_path / "model"),
        tmp_path / name,
        hardware=hardware,
        plan=ValidationPlan(events=100),
    )

    certificate = found.certificate
    assert certificate.is_bit_exact
    layers = {layer.name for layer in found.network.layers}
    for reference in ("qkeras", "emulator"):
        compared = {a.layer for a in certificate.layers if a.reference == reference}
        assert compared == layers


@pytest.mark.parametrize("name", SIZES)
def test_the_float_twin_has_the_same_weights(name):
    inputs = SIZES[name][1]
    twin = build_model(plan(name), None, inputs=inputs, outputs=5)
    model = build_model(plan(name), QUANTIZATION, inputs=inputs, outputs=5)

    copy_weights(twin, model)

    for ours, theirs in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_batch_normalization_folds_into_convolutions():
    model = build_model(plan("calo_cnn", batch_norm=True), None, inputs=1024, outputs=5)
    rng = np.random.default_rng(1)
    model.set_weights([np.abs(rng.normal(1, 0.2, w.shape)) for w in model.get_weights()])
    inputs = rng.normal(0, 1, (20, 1024)).astype(np.float32)

    folded = fold_batch_norm(model)

    expected = model.predict(inputs, verbose=0)
    np.testing.assert_allclose(folded.predict(inputs, verbose=0), expected, rtol=1e-4)
    assert not any("batch_norm" in layer.name for layer in folded.layers)


def test_a_network_of_images_needs_a_square_of_features():
    with pytest.raises(InvalidDesignError, match="calo_cnn: .* 1000 features; .* square image"):
        build_model(plan("calo_cnn"), QUANTIZATION, inputs=1000, outputs=5)


def test_a_skip_needs_two_equal_widths():
    unequal = ModelPlan(builder="residual_tagger", widths=(8, 16))

    with pytest.raises(InvalidDesignError, match="a skip needs two equal widths in a row"):
        build_model(unequal, QUANTIZATION, inputs=16, outputs=5)
