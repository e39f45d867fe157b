"""Compare the outputs of two implementations in units of the least significant bit."""

from collections.abc import Mapping
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


Tensors = Mapping[str, NDArray[np.float64] | Integers]
"""Tensors by name, in units of their least significant bits, shape (events, ...)."""


def compare(
    reference: NDArray[np.float64] | Integers | Tensors,
    candidate: Integers | Tensors,
    *,
    sides: Sides,
    divergence: Divergence | None = None,
) -> ValidationReport:
    """Return how two implementations agree on the same events.

    Args:
        reference: Outputs in units of the least significant bit, shape (events, ...); one array an
            output, by name, where there are several.
        candidate: Hardware integers, as ``reference``.
        sides: Who they are.
        divergence: The first difference, where there is one and it was looked for.

    Raises:
        InvalidDataError: If outputs or shapes differ or there is nothing to compare.
    """
    pairs = _paired(reference, candidate, sides)
    difference = np.concatenate([np.abs(left - right) for left, right in pairs], axis=1)
    same = [left.argmax(axis=1) == right.argmax(axis=1) for left, right in pairs]
    return ValidationReport(
        reference=sides.reference,
        candidate=sides.candidate,
        inputs=sides.inputs,
        events=len(difference),
        outputs=difference.size,
        exact_outputs=int((difference == 0).sum()),
        exact_events=int((difference == 0).all(axis=1).sum()),
        max_error_lsb=float(difference.max()),
        same_argmax=int(np.all(same, axis=0).sum()),
        arithmetic=sides.arithmetic,
        divergence=divergence,
    )


def disagreeing(
    reference: NDArray[np.float64] | Integers | Tensors, candidate: Integers | Tensors
) -> Integers:
    """Return the events, in order, with an output that differs."""
    left, right = _by_name(reference), _by_name(candidate)
    same = [
        (left[name] == values).reshape(len(values), -1).all(axis=1)
        for name, values in right.items()
    ]
    return np.flatnonzero(~np.all(same, axis=0)).astype(np.int64)


def _by_name(values: NDArray[np.float64] | Integers | Tensors) -> Tensors:
    return values if isinstance(values, Mapping) else {"": values}


def _paired(
    reference: NDArray[np.float64] | Integers | Tensors,
    candidate: Integers | Tensors,
    sides: Sides,
) -> list[tuple[NDArray[np.float64] | Integers, NDArray[np.float64] | Integers]]:
    """Return each output of both sides, shape (events, elements)."""
    left, right = _by_name(reference), _by_name(candidate)
    shapes = [{name: values.shape for name, values in side.items()} for side in (left, right)]
    if shapes[0] != shapes[1] or not all(values.size for values in left.values()) or not left:
        found = [
            ", ".join(f"{name} {shape}".strip() for name, shape in side.items()) or "none"
            for side in shapes
        ]
        msg = (
            f"{sides.reference} gave outputs of shape {found[0]}, {sides.candidate} of "
            f"shape {found[1]}; expected the same events and outputs, at least one"
        )
        raise InvalidDataError(msg)
    return [
        (left[name].reshape(len(left[name]), -1), right[name].reshape(len(right[name]), -1))
        for name in left
    ]
