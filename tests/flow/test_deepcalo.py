"""DeepCalo from generated events to certified firmware, of the image and of everything."""

from dataclasses import replace

import numpy as np
import pytest
from calo_recipes import calo_recipe, calo_sample

from codesign.design.plan import Mode
from codesign.design.precision import Precision
from codesign.design.regression import InputPlan
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.models.zoo import build_model
from codesign.pipeline import Run
from codesign.pipeline.designs import trained_design
from codesign.pipeline.measuring import resolutions
from codesign.reporting.responses import Responses

pytestmark = pytest.mark.keras
_SIZES = (
    InputPlan(name="image", columns=("cell_*",), shape=(14, 11, 4)),
    InputPlan(name="times", columns=("time_*",), shape=(7, 11, 8)),
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return calo_sample(tmp_path_factory.mktemp("calo") / "calo.npz")


@pytest.mark.csim
@pytest.mark.parametrize(
    ("full", "times"), [(False, False), (True, False), (False, True)],
    ids=["image", "everything", "energies and times"],
)  # fmt: skip
def test_events_become_certified_firmware_and_a_page(sample, tmp_path, full, times):
    result = Run(calo_recipe(sample, full=full, times=times), root=tmp_path).finish()

    point, page = result.point, result.report.read_text("utf-8")
    stages = [found.stage for found in point.resolutions]
    assert point.certificate.is_bit_exact
    assert {report.inputs for report in point.certificate.comparisons} == {"events", "overdriven"}
    assert stages == ["calibrated sum", "boosted trees", "float", "qkeras", "emulator", "csim"]
    assert point.resolutions[-1].resolution == point.resolutions[-2].resolution
    assert point.quality == ()
    assert isinstance(result.scores, Responses)
    assert "Energy resolution" in page
    assert "ROC" not in page
    assert "logit" not in page
    assert "argmax" not in page


def test_training_beats_the_calibrated_sum(tmp_path):
    sample = calo_sample(tmp_path / "calo.npz", events=4000)
    candidate = calo_recipe(sample, full=True)
    candidate = replace(
        candidate, training=replace(candidate.training, epochs=12, learning_rate=5e-3)
    )

    run = Run(candidate, root=tmp_path)
    run_stages = {found.stage: found for found in resolutions(run.emulator_scores())}

    assert run_stages["emulator"].resolution.value < run_stages["calibrated sum"].resolution.value


def test_post_training_quantization_calibrates_the_modulation_too(sample, tmp_path):
    candidate = calo_recipe(sample, full=True)
    candidate = replace(
        candidate,
        pruning=replace(candidate.pruning, sparsity=0.0),
        training=replace(candidate.training, mode=Mode.PTQ, calibrate=True),
    )

    run = Run(candidate, root=tmp_path)
    names = {layer.name for layer in run.network.layers}

    assert {"scale_1_map", "film_1", "film_2_relu"} <= names
    assert np.load(run.emulated / "logits.npy").shape == (80, 1)


def test_several_inputs_are_refused_where_one_is_taken(sample, tmp_path):
    with pytest.raises(UnsupportedLayerError, match="has inputs image, scalars, tracks"):
        trained_design(calo_recipe(sample, full=True), root=tmp_path, progress=lambda *_: None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"widths": (2, 2, 2, 2)}, r"nothing is left of an image of \(14, 11, 4\) behind 4"),
        ({"bottleneck": ()}, "at least one convolution and one dense layer"),
        ({"inputs": ()}, "0 images of three dimensions in model.inputs"),
        ({"inputs": _SIZES}, r"2 images .* of sizes \[\(7, 11\), \(14, 11\)\]"),
    ],
)
def test_models_that_cannot_be_are_refused(sample, change, message):
    plan = replace(calo_recipe(sample, full=False).model, **change)

    with pytest.raises(InvalidDesignError, match=message):
        build_model(plan, None, inputs=616, outputs=1)


def test_the_precision_of_the_modulated_maps_is_that_of_their_own_entry(sample):
    candidate = calo_recipe(sample, full=True)
    first = candidate.quantization.layer("conv_1")
    film = replace(first, name="film_1", activation=Precision.from_text("ufixed<9,2>"))
    plan = replace(candidate.quantization, layers=(*candidate.quantization.layers, film))

    model = build_model(candidate.model, plan, inputs=630, outputs=1)

    assert model.get_layer("film_1_relu").quantizer.bits == 9
    assert model.get_layer("activation_1").quantizer.bits == 6
