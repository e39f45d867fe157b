"""Objects in GeV, eta and radians as Level-1 events, and what the change has cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from codesign.data.event_set import EventSet
from codesign.data.l1.layout import FEATURE_NAMES, MET, OBJECTS, UNITS, ObjectKind
from codesign.data.l1.scales import Digitized, to_hardware
from codesign.data.l1.slots import leading
from codesign.errors import InvalidDataError

_RADIANS = 2 * np.pi + 0.01
_MAX_ETA = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """The objects of one kind in some events.

    Attributes:
        event: Shape (objects,), int64, from 0.
        momenta: Shape (objects, 3): pT in GeV, eta, phi in radians.
    """

    event: NDArray[np.int64]
    momenta: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What became of objects on their way into hardware integers.

    Attributes:
        events: Events that came through.
        empty: Those without any e/gamma, muon or jet.
        surplus: Objects beyond the slots of their kind, the softest, left out.
        digitized: What rounding and saturation did to the others.
    """

    events: int = 0
    empty: int = 0
    surplus: int = 0
    digitized: Digitized = field(default_factory=Digitized)

    def __add__(self, other: Self) -> Self:
        return type(self)(
            events=self.events + other.events,
            empty=self.empty + other.empty,
            surplus=self.surplus + other.surplus,
            digitized=self.digitized + other.digitized,
        )

    def __str__(self) -> str:
        lost = self.digitized
        return (
            f"{self.events:,} events, {self.empty:,} without any object; of {lost.objects:,} "
            f"objects in slots {lost.rounded:,} rounded in pT, {lost.saturated:,} saturated, "
            f"{lost.clipped:,} cut in eta, {lost.vanished:,} below half a unit; "
            f"{self.surplus:,} beyond the slots"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class L1Chunk:
    """Some events and what their conversion has cost."""

    events: EventSet
    conversion: Conversion


def assemble(
    found: Mapping[ObjectKind, Found],
    *,
    num_events: int,
    place: str,
    label: str,
    label_names: tuple[str, ...],
) -> L1Chunk:
    """Return objects as events of one class.

    Args:
        found: The objects of every kind, in any order.
        num_events: How many events.
        place: Where they come from, for messages.
        label: Their class.
        label_names: All classes.

    Raises:
        InvalidDataError: If the class is none of the classes, or a number is not finite, negative
            where it is a momentum, or no pseudorapidity or angle in radians.
    """
    if label not in label_names:
        msg = f"class {label!r} is none of {', '.join(label_names)}; name it among them"
        raise InvalidDataError(msg)
    features = np.zeros((num_events, len(FEATURE_NAMES)), dtype=np.int16)
    conversion = Conversion(events=num_events)
    for kind in OBJECTS:
        one = found[kind]
        check_physical(one, f"{place}: {kind.name}")
        present = one.momenta[:, 0] > 0
        event, momenta = one.event[present], one.momenta[present]
        slots = leading(event, momenta, num_events=num_events, count=kind.count)
        integers, lost = to_hardware(slots, kind)
        features[:, kind.first : kind.first + 3 * kind.count] = integers.reshape(num_events, -1)
        surplus = len(event) - lost.objects
        conversion += Conversion(surplus=surplus, digitized=lost)
    momenta = np.concatenate(
        [features[:, kind.pt_columns] for kind in OBJECTS if kind is not MET], axis=1
    )
    conversion += Conversion(empty=int((momenta == 0).all(axis=1).sum()))
    events = EventSet(
        features=features,
        feature_names=FEATURE_NAMES,
        units=UNITS,
        labels=np.full(num_events, label_names.index(label)),
        label_names=label_names,
        sample=label,
        provenance=(("source", place), ("units", "hardware integers of a Global Trigger")),
    )
    return L1Chunk(events=events, conversion=conversion)


def check_physical(found: Found, place: str) -> None:
    """Refuse what cannot be GeV, pseudorapidity and radians.

    Raises:
        InvalidDataError: Naming the first event that is wrong.
    """
    pt, eta, phi = found.momenta.T
    limits = (
        ("pt", ~(pt >= 0) | ~np.isfinite(pt), pt, "a transverse momentum in GeV"),
        ("eta", ~(np.abs(eta) <= _MAX_ETA), eta, f"a pseudorapidity within {_MAX_ETA:g}"),
        ("phi", ~(np.abs(phi) <= _RADIANS), phi, "an angle in radians"),
    )
    for name, is_bad, values, expected in limits:
        bad = np.flatnonzero(is_bad)
        if len(bad):
            msg = (
                f"{place}: event {found.event[bad[0]]} has {name} {values[bad[0]]:g}; expected "
                f"{expected}: are these hardware integers already, or damaged?"
            )
            raise InvalidDataError(msg)


def refuse_hollow(conversion: Conversion, place: str) -> None:
    """Refuse a file whose events all lack objects.

    Raises:
        InvalidDataError: If there is no event, or none with an e/gamma, muon or jet.
    """
    if conversion.empty == conversion.events:
        msg = (
            f"{place}: none of {conversion.events:,} events has an e/gamma, a muon or a jet; is "
            "this the right format, and are objects of bunch crossing 0 kept?"
        )
        raise InvalidDataError(msg)
