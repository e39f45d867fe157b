"""Certify a QKeras model that somebody brings as a file: no recipe, no training."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.data import EventSet
from codesign.design.candidate import ValidationPlan
from codesign.design.contract import NetworkInput
from codesign.design.digest import file_digest
from codesign.design.fixed_point import Integers, dequantize
from codesign.design.hardware import HardwareConfig
from codesign.design.names import check_name
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.results import Certificate
from codesign.errors import InvalidDataError
from codesign.firmware import generate, supports
from codesign.lowering import lower, save_network
from codesign.models.load import load_model
from codesign.models.logits import without_softmax
from codesign.models.predict import predict_layers, predict_outputs
from codesign.pipeline.provenance import versions
from codesign.pipeline.training import LAYERWISE_EVENTS, model_digest, needs_double
from codesign.validation import Answers, certify, overdriven

_SEED = 1
Rows = dict[str, Integers]
"""Hardware integers of some events, by input."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A model from a file, certified.

    Attributes:
        network: What it computes.
        certificate: Whether QKeras, emulator and C simulation agree.
        folder: Where firmware and network are.
    """

    network: QuantizedNetwork
    certificate: Certificate
    folder: Path


def certify_model(
    path: Path,
    folder: Path,
    *,
    hardware: HardwareConfig,
    plan: ValidationPlan,
    events: EventSet | None = None,
    progress: Progress = silent,
) -> Imported:
    """Lower a model, generate its firmware, and hold both against QKeras.

    Args:
        path: A ``.h5`` or ``.keras`` file or a folder of ours; none of its code is run.
        folder: Of the design, whose name it carries: a C identifier.
        hardware: How the firmware is built.
        plan: How many inputs of each kind are compared, at most those of ``events``, and how far
            past its range the second kind is driven.
        events: What the model reads, one column an element, input after input; random inputs where
            None.
        progress: Told how far emulator and simulation are.

    Raises:
        InvalidDataError: If the model file is damaged, or the events have another width.
        UnsupportedLayerError: If a layer cannot be lowered exactly.
        InvalidDesignError: If an option of the hardware does not fit.
    """
    name = check_name(folder.name, what="a design")
    model = without_softmax(load_model(path))
    network = lower(model, name=name)
    supports(network, hardware)
    inputs = _inputs(network, events, plan)
    project = generate(network, hardware, folder / "firmware")
    save_network(network, folder / "network")
    certified = certify(
        network,
        project,
        inputs=inputs,
        answers=_answers(model, network, inputs, path),
        versions=versions(),
        progress=progress,
    )
    return Imported(network=network, certificate=certified.certificate, folder=folder)


def _answers(
    model: Any, network: QuantizedNetwork, inputs: Mapping[str, Rows], path: Path
) -> Answers:
    """Return what QKeras answers to every input, and to the first ones layer by layer."""
    double = needs_double(network)

    def layers(rows: Rows) -> dict[str, NDArray[np.float64]]:
        return predict_layers(model, _real(network, rows), double=double)

    return Answers(
        outputs={
            kind: dict(
                zip(
                    network.outputs,
                    predict_outputs(model, _real(network, rows), double=double),
                    strict=True,
                )
            )
            for kind, rows in inputs.items()
        },
        arithmetic="float64" if double else "float32",
        model_digest=file_digest(path) if path.is_file() else model_digest(path),
        first_layers={
            kind: layers({name: values[:LAYERWISE_EVENTS] for name, values in rows.items()})
            for kind, rows in inputs.items()
        },
        layers=layers,
    )


def _real(network: QuantizedNetwork, rows: Rows) -> list[NDArray[np.float64]]:
    """Return the real values of each input, in the order of the model."""
    return [dequantize(rows[node.name], node.precision) for node in network.inputs]


def _inputs(
    network: QuantizedNetwork, events: EventSet | None, plan: ValidationPlan
) -> dict[str, Rows]:
    """Return the hardware integers to compare on, by kind and input."""
    if events is None:
        random = np.random.default_rng(_SEED)
        hardware = {node.name: _drawn(node, plan.events, random) for node in network.inputs}
    else:
        hardware = _read(network, events, plan.events)
    driven = {
        node.name: overdriven(
            hardware[node.name],
            node.precision,
            factor=plan.overdrive,
            events_wanted=len(hardware[node.name]),
            seed=_SEED + index,
        )
        for index, node in enumerate(network.inputs)
    }
    return {"events": hardware, "overdriven": driven}


def _drawn(node: NetworkInput, events: int, random: np.random.Generator) -> Integers:
    low, high = node.precision.min_hw, node.precision.max_hw
    return random.integers(low, high, (events, *node.shape), endpoint=True)


def _read(network: QuantizedNetwork, events: EventSet, count: int) -> Rows:
    """Return the columns of events as the inputs of a network, one input after the other."""
    sizes = [prod(node.shape) for node in network.inputs]
    if len(events.feature_names) != sum(sizes):
        parts = ", ".join(f"{node.name} {node.shape}" for node in network.inputs)
        msg = (
            f"{events.sample}: {len(events.feature_names)} columns found, {network.name} "
            f"reads {sum(sizes)} ({parts}); choose the columns with a file that holds only them"
        )
        raise InvalidDataError(msg)
    return {
        node.name: node.to_hardware(events.features[:count, end - size : end])
        for node, size, end in zip(network.inputs, sizes, np.cumsum(sizes), strict=True)
    }
