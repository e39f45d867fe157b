from dataclasses import replace

import numpy as np
import pytest

from codesign.design.candidate import Candidate
from codesign.design.design_point import DesignPoint, Provenance
from codesign.design.hardware import Clock, HardwareConfig
from codesign.design.plan import (
    DataPlan,
    LayerQuantization,
    ModelPlan,
    PruningPlan,
    QuantizationPlan,
    TrainingPlan,
)
from codesign.design.precision import Precision
from codesign.design.results import (
    Certificate,
    Divergence,
    Epoch,
    LayerAgreement,
    LayerOverflow,
    LayerSummary,
    StageTime,
    Suggestion,
    TensorProfile,
    ValidationReport,
)
from codesign.metrics import quality
from codesign.reporting import Scores

WEIGHT = Precision.from_text("fixed<6,1>")
GRID = Precision.from_text("ufixed<8,4,RND_CONV,SAT>")
SUM = Precision.from_text("fixed<20,9>")
LABELS = ("q", "w", "t")
AGREES = ValidationReport(
    reference="qkeras", candidate="emulator", inputs="events", events=400, outputs=1200,
    exact_outputs=1200, exact_events=400, max_error_lsb=0.0, same_argmax=400, arithmetic="float32",
)  # fmt: skip
DISAGREES = replace(
    AGREES, reference="emulator", candidate="csim", exact_outputs=1199, exact_events=399,
    max_error_lsb=3.0, arithmetic="integer",
    divergence=Divergence(
        layer="dense_2", event=7, element=1, expected=12, found=9, cause="a weight is off by one"
    ),
)  # fmt: skip


def _layer(name, inputs, outputs, **changes):
    row = LayerSummary(
        name=name, kind="dense", shape=(outputs,), weight=WEIGHT, bias=SUM, accumulator=SUM,
        output=SUM, multiplications=inputs * outputs, sparsity=0.75, reuse_factor=1,
        strategy="latency", bops=1234.5, ebops=456.0,
    )  # fmt: skip
    return replace(row, **changes)


def _profile(name, precision=WEIGHT, **changes):
    profile = TensorProfile(
        name=name, precision=precision, smallest=-0.5, largest=0.75,
        quantiles=(0.03125, 0.0625, 0.125, 0.25, 0.5), zeros=0.75, saturated=0.0,
    )  # fmt: skip
    return replace(profile, **changes)


@pytest.fixture(scope="session")
def candidate():
    layer = LayerQuantization(name="*", weight=WEIGHT, bias=SUM, activation=GRID.as_storage())
    return Candidate(
        name="toy_tagger",
        data=DataPlan(sample="toys"),
        model=ModelPlan(builder="jet_tagger", widths=(4,)),
        quantization=QuantizationPlan(input=GRID, layers=(layer,)),
        hardware=HardwareConfig(device="vu9p", clock=Clock(period_ns=2.5)),
        pruning=PruningPlan(sparsity=0.75, begin_epoch=1, end_epoch=2),
        training=TrainingPlan(epochs=3),
    )


@pytest.fixture(scope="session")
def scores():
    generator = np.random.default_rng(1)
    labels = generator.integers(0, 3, 400)
    logits = generator.normal(0, 1, (400, 3)) + 2 * np.eye(3)[labels]
    on_grid = np.rint(logits / SUM.step) * SUM.step
    return Scores(
        labels=labels,
        label_names=LABELS,
        feature_names=("mass", "multiplicity"),
        logits=(("float", logits), ("qkeras", on_grid), ("emulator", on_grid), ("csim", on_grid)),
    )


@pytest.fixture(scope="session")
def certificate():
    return Certificate(
        design="toy_tagger", network_digest="1" * 64, model_digest="2" * 64,
        firmware_digest="3" * 64, inputs_digest="4" * 64,
        comparisons=(
            AGREES,
            replace(AGREES, reference="emulator", candidate="csim"),
            replace(AGREES, inputs="overdriven"),
        ),
        layers=(
            LayerAgreement(
                layer="dense_1", reference="qkeras", candidate="emulator", inputs="events",
                events=100, values=400, exact_values=400, max_error_lsb=0.0,
            ),
        ),
        overflows=(
            LayerOverflow(
                layer="dense_1", inputs="events", saturated=0, wrapped=0, values=400
            ),
            LayerOverflow(
                layer="relu_1", inputs="events", saturated=10, wrapped=0, values=400
            ),
        ),
        tool_versions=(("g++", "12.2.0"),),
    )  # fmt: skip


@pytest.fixture(scope="session")
def broken_certificate(certificate):
    return replace(certificate, comparisons=(AGREES, DISAGREES))


@pytest.fixture(scope="session")
def point(candidate, scores, certificate):
    relu = _layer(
        "relu_1", 0, 4, kind="relu", weight=None, bias=None, accumulator=None, output=GRID,
        sparsity=0.0, reuse_factor=0, strategy="", bops=0.0, ebops=0.0,
    )  # fmt: skip
    return DesignPoint(
        candidate=candidate,
        label_names=LABELS,
        quality=tuple(
            quality(stage, logits, scores.labels, LABELS) for stage, logits in scores.logits
        ),
        layers=(_layer("dense_1", 2, 4), relu, _layer("dense_2", 4, 3)),
        suggestions=(
            Suggestion(
                tensor="relu_1",
                precision=Precision.from_text("ufixed<6,2>"),
                narrower=Precision.from_text("ufixed<5,1>"),
                events=200,
                same_events=190,
                accuracy_change=-0.005,
            ),
        ),
        profiles=(
            _profile("features", GRID),
            _profile("dense_1.kernel"),
            _profile("dense_1.bias", SUM, smallest=0.0, largest=0.0, quantiles=(), zeros=1.0),
            _profile("relu_1", GRID, largest=40.0),
        ),
        certificate=certificate,
        history=tuple(
            Epoch(loss=1 / e, validation_loss=1.1 / e, validation_accuracy=0.3 * e, sparsity=0.2)
            for e in (1, 2, 3)
        ),
        times=(
            StageTime(stage="training", seconds=75.0, reused=True),
            StageTime(stage="csim", seconds=9.5, reused=False),
        ),
        provenance=Provenance(
            versions=(("codesign", "0.1.0"),), host="trigger", processor="2 cores",
            utc="2026-01-02T03:04:05Z", git_revision="", sample="toys", sample_digest="5" * 64,
        ),
        firmware="build/toy_tagger",
    )  # fmt: skip
