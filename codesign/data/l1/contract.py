"""The input contract of Level-1 objects: shifts of hardware integers, nothing else."""

import math

import numpy as np

from codesign.data.event_set import EventSet
from codesign.data.l1.layout import FEATURE_NAMES, OBJECTS, UNITS, ObjectKind
from codesign.design.contract import InputFeature, NetworkInput
from codesign.design.precision import Precision
from codesign.errors import InvalidDataError

_QUANTILE = 0.999


def objects_contract(
    events: EventSet, precision: Precision, *, name: str, headroom: int = 0
) -> NetworkInput:
    """Return the contract that brings Level-1 objects onto the grid of an input.

    There is no offset: an absent object is zeros outside and inside of the network. All objects of
    a kind share a shift for each quantity. It is the smallest power of two for which angles fit
    the grid, and 99.9 % of the momenta that are not 0; those beyond saturate, which says that they
    are large.

    Args:
        events: As a rule those of training, with the columns of ``FEATURE_NAMES``.
        precision: The grid; events are rounded half to even and saturated onto it.
        name: The input's name in the network.
        headroom: Bits at the top of the grid that these values leave empty: momenta up to
            ``2**headroom`` times as large do not saturate.

    Raises:
        InvalidDataError: If the columns are others.
    """
    if events.feature_names != FEATURE_NAMES:
        msg = (
            f"{events.sample}: columns {', '.join(events.feature_names[:4])}, ... are not the "
            f"{len(FEATURE_NAMES)} of Level-1 objects, {', '.join(FEATURE_NAMES[:4])}, ..."
        )
        raise InvalidDataError(msg)
    shifts = {
        column: shift
        for kind in OBJECTS
        for columns, largest in _largest(events, kind)
        for shift in (_shift(largest, precision) + headroom,)
        for column in range(len(FEATURE_NAMES))[columns]
    }
    return NetworkInput(
        name=name,
        shape=(len(FEATURE_NAMES),),
        precision=precision.as_quantizer(),
        features=tuple(
            InputFeature(name=feature, unit=unit, shift=shifts[column])
            for column, (feature, unit) in enumerate(zip(FEATURE_NAMES, UNITS, strict=True))
        ),
    )


def _largest(events: EventSet, kind: ObjectKind) -> tuple[tuple[slice, float], ...]:
    momenta = events.features[:, kind.pt_columns]
    present = momenta[momenta > 0]
    typical = float(np.quantile(present, _QUANTILE)) if present.size else float(kind.pt_max)
    eta = float(np.abs(events.features[:, kind.eta_columns]).max())
    return (
        (kind.pt_columns, typical),
        (kind.eta_columns, eta),
        (kind.phi_columns, float(kind.phi_steps)),
    )


def _shift(largest: float, precision: Precision) -> int:
    return math.ceil(math.log2(max(largest, 1.0) / precision.largest))


def present_columns() -> tuple[int, ...]:
    """Return for each column that of its object's momentum: above 0 where the object is there."""
    return tuple(3 * (column // 3) for column in range(len(FEATURE_NAMES)))
