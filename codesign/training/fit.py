"""Fit a Keras model to events."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from codesign.design.plan import TrainingPlan
from codesign.design.progress import Progress, silent
from codesign.design.results import Epoch
from codesign.errors import InfeasibleDesignError
from codesign.models.keras import keras, tensorflow
from codesign.training.distill import accuracy, softened_loss
from codesign.training.epochs import training_epoch, validation_epoch
from codesign.training.examples import Examples

_FINAL_RATE = 0.01
_JUDGED_AT_ONCE = 4096
_LARGE_ERROR = 0.05
"""Relative error of an energy from which on its loss grows no faster than the error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """What pruning adds to a fit.

    Attributes:
        watch_from: The first epoch that may be the best: earlier ones are not sparse enough yet.
        sparsity: Measures the sparsity to note after each epoch.
        callbacks: Further Keras callbacks.
    """

    watch_from: int = 0
    sparsity: Callable[[], float] = lambda: 0.0
    callbacks: tuple[Any, ...] = ()


def fit(
    model: Any,
    train: Examples,
    validation: Examples,
    *,
    plan: TrainingPlan,
    hooks: Hooks | None = None,
    progress: Progress = silent,
) -> tuple[Epoch, ...]:
    """Fit a model in place and leave it with the weights of its best epoch.

    Args:
        model: A Keras model whose outputs are logits, or the one quantity that targets are of.
        train: What the fit sees.
        validation: What decides which epoch is best and when to stop.
        plan: Epochs, batch size, learning rate, patience, seed.
        hooks: What pruning adds to the fit.
        progress: Told after each epoch.

    Returns:
        What each epoch reached.

    Raises:
        InfeasibleDesignError: If the loss is no longer a finite number.
    """
    keras().utils.set_random_seed(plan.seed)
    model.compile(optimizer=optimizer(plan, len(train.labels)), **_aim(train, plan))
    return run_epochs(
        model,
        (train.given, train.wanted),
        (validation.given, validation.wanted),
        plan=plan,
        hooks=hooks or Hooks(),
        progress=progress,
    )


def _aim(train: Examples, plan: TrainingPlan) -> dict[str, Any]:
    if train.targets is not None:
        return {"loss": relative_error}
    if train.taught is not None:
        return {"loss": softened_loss(plan.distillation), "metrics": [accuracy]}
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    return {"loss": loss, "metrics": ["accuracy"]}


def relative_error(targets: Any, outputs: Any) -> Any:
    """Return the log-cosh of the relative error of what is measured, shape (events,).

    Its square for small errors, linear from 5 % on: energy lost in front of a calorimeter makes
    tails that a squared error would follow.

    Args:
        targets: As of :class:`Examples`, shape (events, 2).
        outputs: Of the model, shape (events, 1).

    Source: Faye, DeepCalo (log-cosh as loss of the energy regression).
    """
    relative = (outputs[:, 0] - targets[:, 0]) * targets[:, 1] / _LARGE_ERROR
    return tensorflow().math.softplus(-2.0 * relative) + relative - math.log(2.0)


def own_rate(model: Any, plan: TrainingPlan) -> TrainingPlan:
    """Return a plan that begins with the learning rate that a user compiled a model with, if so."""
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", None)
    if rate is None or callable(rate):  # a schedule of its own is not taken over
        return plan
    return replace(plan, learning_rate=float(f"{float(rate):.6g}"))


def optimizer(plan: TrainingPlan, events: int) -> Any:
    """Return Adam with the learning rate of a plan, falling along a cosine."""
    steps = plan.epochs * math.ceil(events / plan.batch_size)
    rate = keras().optimizers.schedules.CosineDecay(plan.learning_rate, steps, alpha=_FINAL_RATE)
    return keras().optimizers.Adam(rate)


def run_epochs(
    model: Any,
    train: tuple[Any, ...],
    validation: tuple[Any, ...],
    *,
    plan: TrainingPlan,
    hooks: Hooks,
    progress: Progress,
) -> tuple[Epoch, ...]:
    """Fit a compiled model in place and leave it with the weights of its best epoch.

    Args:
        model: Compiled.
        train: Inputs, and targets where the loss wants some.
        validation: Likewise.
        plan: Epochs, batch size, patience.
        hooks: What pruning adds to the fit.
        progress: Told after each epoch.

    Raises:
        InfeasibleDesignError: If the loss is no longer a finite number.
    """
    fit_once = training_epoch(model, train, batch_size=plan.batch_size, epochs=plan.epochs)
    validate = validation_epoch(model, validation, batch_size=_JUDGED_AT_ONCE)
    watch = _watch(model, plan, hooks, progress)
    callbacks = keras().callbacks.CallbackList([*hooks.callbacks, watch], model=model)
    model.stop_training = False
    callbacks.on_train_begin()
    for epoch in range(plan.epochs):
        callbacks.on_epoch_begin(epoch)
        logs = fit_once()
        logs |= {f"val_{name}": value for name, value in validate().items()}
        callbacks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    callbacks.on_train_end()
    model.set_weights(watch.best_weights)
    return tuple(watch.epochs)


def _watch(model: Any, plan: TrainingPlan, hooks: Hooks, progress: Progress) -> Any:
    """Return the callback that keeps the best weights, stops early and refuses NaN."""

    class Watch(keras().callbacks.Callback):  # type: ignore[misc] # Keras is untyped
        def __init__(self) -> None:
            super().__init__()
            self.epochs: list[Epoch] = []
            self.best_loss = math.inf
            self.best_epoch = hooks.watch_from
            self.best_weights = model.get_weights()

        def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
            if not (math.isfinite(logs["loss"]) and math.isfinite(logs["val_loss"])):
                msg = (
                    f"{model.name}: the loss is {logs['loss']} in epoch {epoch + 1} of "
                    f"{plan.epochs}; lower learning_rate from {plan.learning_rate}, or widen the "
                    "precisions that saturate"
                )
                raise InfeasibleDesignError(msg)
            self.epochs.append(
                Epoch(
                    loss=logs["loss"],
                    validation_loss=logs["val_loss"],
                    validation_accuracy=logs.get("val_accuracy"),
                    sparsity=hooks.sparsity(),
                )
            )
            if epoch >= hooks.watch_from and logs["val_loss"] < self.best_loss:
                self.best_loss, self.best_epoch = logs["val_loss"], epoch
                self.best_weights = model.get_weights()
            if epoch - self.best_epoch >= plan.patience:
                model.stop_training = True
            done = plan.epochs if model.stop_training else epoch + 1
            progress(done, plan.epochs, f"epochs of {model.name}")

    return Watch()
