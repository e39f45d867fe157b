"""Fit networks that learn what is usual from events without labels.

Sources: Kingma and Welling, arXiv:1312.6114 (the variational autoencoder); Govorkova et al.,
arXiv:2108.03986 (its loss ``(1 - beta) error + beta KL`` with beta = 0.8).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.design.candidate import Candidate
from codesign.design.plan import Mode, QuantizationPlan
from codesign.design.progress import Progress, silent
from codesign.design.results import Epoch
from codesign.errors import InvalidDesignError
from codesign.models.keras import keras, tensorflow
from codesign.models.zoo import build_model
from codesign.training import prune
from codesign.training.deploy import copy_weights, snap_weights
from codesign.training.distill import GAPS, overdriven
from codesign.training.fit import Hooks, optimizer, run_epochs
from codesign.training.reconstruction import Ranges
from codesign.training.train import Trained

BETA = 0.8
"""Weight of the divergence against the reconstruction error."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Usual:
    """Events without labels, as a fit takes them.

    Attributes:
        train: Standardized features, float32, shape (events, features).
        validation: Likewise: decides which epoch is best.
        ranges: What a reconstruction may be.
    """

    train: NDArray[np.float32]
    validation: NDArray[np.float32]
    ranges: Ranges


def train_usual_float(
    candidate: Candidate, usual: Usual, *, progress: Progress = silent
) -> Trained:
    """Return the float reference of a candidate, unpruned.

    Raises:
        InvalidDesignError: If the model is not one that learns without labels.
        InfeasibleDesignError: If the loss is no longer a finite number.
    """
    keras().utils.set_random_seed(candidate.training.seed)
    model = _build(candidate, None, usual)
    history = _fit(model, candidate, usual, Hooks(), progress)
    return Trained(model=model, quantization=None, history=history)


def train_usual_quantized(
    candidate: Candidate, usual: Usual, *, reference: Trained, progress: Progress = silent
) -> Trained:
    """Return the quantized and pruned model of a candidate, its weights on their grid.

    As :func:`codesign.training.train_quantized`, without labels.

    Raises:
        InvalidDesignError: If the mode is float, or the model does not learn without labels.
        InfeasibleDesignError: If the loss diverges or the sparsity is not reached.
    """
    keras().utils.set_random_seed(candidate.training.seed)
    plan = candidate.training
    if plan.mode == Mode.FLOAT or plan.calibrate:
        msg = (
            f"{candidate.name}: training.mode = {plan.mode}, calibrate = {plan.calibrate}; a "
            "model without labels is quantized with mode 'ptq' or 'qat' and explicit precisions"
        )
        raise InvalidDesignError(msg)
    model = _build(candidate, candidate.quantization, usual)
    if plan.mode == Mode.PTQ or plan.warm_start:
        copy_weights(reference.model, model)
    history: tuple[Epoch, ...] = ()
    if plan.mode == Mode.QAT:
        teacher = reference.model if plan.distillation else None
        history = _fit_pruned(model, candidate, _with_driven(usual, candidate), teacher, progress)
    snap_weights(model)
    return Trained(model=model, quantization=candidate.quantization, history=history)


def _build(candidate: Candidate, quantization: QuantizationPlan | None, usual: Usual) -> Any:
    plan = candidate.model
    if plan.builder not in _LOSSES or plan.latent < 1:
        msg = (
            f"{candidate.name}: model {plan.builder!r} with latent = {plan.latent} does not learn "
            f"without labels; choose {', '.join(_LOSSES)} and a latent size of at least 1"
        )
        raise InvalidDesignError(msg)
    inputs = usual.train.shape[1]
    return build_model(plan, quantization, inputs=inputs, outputs=plan.latent)


def _with_driven(usual: Usual, candidate: Candidate) -> Usual:
    """Return events and, where the plan says so, the same once more, driven up."""
    plan, columns = candidate.training, np.flatnonzero(usual.ranges.half == 0)
    if plan.overdrive == 1:
        return usual

    def both(inputs: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
        largest = candidate.quantization.input.largest
        driven = overdriven(inputs, columns, factor=plan.overdrive, largest=largest, seed=seed)
        return np.concatenate([inputs, driven])

    return replace(
        usual,
        train=both(usual.train, 2 * plan.seed),
        validation=both(usual.validation, 2 * plan.seed + 1),
    )


def _fit_pruned(
    model: Any, candidate: Candidate, usual: Usual, teacher: Any, progress: Progress
) -> tuple[Epoch, ...]:
    plan, pruning = candidate.training, candidate.pruning
    if not pruning.sparsity:
        return _fit(model, candidate, usual, Hooks(), progress, teacher=teacher)
    steps = prune.steps_per_epoch(len(usual.train), plan.batch_size)
    wrapped = prune.wrap(model, pruning, steps_per_epoch=steps)
    hooks = prune.hooks(wrapped, pruning)
    history = _fit(wrapped, candidate, usual, hooks, progress, teacher=teacher)
    copy_weights(prune.strip(wrapped), model)
    prune.check_sparsity(model, pruning)
    return history


def _fit(
    model: Any,
    candidate: Candidate,
    usual: Usual,
    hooks: Hooks,
    progress: Progress,
    *,
    teacher: Any = None,
) -> tuple[Epoch, ...]:
    """Fit a model in place together with what it needs only meanwhile."""
    plan = candidate.training
    whole = _objective(model, candidate, usual, teacher)
    whole.compile(optimizer=optimizer(plan, len(usual.train)))
    whole(usual.train[:1])  # builds its weights, which are to be noted before the first epoch
    return run_epochs(
        whole,
        (usual.train,),
        (usual.validation,),
        plan=plan,
        hooks=hooks,
        progress=progress,
    )


def _objective(model: Any, candidate: Candidate, usual: Usual, teacher: Any) -> Any:
    """Return a Keras model whose loss is that of a model without labels, or its teacher's."""
    plan = candidate.model
    size = usual.train.shape[1]
    decoder = _decoder(plan.latent, tuple(reversed(plan.widths)), size)
    loss, seed = _LOSSES[plan.builder], candidate.training.seed
    gap = GAPS[plan.builder]
    taught_weight = 0.0 if teacher is None else candidate.training.distillation
    decoder.trainable = taught_weight < 1

    class Objective(keras().Model):  # type: ignore[misc] # Keras is untyped
        def __init__(self) -> None:
            super().__init__(name=plan.builder)
            self.fitted = model
            self.decoder = decoder
            self.noise = tensorflow().random.Generator.from_seed(seed)

        def call(self, inputs: Any, training: bool | None = None) -> Any:  # noqa: FBT001 # Keras'
            made = self.fitted(inputs, training=training)
            if taught_weight < 1:
                own = loss(self, usual.ranges, inputs, made)
                self.add_loss((1.0 - taught_weight) * own)
            if taught_weight > 0:
                missed = gap(teacher(inputs, training=False), made)
                self.add_loss(taught_weight * tensorflow().reduce_mean(missed))
            return made

    return Objective()


def _decoder(latent: int, widths: tuple[int, ...], outputs: int) -> Any:
    layers = keras().layers
    hidden = [layers.Dense(units, activation="relu") for units in widths]
    return keras().Sequential([layers.Input((latent,)), *hidden, layers.Dense(outputs)])


def _variational(whole: Any, ranges: Ranges, inputs: Any, made: Any) -> Any:
    tf = tensorflow()
    mu, logvar = made
    noise = whole.noise.normal(tf.shape(mu))
    guessed = ranges.bounded(whole.decoder(mu + tf.exp(0.5 * logvar) * noise))
    divergence = -0.5 * tf.reduce_mean(1 + logvar - tf.square(mu) - tf.exp(logvar), axis=1)
    return tf.reduce_mean((1 - BETA) * ranges.error(inputs, guessed) + BETA * divergence)


def _autoencoder(whole: Any, ranges: Ranges, inputs: Any, made: Any) -> Any:
    del whole  # the model decodes itself
    return tensorflow().reduce_mean(ranges.error(inputs, made))


def _embedding(whole: Any, ranges: Ranges, inputs: Any, made: Any) -> Any:
    """The encoder must keep what the event is; the autoencoder behind must guess its embedding."""
    tf = tensorflow()
    embedding, guessed = made
    kept = ranges.error(inputs, ranges.bounded(whole.decoder(embedding)))
    missed = tf.reduce_mean(tf.square(tf.stop_gradient(embedding) - guessed), axis=1)
    return tf.reduce_mean(kept + missed)


_LOSSES: dict[str, Callable[[Any, Ranges, Any, Any], Any]] = {
    "autoencoder": _autoencoder,
    "embedding": _embedding,
    "vae": _variational,
}
