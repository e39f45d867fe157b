"""Knowledge distillation: a model learns what a frozen one answers, not what the events are.

Source: Hinton, Vinyals and Dean, arXiv:1503.02531.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.models.keras import tensorflow
from codesign.models.predict import predict_outputs
from codesign.training.examples import Examples

TEMPERATURE = 3.0
"""Of the softened probabilities: 2.5 to 4 served students of 30 units best (Hinton et al., sec. 3).
"""


def with_answers(teacher: Any, examples: Examples) -> Examples:
    """Return events with what a teacher answers to them, float32 logits."""
    (logits,) = predict_outputs(teacher, examples.tensors, double=False)
    return replace(examples, taught=logits.astype(np.float32))


def softened_loss(weight: float) -> Callable[[Any, Any], Any]:
    """Return the loss of a student that tells classes apart.

    ``weight T^2 KL(softmax(t / T) || softmax(s / T)) + (1 - weight) CE(labels, s)`` of the logits
    t of the teacher and s of the student, at the temperature T.

    Args:
        weight: Of the teacher, in (0, 1].
    """
    tf = tensorflow()

    def loss(wanted: Any, logits: Any) -> Any:
        soft = tf.nn.softmax(wanted[:, 1:] / TEMPERATURE)
        told = tf.nn.log_softmax(wanted[:, 1:] / TEMPERATURE)
        said = tf.nn.log_softmax(logits / TEMPERATURE)
        missed = TEMPERATURE**2 * tf.reduce_sum(soft * (told - said), axis=1)
        labels = tf.cast(wanted[:, 0], "int64")
        own = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
        return weight * missed + (1.0 - weight) * own

    return loss


def accuracy(wanted: Any, logits: Any) -> Any:
    """Return for each event whether a student tells its true class, 0 or 1."""
    tf = tensorflow()
    is_right = tf.equal(tf.argmax(logits, axis=1), tf.cast(wanted[:, 0], "int64"))
    return tf.cast(is_right, "float32")


def overdriven(
    inputs: NDArray[np.float32],
    columns: NDArray[np.integer],
    *,
    factor: float,
    largest: float,
    seed: int,
) -> NDArray[np.float32]:
    """Return events with momenta scaled up, each event by a random factor, log-uniform from 1.

    The thresholds of a trigger lie where training has next to no events: a teacher can be asked
    there all the same.

    Args:
        inputs: Shape (events, features).
        columns: The features to scale.
        factor: The largest factor.
        largest: What the grid of the inputs holds: values beyond are set to it.
        seed: Of the factors.
    """
    rng = np.random.default_rng(seed)
    factors = np.exp(rng.uniform(0.0, np.log(factor), size=(len(inputs), 1)))
    driven = inputs.copy()
    driven[:, columns] = np.minimum(inputs[:, columns] * factors, largest)
    return driven


def posterior_gap(taught: tuple[Any, Any], made: tuple[Any, Any]) -> Any:
    """Return how far the latent space of a student is from its teacher's, shape (events,).

    The score ``R = sum mu^2 / sigma^2`` changes by the relative change of ``mu``, twice, and by the
    change of ``log sigma^2``: those are what is squared, mean over the latent space, and the change
    of ``log(1 + R)`` itself, in which errors of its terms add up or cancel. Where ``mu`` is small,
    which adds nothing to a score, its change counts in units of the unit Gaussian.

    Args:
        taught: ``mu`` and ``log sigma^2`` of the teacher, shape (events, latent) each.
        made: Those of the student.
    """
    tf = tensorflow()
    shift = 4.0 * tf.square(made[0] - taught[0]) / (1.0 + tf.square(taught[0]))
    terms = tf.reduce_mean(shift + tf.square(made[1] - taught[1]), axis=1)
    told, said = (
        tf.math.log1p(tf.reduce_sum(tf.square(mu) * tf.exp(-logvar), axis=1))
        for mu, logvar in (taught, made)
    )
    return terms + tf.square(said - told)


def answer_gap(taught: Any, made: Any) -> Any:
    """Return the squared relative error of answers, shape (events,); below 1 it is absolute."""
    tf = tensorflow()
    taught, made = (value if isinstance(value, list) else [value] for value in (taught, made))
    gaps = [tf.square(a - b) / (1.0 + tf.square(a)) for a, b in zip(taught, made, strict=True)]
    return tf.add_n([tf.reduce_mean(gap, axis=1) for gap in gaps])


GAPS: dict[str, Callable[[Any, Any], Any]] = {
    "autoencoder": answer_gap,
    "embedding": answer_gap,
    "vae": posterior_gap,
}
"""Of models without labels, by builder."""
