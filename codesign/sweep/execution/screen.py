"""Before training: can a candidate keep the constraints at all?"""

from dataclasses import replace

import numpy as np

from codesign.design.constant import Constant
from codesign.design.layers import Weighted
from codesign.design.network import QuantizedNetwork
from codesign.errors import UnsupportedLayerError
from codesign.estimate import estimate
from codesign.sweep.execution.task import Task
from codesign.sweep.goals import RESOURCES, Constraint
from codesign.sweep.outcome import Measure
from codesign.sweep.results.figures import hardware_figures

MARGIN = 2.0
"""How far beyond a constraint the lower end of the range must lie before training is left out: the
estimate is of weights that training has not chosen yet."""


def beyond_limits(task: Task, network: QuantizedNetwork) -> list[str]:
    """Return the constraints that the design cannot keep, with the range beside the limit."""
    wanted = [c for c in task.constraints if c.figure in (*RESOURCES, "latency_ns", "ii")]
    if not wanted:
        return []
    hardware = task.candidate.hardware
    try:
        report = estimate(as_sparse(network, task.candidate.pruning.sparsity), hardware)
    except UnsupportedLayerError:
        return []  # without a model nothing is known, so nothing is left out
    measures = {measure.figure: measure for measure in hardware_figures(report)}
    return [
        _beyond(constraint, measures[constraint.figure], hardware.device)
        for constraint in wanted
        if not _may_hold(constraint, measures[constraint.figure], hardware.device)
    ]


def _may_hold(constraint: Constraint, measure: Measure, device: str) -> bool:
    exact = measure.low == measure.high
    margin = 1.0 if exact else MARGIN
    return constraint.may_hold(measure.low / margin, measure.high * margin, device=device)


def _beyond(constraint: Constraint, measure: Measure, device: str) -> str:
    return (
        f"{constraint} of {device} is {constraint.limit(device):,.0f}, "
        f"estimated {measure.low:,.0f} to {measure.high:,.0f} before training"
    )


def as_sparse(network: QuantizedNetwork, sparsity: float) -> QuantizedNetwork:
    """Return a network whose smallest weights are zero, as pruning would leave it."""
    layers = tuple(
        replace(layer, kernel=_pruned(layer.kernel, sparsity))
        if isinstance(layer, Weighted)
        else layer
        for layer in network.layers
    )
    return replace(network, layers=layers)


def _pruned(kernel: Constant, sparsity: float) -> Constant:
    values = kernel.values.copy()
    count = int(sparsity * values.size)
    smallest = np.argsort(np.abs(values), axis=None, kind="stable")[:count]
    values.flat[smallest] = 0
    return Constant(values=values, precision=kernel.precision)
