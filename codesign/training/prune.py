"""Quantization-aware pruning with the schedules of tensorflow-model-optimization.

Source: Zhu and Gupta, arXiv:1710.01878 (polynomial schedule); Hawks et al., arXiv:2102.11289.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from codesign.design.plan import PruningPlan
from codesign.errors import InfeasibleDesignError, InvalidDesignError
from codesign.models.keras import keras, pruning, quiet
from codesign.training.fit import Hooks

_PRUNABLE = frozenset({"Conv1D", "Conv2D", "Dense", "QConv1D", "QConv2D", "QDense"})
_UPDATES_PER_EPOCH = 10


def wrap(model: Any, plan: PruningPlan, *, steps_per_epoch: int) -> Any:
    """Return a model that shares the weights of ``model`` and prunes them while it is fitted.

    Raises:
        InvalidDesignError: If a layer to exclude does not exist.
    """
    names = [layer.name for layer in model.layers]
    unknown = [name for name in plan.exclude if name not in names]
    if unknown:
        msg = f"pruning.exclude names {unknown[0]!r}; the layers are {', '.join(names)}"
        raise InvalidDesignError(msg)
    schedule = pruning().PolynomialDecay(
        initial_sparsity=0.0,
        final_sparsity=plan.sparsity,
        begin_step=plan.begin_epoch * steps_per_epoch,
        end_step=plan.end_epoch * steps_per_epoch,
        frequency=max(1, steps_per_epoch // _UPDATES_PER_EPOCH),
    )

    def prune(layer: Any) -> Any:
        if type(layer).__name__ not in _PRUNABLE or layer.name in plan.exclude:
            return layer
        return pruning().prune_low_magnitude(layer, pruning_schedule=schedule, name=layer.name)

    with quiet():
        return keras().models.clone_model(model, clone_function=prune)


def hooks(wrapped: Any, plan: PruningPlan) -> Hooks:
    """Return what the fit of a wrapped model needs."""
    return Hooks(
        watch_from=plan.end_epoch,
        sparsity=_mean_sparsity(wrapped, plan.exclude),
        callbacks=(pruning().UpdatePruningStep(),),
    )


def strip(model: Any) -> Any:
    """Return the model without its pruning wrappers."""
    with quiet():
        return pruning().strip_pruning(model)


def steps_per_epoch(events: int, batch_size: int) -> int:
    """Return the optimizer steps of one epoch."""
    return math.ceil(events / batch_size)


def kernel_sparsity(model: Any) -> dict[str, float]:
    """Return the share of exact zeros in each kernel that can be pruned, by layer name.

    A quantized kernel is measured after its quantizer: as the firmware sees it.
    """
    found = {}
    for layer in model.layers:
        inner = getattr(layer, "layer", layer)
        if type(inner).__name__ in _PRUNABLE:
            quantizer = getattr(inner, "kernel_quantizer_internal", None)
            kernel = inner.kernel if quantizer is None else quantizer(inner.kernel)
            found[inner.name] = float((np.asarray(kernel) == 0).mean())
    return found


def _mean_sparsity(model: Any, exclude: tuple[str, ...]) -> Callable[[], float]:
    """Return a function that measures the mean sparsity of the pruned kernels."""
    return lambda: float(
        np.mean([s for name, s in kernel_sparsity(model).items() if name not in exclude] or [0.0])
    )


def check_sparsity(model: Any, plan: PruningPlan) -> None:
    """Check that every pruned kernel of a stripped model is as sparse as planned.

    Raises:
        InfeasibleDesignError: If one is not.
    """
    for layer in model.layers:
        found = kernel_sparsity(model).get(layer.name)
        if found is None or layer.name in plan.exclude:
            continue
        slack = 1.0 / int(np.prod(layer.kernel.shape))
        if found < plan.sparsity - slack:
            msg = (
                f"{layer.name}: {found:.1%} of the weights are zero, {plan.sparsity:.1%} were "
                "planned; end pruning earlier (pruning.end_epoch) or train longer"
            )
            raise InfeasibleDesignError(msg)
