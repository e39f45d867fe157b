"""The stages that need Keras: what they compute and how it is kept.

Nothing here imports TensorFlow until a stage really has to be computed.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.design.candidate import Candidate
from codesign.design.codec import from_json, to_json
from codesign.design.digest import file_digest
from codesign.design.fixed_point import dequantize
from codesign.design.intervals import largest_sum
from codesign.design.network import QuantizedNetwork
from codesign.design.plan import Mode, QuantizationPlan
from codesign.design.progress import Progress
from codesign.design.results import Epoch
from codesign.emulator.inputs import Events, named_events
from codesign.lowering import check, load_network, lower, save_network
from codesign.models.load import load_model, save_model
from codesign.models.predict import predict_layers, predict_outputs
from codesign.models.zoo import build_model
from codesign.pipeline.prepare import Prepared
from codesign.training import Trained, train_float, train_quantized
from codesign.validation import Answers

LAYERWISE_EVENTS = 500
"""Events that are compared layer by layer, of each kind."""

_FLOAT32_EXACT = 2**24
_NAMELESS = "network"


def lint(prepared: Prepared, folder: Path) -> None:
    """Build the untrained model and keep its network: before any training time is spent.

    Raises:
        UnsupportedLayerError: If a construct cannot become firmware exactly.
    """
    candidate = prepared.candidate
    model = build_model(
        candidate.model,
        candidate.quantization,
        inputs=prepared.contracts.size,
        outputs=prepared.num_outputs,
    )
    check(model)
    network = lower(model, name=_NAMELESS, features=prepared.contracts.features)
    save_network(network, folder / "network")


def train_reference(prepared: Prepared, folder: Path, progress: Progress) -> None:
    """Train the float reference and keep model, history and logits of the test events."""
    trained = train_float(
        prepared.candidate,
        prepared.standardized(prepared.train),
        prepared.standardized(prepared.validation),
        classes=prepared.num_outputs,
        progress=progress,
    )
    save_trained(trained, folder)
    inputs = prepared.standardized(prepared.test).tensors
    (outputs,) = predict_outputs(trained.model, inputs, double=False)
    np.save(folder / "logits.npy", outputs)


def train_model(prepared: Prepared, start: Path, folder: Path, progress: Progress) -> None:
    """Train the quantized and pruned model and keep model, history and precisions.

    Args:
        prepared: The events.
        start: The stage whose model training begins with: that of the float reference, or of
            another candidate with layers of the same shapes.
        folder: For the results.
        progress: Told after each epoch.
    """
    candidate = prepared.candidate
    trained = train_quantized(
        candidate,
        prepared.on_grid(prepared.train),
        prepared.on_grid(prepared.validation),
        reference=load_trained(start),
        classes=prepared.num_outputs,
        progress=progress,
    )
    save_trained(trained, folder)


def lower_model(prepared: Prepared, trained: Path, folder: Path) -> None:
    """Lower the trained model and keep its network, nameless: equal designs share it."""
    model = load_model(trained / "model")
    network = lower(model, name=_NAMELESS, features=prepared.contracts.features)
    save_network(network, folder / "network")


def answer(
    network: QuantizedNetwork, model: Path, inputs: Mapping[str, Events], folder: Path
) -> None:
    """Keep what the QKeras model answers to the inputs of the certificate."""
    keras_model, double = load_model(model), needs_double(network)
    outputs = {
        kind: predict_outputs(keras_model, _reals(network, values), double=double)[0]
        for kind, values in inputs.items()
    }
    np.savez(folder / "outputs.npz", **outputs)  # type: ignore[arg-type] # stubs forbid **dict
    for kind, values in inputs.items():
        first = _reals(network, first_events(values, LAYERWISE_EVENTS))
        np.savez(
            folder / f"{kind}_layers.npz",
            **predict_layers(keras_model, first, double=double),  # type: ignore[arg-type]
        )


def answers(network: QuantizedNetwork, model: Path, stored: Path) -> Answers:
    """Return what the QKeras model answered; Keras is loaded only if layers are asked for."""
    double = needs_double(network)
    kept, (output,) = _read_arrays(stored / "outputs.npz"), network.outputs
    return Answers(
        outputs={kind: {output: values} for kind, values in kept.items()},
        first_layers={kind: _read_arrays(stored / f"{kind}_layers.npz") for kind in kept},
        arithmetic="float64" if double else "float32",
        model_digest=model_digest(model),
        layers=lambda rows: predict_layers(load_model(model), _reals(network, rows), double=double),
    )


def first_events(inputs: Events, count: int) -> Events:
    """Return the first events of the only input, or of each."""
    if isinstance(inputs, Mapping):
        return {name: values[:count] for name, values in inputs.items()}
    return inputs[:count]


def _reals(network: QuantizedNetwork, inputs: Events) -> tuple[NDArray[np.float64], ...]:
    """Return hardware integers as real numbers, one array an input."""
    given = named_events(network, inputs)
    return tuple(dequantize(given[node.name], node.precision) for node in network.inputs)


def _read_arrays(path: Path) -> dict[str, NDArray[np.float64]]:
    with np.load(path, allow_pickle=False) as stored:
        return dict(stored.items())


def needs_double(network: QuantizedNetwork) -> bool:
    """Return whether QKeras must compute in float64 to be a reference for this network."""
    return largest_sum(network) > _FLOAT32_EXACT


def model_digest(model: Path) -> str:
    """Return the digest of a stored model: configuration and weights."""
    return file_digest(model / "weights.npz")


def read_history(folder: Path) -> tuple[Epoch, ...]:
    """Return the history that a training stage kept."""
    return from_json(
        tuple[Epoch, ...], (folder / "history.json").read_text("utf-8"), place=str(folder)
    )


def read_network(folder: Path, *, name: str = _NAMELESS) -> QuantizedNetwork:
    """Return the network that a stage kept, under the name of a design."""
    return replace(load_network(folder / "network"), name=name)


def float_candidate(candidate: Candidate) -> tuple[object, ...]:
    """Return what decides the float reference: nothing of quantization, pruning or hardware."""
    plan = replace(
        candidate.training,
        mode=Mode.FLOAT,
        calibrate=False,
        warm_start=True,
        distillation=0.0,
        overdrive=1.0,
    )
    return candidate.model, candidate.data, plan, candidate.regression


def save_trained(trained: Trained, folder: Path) -> None:
    """Keep a model, its history and its precisions."""
    save_model(trained.model, folder / "model")
    (folder / "history.json").write_text(to_json(trained.history), encoding="utf-8")
    if trained.quantization is not None:
        (folder / "quantization.json").write_text(to_json(trained.quantization), encoding="utf-8")


def load_trained(folder: Path) -> Trained:
    """Return the float model that a stage kept."""
    return Trained(model=load_model(folder / "model"), quantization=None, history=())


def read_quantization(folder: Path) -> QuantizationPlan:
    """Return the precisions that a training stage used."""
    text = (folder / "quantization.json").read_text("utf-8")
    return from_json(QuantizationPlan, text, place=str(folder))
