"""How well logits name the class of an event."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from codesign.design.results import ClassAuc, Measurement, Quality
from codesign.errors import InvalidDataError
from codesign.metrics import _checks as checks
from codesign.metrics.roc import auc


def accuracy(logits: NDArray[np.generic], labels: NDArray[np.integer]) -> Measurement:
    """Return the share of events whose largest logit is that of the true class.

    The first of equal logits counts, as in a comparator tree that keeps the earlier input. The
    error is the binomial one, ``sqrt(p (1 - p) / events)``.

    Args:
        logits: Shape (events, classes), real and finite.
        labels: Shape (events,), indices of classes.

    Raises:
        InvalidDataError: If a shape or a value is not as said.

    Examples:
        >>> accuracy(np.array([[2, 1], [0, 3], [5, 4], [1, 0]]), np.array([0, 1, 0, 1])).value
        0.75
    """
    values = checks.as_logits(logits)
    truth = checks.as_labels(labels, values)
    share = float((values.argmax(axis=1) == truth).mean())
    return Measurement(value=share, error=float(np.sqrt(share * (1 - share) / len(truth))))


def confusion(logits: NDArray[np.generic], labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return how many events of each true class (row) are called each class (column).

    Args:
        logits: Shape (events, classes), real and finite.
        labels: Shape (events,), indices of classes.

    Returns:
        Counts, shape (classes, classes).

    Raises:
        InvalidDataError: If a shape or a value is not as said.
    """
    values = checks.as_logits(logits)
    truth = checks.as_labels(labels, values)
    classes = values.shape[1]
    cells = truth * classes + values.argmax(axis=1)
    return np.bincount(cells, minlength=classes**2).reshape(classes, classes)


def softmax(logits: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return probabilities of the same shape, each row summing to one.

    Args:
        logits: Shape (events, classes), real and finite.

    Raises:
        InvalidDataError: If the shape or a value is not as said.
    """
    values = checks.as_logits(logits)
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def quality(
    stage: str,
    logits: NDArray[np.generic],
    labels: NDArray[np.integer],
    label_names: Sequence[str],
) -> Quality:
    """Return accuracy and, per class, the area under the ROC curve of that class against the rest.

    The score of a class is its softmax probability, as jet taggers are published (Duarte et al.,
    arXiv:1804.06913, Fig. 4); one logit alone would rank events differently.

    Args:
        stage: What made the logits: ``"float"``, ``"qkeras"``, ``"emulator"`` or ``"csim"``.
        logits: Shape (events, classes), real and finite.
        labels: Shape (events,), indices into ``label_names``.
        label_names: One name a class.

    Raises:
        InvalidDataError: If a shape or a value is not as said, or a class has no event.
    """
    probabilities = softmax(logits)
    truth = checks.as_labels(labels, probabilities)
    if len(label_names) != probabilities.shape[1]:
        msg = (
            f"{stage}: logits have shape {probabilities.shape}; expected (events, "
            f"{len(label_names)}), one column for each of {', '.join(label_names)}"
        )
        raise InvalidDataError(msg)
    counts = np.bincount(truth, minlength=len(label_names))
    if not counts.all():
        missing = ", ".join(
            name for name, count in zip(label_names, counts, strict=True) if not count
        )
        msg = f"{stage}: none of the {len(truth)} events is {missing}; use more events"
        raise InvalidDataError(msg)
    return Quality(
        stage=stage,
        events=len(truth),
        accuracy=accuracy(logits, truth),
        aucs=tuple(
            ClassAuc(label=name, auc=auc(probabilities[:, index], truth == index))
            for index, name in enumerate(label_names)
        ),
    )
