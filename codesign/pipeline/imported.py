"""Certify a QKeras model that somebody brings as a file: no recipe, no training."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codesign.data import EventSet
from codesign.design.candidate import ValidationPlan
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
from codesign.models.predict import predict, predict_layers
from codesign.pipeline.provenance import versions
from codesign.pipeline.training import LAYERWISE_EVENTS, model_digest, needs_double
from codesign.validation import Answers, certify, overdriven

_SEED = 1


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
        events: What the model reads, one column an input; random inputs where None.
        progress: Told how far emulator and simulation are.

    Raises:
        InvalidDataError: If the model file is damaged, or the events have another width.
        UnsupportedLayerError: If a layer cannot be lowered exactly.
        InvalidDesignError: If an option of the hardware does not fit.
    """
    name = check_name(folder.name, what="a design")
    model = load_model(path)
    network = lower(model, name=name)
    supports(network, hardware)
    project = generate(network, hardware, folder / "firmware")
    save_network(network, folder / "network")
    inputs = _inputs(network, events, plan)
    double, grid = needs_double(network), network.inputs[0].precision
    answers = Answers(
        outputs={
            kind: predict(model, dequantize(rows, grid), double=double)
            for kind, rows in inputs.items()
        },
        arithmetic="float64" if double else "float32",
        model_digest=file_digest(path) if path.is_file() else model_digest(path),
        first_layers={
            kind: predict_layers(model, dequantize(rows[:LAYERWISE_EVENTS], grid), double=double)
            for kind, rows in inputs.items()
        },
        layers=lambda rows: predict_layers(model, dequantize(rows, grid), double=double),
    )
    certified = certify(
        network,
        project,
        inputs=inputs,
        answers=answers,
        versions=versions(),
        progress=progress,
    )
    return Imported(network=network, certificate=certified.certificate, folder=folder)


def _inputs(
    network: QuantizedNetwork, events: EventSet | None, plan: ValidationPlan
) -> dict[str, Integers]:
    """Return the hardware integers to compare on, by kind."""
    source = network.inputs[0]
    grid = source.precision
    if events is None:
        shape, random = (plan.events, *source.shape), np.random.default_rng(_SEED)
        hardware = random.integers(grid.min_hw, grid.max_hw, shape, endpoint=True)
    else:
        size = int(np.prod(source.shape))
        if len(events.feature_names) != size:
            msg = (
                f"{events.sample}: {len(events.feature_names)} columns found, {network.name} "
                f"reads {size}; choose the columns with a file that holds only them"
            )
            raise InvalidDataError(msg)
        hardware = source.to_hardware(events.features[: plan.events])
    driven = overdriven(
        hardware, grid, factor=plan.overdrive, events_wanted=len(hardware), seed=_SEED
    )
    return {"events": hardware, "overdriven": driven}
