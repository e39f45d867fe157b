"""Compare the outputs of two implementations in units of the least significant bit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers
from codesign.design.precision import Precision
from codesign.design.results import Divergence, ValidationReport
from codesign.errors import InvalidDataError

_GRID_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Which two implementations are compared, and on what.

    Attributes:
        reference: What is held to be right.
        candidate: What is compared with it.
        inputs: ``"events"`` or ``"overdriven"``.
        arithmetic: How the reference was computed.
    """

    reference: str
    candidate: str
    inputs: str
    arithmetic: str


def steps_of(values: NDArray[np.floating], precision: Precision) -> NDArray[np.float64]:
    """Return real outputs in units of the output's least significant bit.

    Integer-valued where the reference lies on the grid. Noise of up to a thousandth of a step, as
    floating-point references have it, is rounded away; anything larger stays and counts as a
    difference.

    Raises:
        InvalidDataError: If an output is NaN or infinite.
    """
    if not np.isfinite(values).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
        msg = f"the model answers {values[where]} at {where}, expected finite numbers; train anew"
        raise InvalidDataError(msg)
    steps = np.ldexp(values.astype(np.float64), precision.fraction)
    nearest = np.rint(steps)
    return np.where(np.abs(steps - nearest) <= _GRID_TOLERANCE, nearest, steps)


def compare(
    reference: NDArray[np.float64] | Integers,
    candidate: Integers,
    *,
    sides: Sides,
    divergence: Divergence | None = None,
) -> ValidationReport:
    """Return how two implementations agree on the same events.

    Args:
        reference: Outputs in units of the least significant bit, shape (events, ...).
        candidate: Hardware integers of the same shape.
        sides: Who they are.
        divergence: The first difference, where there is one and it was looked for.

    Raises:
        InvalidDataError: If the shapes differ or there is nothing to compare.
    """
    if reference.shape != candidate.shape or not reference.size:
        msg = (
            f"{sides.reference} gave outputs of shape {reference.shape}, {sides.candidate} of "
            f"shape {candidate.shape}; expected the same events and outputs, at least one"
        )
        raise InvalidDataError(msg)
    difference = np.abs(reference - candidate).reshape(len(reference), -1)
    return ValidationReport(
        reference=sides.reference,
        candidate=sides.candidate,
        inputs=sides.inputs,
        events=len(reference),
        outputs=difference.size,
        exact_outputs=int((difference == 0).sum()),
        exact_events=int((difference == 0).all(axis=1).sum()),
        max_error_lsb=float(difference.max()),
        same_argmax=_same_argmax(reference, candidate),
        arithmetic=sides.arithmetic,
        divergence=divergence,
    )


def disagreeing(reference: NDArray[np.float64] | Integers, candidate: Integers) -> Integers:
    """Return the events, in order, with an output that differs."""
    same = (reference == candidate).reshape(len(candidate), -1).all(axis=1)
    return np.flatnonzero(~same).astype(np.int64)


def _same_argmax(reference: NDArray[np.float64] | Integers, candidate: Integers) -> int:
    left = reference.reshape(len(reference), -1).argmax(axis=1)
    right = candidate.reshape(len(candidate), -1).argmax(axis=1)
    return int((left == right).sum())
