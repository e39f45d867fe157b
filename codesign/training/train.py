"""Train what a candidate asks for: the float reference, and the quantized and pruned model."""

from dataclasses import dataclass, replace
from typing import Any

from codesign.design.candidate import Candidate
from codesign.design.plan import Mode, QuantizationPlan
from codesign.design.progress import Progress, silent
from codesign.design.results import Epoch
from codesign.errors import InvalidDesignError
from codesign.models.keras import keras
from codesign.models.zoo import build_model
from codesign.training import prune
from codesign.training.batch_norm import fold_batch_norm
from codesign.training.calibrate import calibrate
from codesign.training.deploy import copy_weights, snap_weights
from codesign.training.distill import with_answers
from codesign.training.examples import Examples
from codesign.training.fit import fit, own_rate


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A model and how it came to be.

    Attributes:
        model: The Keras model with its final weights.
        quantization: The precisions it was built with, None for a float model.
        history: One entry an epoch.
    """

    model: Any
    quantization: QuantizationPlan | None
    history: tuple[Epoch, ...]


def train_float(
    candidate: Candidate,
    train: Examples,
    validation: Examples,
    *,
    classes: int,
    progress: Progress = silent,
) -> Trained:
    """Return the float reference of a candidate, unpruned, its batch normalization folded.

    Args:
        candidate: The model, its size and how it is fitted.
        train: What the fit sees.
        validation: What decides which epoch is best.
        classes: Number of outputs: of classes, or 1 where a quantity is measured.
        progress: Told after each epoch.

    Raises:
        InfeasibleDesignError: If the loss is no longer a finite number.
    """
    keras().utils.set_random_seed(candidate.training.seed)
    model = build_model(candidate.model, None, inputs=train.size, outputs=classes)
    plan = own_rate(model, candidate.training)
    history = fit(model, train, validation, plan=plan, progress=progress)
    return Trained(model=fold_batch_norm(model), quantization=None, history=history)


def train_quantized(
    candidate: Candidate,
    train: Examples,
    validation: Examples,
    *,
    reference: Trained,
    classes: int,
    progress: Progress = silent,
) -> Trained:
    """Return the quantized and pruned model of a candidate, its weights on their grid.

    With PTQ the weights of the float reference are quantized as they are. With QAT the model is
    trained with its quantizers, and pruned meanwhile where the plan says so; it learns what the
    reference answers, too, where the plan has a distillation.

    Args:
        candidate: The model, its precisions, its sparsity and how it is fitted.
        train: What the fit sees.
        validation: What decides which epoch is best.
        reference: The trained float reference.
        classes: Number of outputs: of classes, or 1 where a quantity is measured.
        progress: Told after each epoch.

    Raises:
        InfeasibleDesignError: If the loss diverges or the sparsity is not reached.
        InvalidDesignError: If the mode is float, or PTQ is to be pruned.
    """
    keras().utils.set_random_seed(candidate.training.seed)
    quantization = candidate.quantization
    if candidate.training.mode == Mode.FLOAT:
        msg = f"{candidate.name}: training.mode is 'float': there is nothing to quantize"
        raise InvalidDesignError(msg)
    if candidate.training.calibrate:
        quantization = calibrate(reference.model, quantization, train)
    model = build_model(candidate.model, quantization, inputs=train.size, outputs=classes)
    history: tuple[Epoch, ...] = ()
    if candidate.training.mode == Mode.PTQ or candidate.training.warm_start:
        copy_weights(reference.model, model)
    if candidate.training.mode == Mode.QAT:
        if candidate.training.distillation:
            train, validation = (with_answers(reference.model, x) for x in (train, validation))
        fitted = replace(candidate, training=own_rate(model, candidate.training))
        model, history = _fit_pruned(model, fitted, train, validation, progress)
    snap_weights(model)
    return Trained(model=model, quantization=quantization, history=history)


def _fit_pruned(
    model: Any,
    candidate: Candidate,
    train: Examples,
    validation: Examples,
    progress: Progress,
) -> tuple[Any, tuple[Epoch, ...]]:
    plan, pruning = candidate.training, candidate.pruning
    if not pruning.sparsity:
        return model, fit(model, train, validation, plan=plan, progress=progress)
    steps = prune.steps_per_epoch(len(train.labels), plan.batch_size)
    wrapped = prune.wrap(model, pruning, steps_per_epoch=steps)
    history = fit(
        wrapped,
        train,
        validation,
        plan=plan,
        hooks=prune.hooks(wrapped, pruning),
        progress=progress,
    )
    copy_weights(prune.strip(wrapped), model)
    prune.check_sparsity(model, pruning)
    return model, history
