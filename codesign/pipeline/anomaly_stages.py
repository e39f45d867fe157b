"""The stages of an anomaly trigger that need Keras: what they compute and how it is kept."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers, dequantize
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress
from codesign.design.score import ScorePlan
from codesign.lowering import lower, save_network
from codesign.lowering.score_heads import SCORE, add_score, float_score, table_score
from codesign.models.load import load_model
from codesign.models.predict import predict_layers, predict_outputs
from codesign.models.zoo import build_model
from codesign.pipeline.anomaly_events import AnomalyEvents
from codesign.pipeline.training import (
    LAYERWISE_EVENTS,
    load_trained,
    model_digest,
    needs_double,
    save_trained,
)
from codesign.training.anomaly import train_usual_float, train_usual_quantized
from codesign.validation import Answers

Reals = NDArray[np.float64]
_NAMELESS = "network"


def score_plan(events: AnomalyEvents) -> ScorePlan:
    """Return the score of a candidate, which has one."""
    plan = events.candidate.score
    assert plan is not None  # noqa: S101 - prepare_anomaly refuses candidates without
    return plan


def lint(events: AnomalyEvents, folder: Path) -> None:
    """Build the untrained model with its score and keep its network."""
    plan = events.candidate.model
    model = build_model(
        plan,
        events.candidate.quantization,
        inputs=len(events.contract.features),
        outputs=plan.latent,
    )
    _keep_network(model, events, folder)


def train_reference(events: AnomalyEvents, folder: Path, progress: Progress) -> None:
    """Train the float reference and keep model and history."""
    usual = events.usual(quantized=False)
    save_trained(train_usual_float(events.candidate, usual, progress=progress), folder)


def train_model(events: AnomalyEvents, start: Path, folder: Path, progress: Progress) -> None:
    """Train the quantized and pruned model and keep model, history and precisions."""
    trained = train_usual_quantized(
        events.candidate,
        events.usual(quantized=True),
        reference=load_trained(start),
        progress=progress,
    )
    save_trained(trained, folder)


def lower_model(events: AnomalyEvents, trained: Path, folder: Path) -> None:
    """Lower the trained model with its score and keep the network."""
    _keep_network(load_model(trained / "model"), events, folder)


def _keep_network(model: Any, events: AnomalyEvents, folder: Path) -> None:
    bare = lower(model, name=_NAMELESS, features=events.contract.features)
    save_network(add_score(bare, score_plan(events)), folder / "network")


def score_float(events: AnomalyEvents, model: Path, inputs: NDArray[np.floating]) -> Reals:
    """Return the score of a model without any table or rounding of ours, shape (events,)."""
    plan = score_plan(events)
    return float_score(plan, *_read(plan, load_model(model), inputs, double=False))


def answers(
    network: QuantizedNetwork, events: AnomalyEvents, model: Path, inputs: dict[str, Integers]
) -> Answers:
    """Return what QKeras answers, its score through the table of the firmware."""
    keras_model, double = load_model(model), needs_double(network)
    plan, grid = score_plan(events), network.inputs[0].precision

    def layers(rows: Integers) -> dict[str, Reals]:
        return predict_layers(keras_model, dequantize(rows, grid), double=double)

    def score(rows: Integers) -> Reals:
        read = _read(plan, keras_model, dequantize(rows, grid), double=double)
        return table_score(network, plan, *read)

    return Answers(
        outputs={kind: {SCORE: score(rows)} for kind, rows in inputs.items()},
        arithmetic="float64" if double else "float32",
        model_digest=model_digest(model),
        first_layers={kind: layers(rows[:LAYERWISE_EVENTS]) for kind, rows in inputs.items()},
        layers=layers,
    )


def _read(
    plan: ScorePlan, model: Any, inputs: NDArray[np.floating], *, double: bool
) -> tuple[Reals, ...]:
    """Return the tensors that a score reads: outputs of the model, and its input where named."""
    made = dict(
        zip(model.output_names, predict_outputs(model, (inputs,), double=double), strict=True)
    )
    made[model.input_names[0]] = np.asarray(inputs, np.float64)
    return tuple(made[name] for name in plan.tensors or model.output_names)
