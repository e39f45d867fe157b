"""Are these Level-1 objects? Hardware integers, in range, in falling momentum."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from codesign.data.l1.layout import FEATURE_NAMES, OBJECTS, ObjectKind
from codesign.errors import InvalidDataError

_LARGEST = 2**31


def check_objects(events: NDArray[np.generic], *, place: str) -> NDArray[np.integer]:
    """Return events as integers if they can have come from a Global Trigger.

    Args:
        events: In the order of ``FEATURE_NAMES``, shape (events, 57).
        place: Where they come from, for the message.

    Returns:
        The events themselves where they are integers, else int64.

    Raises:
        InvalidDataError: Naming the event and the column of the first value that cannot be: no
            integer (GeV instead of hardware units?), beyond its range, or out of order.
    """
    if events.ndim != 2 or events.shape[1] != len(FEATURE_NAMES):
        msg = (
            f"{place}: events of shape {events.shape}; expected (events, {len(FEATURE_NAMES)}): "
            "met, 4 egamma, 4 muon, 10 jet, each pt, eta, phi"
        )
        raise InvalidDataError(msg)
    hardware = _whole(events, place)
    if len(hardware) and not _in_range(hardware):
        for kind in OBJECTS:
            _refuse_range(hardware, kind, place)
    for kind in OBJECTS:
        _check_order(hardware, kind, place)
    return hardware


def _whole(events: NDArray[np.generic], place: str) -> NDArray[np.integer]:
    if np.issubdtype(events.dtype, np.integer):
        return cast("NDArray[np.integer]", events)
    real = events.astype(np.float64)
    with np.errstate(invalid="ignore"):
        bad = np.argwhere(~((np.floor(real) == real) & (np.abs(real) < _LARGEST)))
    if len(bad):
        event, column = bad[0]
        msg = (
            f"{place}: event {event}, {FEATURE_NAMES[column]} = {events[event, column]} is no "
            "hardware integer; divide GeV and radians by the scales of codesign.data.l1"
        )
        raise InvalidDataError(msg)
    return real.astype(np.int64)


def _in_range(events: NDArray[np.integer]) -> bool:
    """Whether all values are in range: one pass, much faster than to look for the first that is."""
    low, high = events.min(axis=0), events.max(axis=0)
    return all(
        least <= low[columns].min() and high[columns].max() <= most
        for kind in OBJECTS
        for columns, least, most in _limits(kind)
    )


def _limits(kind: ObjectKind) -> tuple[tuple[slice, int, int], ...]:
    turn = kind.phi_steps
    return (
        (kind.pt_columns, 0, kind.pt_max),
        (kind.phi_columns, -turn, turn),
        (kind.eta_columns, -kind.eta_max, kind.eta_max),
    )


def _refuse_range(events: NDArray[np.integer], kind: ObjectKind, place: str) -> None:
    for columns, low, high in _limits(kind):
        values = events[:, columns]
        bad = np.argwhere((values < low) | (values > high))
        if len(bad):
            event, number = bad[0]
            name = FEATURE_NAMES[columns.start + 3 * number]
            msg = (
                f"{place}: event {event}, {name} = {values[event, number]} is not in [{low}, "
                f"{high}]; are these hardware units of a Global Trigger?"
            )
            raise InvalidDataError(msg)


def _check_order(events: NDArray[np.integer], kind: ObjectKind, place: str) -> None:
    momenta = events[:, kind.pt_columns]
    rises = momenta[:, 1:] > momenta[:, :-1]
    if rises.any():
        bad = np.argwhere(rises)
        event, number = bad[0]
        before, after = momenta[event, number], momenta[event, number + 1]
        msg = (
            f"{place}: event {event} has {kind.name} {number + 2} of pt {after} behind one of "
            f"{before}; objects come in falling momentum, absent ones last"
        )
        raise InvalidDataError(msg)
