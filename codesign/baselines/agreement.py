"""Whether a runtime computes what Keras computes: asked before any clock is read."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from codesign.baselines.runtime import Answer, Reals
from codesign.design.baseline_results import Agreement

FLOAT_TOLERANCE = 1e-4
"""Of float32: sums of a few thousand terms in another order differ by some 1e-6 of their size."""
ROUNDED_TOLERANCE = 0.1
"""Of int8: the root mean square of the difference over the spread of the output."""
_REFERENCE = "Keras"
_SECONDS = 2.0
"""Outputs are compared for so long at most: some runtimes take a tenth of a second a call."""
_WORST = float(np.finfo(np.float64).max)
"""Stands for outputs that are no numbers, which JSON does not know."""


def slices(inputs: Sequence[Reals], batch: int) -> list[list[Reals]]:
    """Return the events in calls of a batch size; what is left over is left out.

    Fewer events than a batch are repeated until they fill one.
    """
    events = len(inputs[0])
    if events < batch:
        repeats = -(-batch // events)
        inputs = [np.concatenate([values] * repeats)[:batch] for values in inputs]
        events = batch
    return [
        [np.ascontiguousarray(values[start : start + batch]) for values in inputs]
        for start in range(0, events - batch + 1, batch)
    ]


def check_outputs(
    answer: Answer,
    inputs: Sequence[Reals],
    reference: Sequence[Reals],
    *,
    batch: int,
    rounds: bool,
) -> Agreement:
    """Return how far a runtime is from the reference.

    Args:
        answer: The runtime at this batch size.
        inputs: One array an input.
        reference: One array an output, of the same events.
        batch: Events a call.
        rounds: Whether the runtime computes in integers of few bits.
    """
    pairs = list(zip(slices(inputs, batch), slices(reference, batch), strict=True))
    worst, events = 0.0, 0
    found: list[list[NDArray[np.float64]]] = [[] for _ in reference]
    wanted: list[list[NDArray[np.float64]]] = [[] for _ in reference]
    begun = time.monotonic()
    for given, expected in pairs:
        for number, (out, right) in enumerate(zip(answer(given), expected, strict=True)):
            found[number].append(_like(out, right))
            wanted[number].append(right.astype(np.float64))
        events += batch
        if time.monotonic() - begun > _SECONDS:
            break
    for answers, rights in zip(found, wanted, strict=True):
        difference, size = np.concatenate(answers) - np.concatenate(rights), np.concatenate(rights)
        each = _rounded(difference, size) if rounds else _exact(difference, size)
        worst = max(worst, _WORST if np.isnan(each) else each)
    return Agreement(
        reference=_REFERENCE,
        measure=(
            "rms of the difference over the spread of the output"
            if rounds
            else "largest difference over the size of the output and its rms"
        ),
        difference=min(worst, _WORST),
        tolerance=ROUNDED_TOLERANCE if rounds else FLOAT_TOLERANCE,
        events=events,
    )


def _like(out: Reals, right: Reals) -> NDArray[np.float64]:
    """Return outputs in the shape of the reference; another number of values never agrees."""
    values = np.array(out, np.float64)
    return (
        values.reshape(right.shape) if values.size == right.size else np.full(right.shape, np.nan)
    )


def _exact(difference: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    rms = float(np.sqrt(np.mean(right**2)))
    return float(np.max(np.abs(difference) / np.maximum(np.abs(right) + rms, 1e-30)))


def _rounded(difference: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(difference**2)) / max(float(right.std()), 1e-30))
