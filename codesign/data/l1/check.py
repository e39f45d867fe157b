"""Are these Level-1 objects? Hardware integers, in range, in falling momentum."""

import numpy as np
from numpy.typing import NDArray

from codesign.data.l1.layout import FEATURE_NAMES, OBJECTS, ObjectKind
from codesign.errors import InvalidDataError


def check_objects(events: NDArray[np.generic], *, place: str) -> NDArray[np.int64]:
    """Return events as int64 if they can have come from a Global Trigger.

    Args:
        events: In the order of ``FEATURE_NAMES``, shape (events, 57).
        place: Where they come from, for the message.

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
    _check_whole(events, place)
    hardware = events.astype(np.int64)
    for kind in OBJECTS:
        _check_range(hardware, kind, place)
        _check_order(hardware, kind, place)
    return hardware


def _check_whole(events: NDArray[np.generic], place: str) -> None:
    if np.issubdtype(events.dtype, np.integer):
        return
    with np.errstate(invalid="ignore"):
        bad = np.argwhere(~(np.floor(events.astype(np.float64)) == events))
    if len(bad):
        event, column = bad[0]
        msg = (
            f"{place}: event {event}, {FEATURE_NAMES[column]} = {events[event, column]} is no "
            "hardware integer; divide GeV and radians by the scales of codesign.data.l1"
        )
        raise InvalidDataError(msg)


def _check_range(events: NDArray[np.int64], kind: ObjectKind, place: str) -> None:
    half_turn = kind.phi_steps
    limits = (
        (kind.pt_columns, 0, kind.pt_max),
        (kind.phi_columns, -half_turn, half_turn),
        (kind.eta_columns, -kind.eta_max, kind.eta_max),
    )
    for columns, low, high in limits:
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


def _check_order(events: NDArray[np.int64], kind: ObjectKind, place: str) -> None:
    momenta = events[:, kind.pt_columns]
    bad = np.argwhere(np.diff(momenta, axis=1) > 0)
    if len(bad):
        event, number = bad[0]
        before, after = momenta[event, number], momenta[event, number + 1]
        msg = (
            f"{place}: event {event} has {kind.name} {number + 2} of pt {after} behind one of "
            f"{before}; objects come in falling momentum, absent ones last"
        )
        raise InvalidDataError(msg)
