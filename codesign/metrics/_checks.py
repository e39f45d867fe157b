"""What the arrays of a figure of merit must be: each check returns the array, or raises."""

import numpy as np
from numpy.typing import NDArray

from codesign.errors import InvalidDataError

Reals = NDArray[np.float64]


def as_scores(values: NDArray[np.generic]) -> Reals:
    """Return finite scores of shape (events,) as float64."""
    array = np.asarray(values)
    if array.ndim != 1 or not array.size:
        msg = f"scores have shape {array.shape}; expected (events,) with at least one event"
        raise InvalidDataError(msg)
    return _finite(array, "scores")


def as_signal(values: NDArray[np.generic], events: int) -> NDArray[np.bool_]:
    """Return which events are signal, shape (events,), both kinds present."""
    array = np.asarray(values)
    if array.shape != (events,) or array.dtype != np.bool_:
        msg = (
            f"is_signal has shape {array.shape} and dtype {array.dtype}; expected booleans of "
            f"shape ({events},), one a score: write labels == class"
        )
        raise InvalidDataError(msg)
    num_signal = int(array.sum())
    if num_signal in (0, events):
        msg = (
            f"{num_signal} of {events} events are signal; a ROC curve needs signal and "
            "background: use more events"
        )
        raise InvalidDataError(msg)
    return array


def as_weights(values: NDArray[np.generic] | None, is_signal: NDArray[np.bool_]) -> Reals:
    """Return weights of shape (events,), ones where there are none."""
    if values is None:
        return np.ones(is_signal.shape)
    array = np.asarray(values)
    if array.shape != is_signal.shape:
        msg = f"weights have shape {array.shape}; expected {is_signal.shape}, one a score"
        raise InvalidDataError(msg)
    weights = _finite(array, "weights")
    if weights.min() < 0:
        first = int(np.argmax(weights < 0))
        msg = (
            f"weight {float(weights[first]):g} of event {first} is negative: efficiencies would "
            "not be monotone; use a sample without negative weights"
        )
        raise InvalidDataError(msg)
    for name, chosen in (("signal", is_signal), ("background", ~is_signal)):
        if not weights[chosen].sum() > 0:
            msg = f"the weights of all {int(chosen.sum())} {name} events are zero"
            raise InvalidDataError(msg)
    return weights


def as_logits(values: NDArray[np.generic]) -> Reals:
    """Return finite logits of shape (events, classes) as float64."""
    array = np.asarray(values)
    if array.ndim != 2 or not len(array) or array.shape[1] < 2:
        msg = (
            f"logits have shape {array.shape}; expected (events, classes) with at least one "
            "event and two classes"
        )
        raise InvalidDataError(msg)
    return _finite(array, "logits")


def as_labels(values: NDArray[np.generic], logits: Reals) -> NDArray[np.int64]:
    """Return one label an event, an index into the columns of ``logits``."""
    array = np.asarray(values)
    events, classes = logits.shape
    if array.shape != (events,) or not np.issubdtype(array.dtype, np.integer):
        msg = (
            f"labels have shape {array.shape} and dtype {array.dtype}; expected integers of "
            f"shape ({events},), one a row of the logits"
        )
        raise InvalidDataError(msg)
    outside = np.flatnonzero((array < 0) | (array >= classes))
    if outside.size:
        msg = (
            f"label {int(array[outside[0]])} of event {int(outside[0])} is outside 0 to "
            f"{classes - 1}: logits of shape {logits.shape} know {classes} classes"
        )
        raise InvalidDataError(msg)
    return array.astype(np.int64, copy=False)


def _finite(array: NDArray[np.generic], name: str) -> Reals:
    if array.dtype.kind not in "fiu":
        msg = f"{name} are of dtype {array.dtype}; expected real numbers"
        raise InvalidDataError(msg)
    real = array.astype(np.float64, copy=False)
    bad = np.argwhere(~np.isfinite(real))
    if len(bad):
        where = tuple(int(index) for index in bad[0])
        msg = (
            f"{name} of shape {array.shape}: value {float(real[where])} at index {where} is not "
            "a finite number; look for what made it upstream"
        )
        raise InvalidDataError(msg)
    return real
