"""The figures of a trial: from logits, from the network, from a hardware report."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from codesign.design.hardware import HardwareConfig
from codesign.design.network import QuantizedNetwork
from codesign.design.report import Evidence, Figure, HardwareReport
from codesign.design.results import Measurement, Resolution
from codesign.metrics import kernel_sparsity, quality, roc_curve, softmax, summarize_layers
from codesign.sweep.goals import RESOURCES
from codesign.sweep.outcome import Measure

EMULATOR = "emulator"
EXACT = "exact"
TEST_EVENTS = "test_events"
"""How many events the qualities were measured on."""


def quality_figures(
    logits: NDArray[np.float64],
    labels: NDArray[np.integer],
    label_names: Sequence[str],
    *,
    wanted: Iterable[str] = (),
) -> list[Measure]:
    """Return how well a design classifies, with statistical errors.

    The error of the mean AUC takes the errors of the classes as fully correlated: they are measured
    on the same events.

    Args:
        logits: Of the emulator, (events, classes).
        labels: Of the same events.
        label_names: The classes.
        wanted: Of ``auc.<class>`` and ``rejection.<class>@<efficiency>``, those to measure too.
    """
    found = quality(EMULATOR, logits, labels, label_names)
    aucs = [entry.auc for entry in found.aucs]
    mean = Measurement(
        value=sum(auc.value for auc in aucs) / len(aucs),
        error=sum(auc.error for auc in aucs) / len(aucs),
    )
    measures = [_measured("accuracy", found.accuracy), _measured("auc", mean)]
    measures.append(_exact(TEST_EVENTS, len(labels)))
    measures += [_measured(f"auc.{entry.label}", entry.auc) for entry in found.aucs]
    for name in wanted:
        if name.startswith("rejection."):
            label, _, efficiency = name.removeprefix("rejection.").partition("@")
            index = list(label_names).index(label)
            curve = roc_curve(softmax(logits)[:, index], labels == index)
            rejection = curve.rejection_at(float(efficiency))
            if math.isfinite(rejection.value):
                measures.append(_measured(name, rejection))
    return measures


def resolution_figures(found: Resolution) -> list[Measure]:
    """Return how well a design measures, with the statistical error."""
    return [_measured("resolution", found.resolution), _exact(TEST_EVENTS, found.events)]


def network_figures(network: QuantizedNetwork, hardware: HardwareConfig) -> list[Measure]:
    """Return what follows from a trained network alone."""
    layers = summarize_layers(network, hardware)
    numbers = {
        "bops": sum(layer.bops for layer in layers),
        "ebops": sum(layer.ebops for layer in layers),
        "sparsity": kernel_sparsity(layers),
    }
    return [_exact(name, value) for name, value in numbers.items()]


def _evidence(report: HardwareReport) -> str:
    """Return how numbers were obtained; of an estimate also which stage's they are."""
    if report.evidence is Evidence.ESTIMATED:
        return f"{report.evidence} {report.target}"
    return str(report.evidence)


def hardware_figures(report: HardwareReport) -> list[Measure]:
    """Return what a design costs; ranges of an estimate hold the tool's number with 90 %."""
    figures: dict[str, Figure | None] = {name: getattr(report.usage, name) for name in RESOURCES}
    figures["latency_ns"] = report.latency_ns
    figures["latency_cycles"] = report.latency_cycles
    figures["ii"] = report.initiation_interval
    return [
        Measure(
            figure=name,
            value=figure.value,
            low=figure.low,
            high=figure.high,
            evidence=_evidence(report),
        )
        for name, figure in figures.items()
        if figure is not None
    ]


def _measured(name: str, number: Measurement) -> Measure:
    return Measure(
        figure=name,
        value=number.value,
        low=number.value - number.error,
        high=number.value + number.error,
        evidence=EMULATOR,
    )


def _exact(name: str, value: float) -> Measure:
    return Measure(figure=name, value=value, low=value, high=value, evidence=EXACT)
