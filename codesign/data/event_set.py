"""The record of events that every later stage reads.

Features are float32, or int16 and int32 when they are the hardware integers of a trigger. A unit
is a word such as ``"GeV"``; dimensionless columns have the empty string.
"""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from codesign.data import _checks as checks
from codesign.errors import InvalidDataError

Features = NDArray[np.float32] | NDArray[np.int16] | NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventSet:
    """Events with their features, labels and where they came from.

    Two sets are equal when their digests are. The arrays are read-only: what can still be
    written by somebody else is copied. Wider floats become float32 and other integers int32.

    Attributes:
        features: Shape (events, columns), float32 or int16 or int32, all finite.
        feature_names: One name a column, no two alike.
        units: One unit a column; "" where the column is dimensionless.
        labels: Shape (events,), int64, indices into ``label_names``.
        label_names: The classes, no two alike.
        weights: Shape (events,), float64, finite, or None where every event counts once.
        sample: What the events are, in a word or two.
        provenance: Pairs of key and value that tell how the events came to be.
        ids: Shape (events, ids), int64: which events they are, such as run, luminosity block and
            number; None where that is not known.
        id_names: One name an id.

    Raises:
        InvalidDataError: If a shape, a name, a label or a number is not as said above.

    Examples:
        >>> events = EventSet(
        ...     features=np.array([[1.0, 2.0], [3.0, 4.0]]), feature_names=("pt", "eta"),
        ...     units=("GeV", ""), labels=np.array([0, 1]), label_names=("q", "g"), sample="toy")
        >>> events.num_events, events.column("pt")
        (2, array([1., 3.], dtype=float32))
    """

    features: Features
    feature_names: tuple[str, ...]
    units: tuple[str, ...]
    labels: NDArray[np.int64]
    label_names: tuple[str, ...]
    weights: NDArray[np.float64] | None = None
    sample: str
    provenance: tuple[tuple[str, str], ...] = ()
    ids: NDArray[np.int64] | None = None
    id_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        keep = object.__setattr__
        for field in ("feature_names", "units", "label_names", "id_names"):
            keep(self, field, tuple(getattr(self, field)))
        keep(self, "provenance", tuple((key, value) for key, value in self.provenance))
        checks.check_names("feature_names", self.feature_names)
        checks.check_names("label_names", self.label_names)
        checks.check_text("units", self.units)
        checks.check_text("sample", (self.sample,))
        checks.check_text("provenance", [text for pair in self.provenance for text in pair])
        features = checks.as_features(self.features, self.feature_names)
        checks.check_units(self.units, self.feature_names)
        keep(self, "features", features)
        keep(self, "labels", checks.as_labels(self.labels, len(features), self.label_names))
        keep(self, "weights", checks.as_weights(self.weights, len(features)))
        keep(self, "ids", checks.as_ids(self.ids, len(features), self.id_names))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EventSet):
            return NotImplemented
        return self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Callable[..., "EventSet"], tuple[object, ...]]:
        """Copy and unpickle through the constructor: the arrays stay read-only."""
        return _rebuilt, tuple(getattr(self, field.name) for field in fields(self))

    def __repr__(self) -> str:
        return (
            f"EventSet({self.sample!r}, {self.num_events} events, "
            f"{len(self.feature_names)} features, labels {', '.join(self.label_names)})"
        )

    @property
    def num_events(self) -> int:
        """How many events there are."""
        return len(self.features)

    @property
    def digest(self) -> str:
        """SHA-256 over names, units and arrays, in hexadecimal.

        Provenance, ids and the name of the sample are left out: the same events have the same
        digest wherever they came from.
        """
        arrays: list[NDArray[np.generic]] = [self.features, self.labels]
        if self.weights is not None:
            arrays.append(self.weights)
        header = {
            "feature_names": self.feature_names,
            "units": self.units,
            "label_names": self.label_names,
            "arrays": [(array.dtype.str, array.shape) for array in arrays],
        }
        result = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
        for array in arrays:
            result.update(np.ascontiguousarray(array).data)
        return result.hexdigest()

    def column(self, name: str) -> Features:
        """Return one feature, shape (events,), as a read-only view.

        Raises:
            InvalidDataError: If there is no such column.
        """
        return self.features[:, self._positions((name,))[0]]

    def only(self, feature_names: Sequence[str]) -> Self:
        """Return the same events with these columns, in this order.

        Raises:
            InvalidDataError: If a column is missing or named twice.
        """
        positions = self._positions(feature_names)
        return replace(
            self,
            features=checks.frozen(self.features[:, positions]),
            feature_names=tuple(feature_names),
            units=tuple(self.units[position] for position in positions),
        )

    def select(self, indices: NDArray[np.integer] | NDArray[np.bool_]) -> Self:
        """Return the events at ``indices``, in that order, or where a mask is true.

        Args:
            indices: Shape (n,), integers in [0, events), or shape (events,) booleans.

        Raises:
            InvalidDataError: If an index is out of range or nothing is selected.
        """
        chosen = checks.as_indices(indices, self.num_events)
        return replace(
            self,
            features=checks.frozen(self.features[chosen]),
            labels=checks.frozen(self.labels[chosen]),
            weights=None if self.weights is None else checks.frozen(self.weights[chosen]),
            ids=None if self.ids is None else checks.frozen(self.ids[chosen]),
        )

    def split(self, *, fractions: Sequence[float], seed: int) -> tuple[Self, ...]:
        """Return disjoint parts that together hold every event, each with the same label mix.

        Within a part the events keep their order.

        Args:
            fractions: The share of each part, above 0, together 1.
            seed: The same seed gives the same parts.

        Raises:
            InvalidDataError: If the fractions do not sum to 1, or a part would be empty.

        Examples:
            >>> from codesign.data import load_sample
            >>> train, test = load_sample("jets").split(fractions=(0.8, 0.2), seed=1)
        """
        if not all(part > 0 for part in fractions) or not math.isclose(sum(fractions), 1.0):
            msg = (
                f"fractions {tuple(map(float, fractions))} sum to {float(sum(fractions)):g}; "
                "give one share above 0 a part, together 1, such as (0.6, 0.2, 0.2)"
            )
            raise InvalidDataError(msg)
        part_of = checks.stratified_parts(self.labels, tuple(fractions), seed)
        for part in range(len(fractions)):
            if not (part_of == part).any():
                msg = (
                    f"part {part} of fractions {tuple(map(float, fractions))} would hold none of "
                    f"the {self.num_events} events; use larger fractions or more events"
                )
                raise InvalidDataError(msg)
        return tuple(self.select(part_of == part) for part in range(len(fractions)))

    def relabel(self, label_names: Sequence[str]) -> Self:
        """Return the same events with the classes in another order; ids follow the names.

        Raises:
            InvalidDataError: If the names are not the same set.
        """
        if sorted(label_names) != sorted(self.label_names):
            msg = (
                f"{self.sample}: labels are {', '.join(self.label_names)}, asked for "
                f"{', '.join(label_names)}; name the same classes, each once"
            )
            raise InvalidDataError(msg)
        new_ids = np.array([tuple(label_names).index(name) for name in self.label_names])
        return replace(self, labels=new_ids[self.labels], label_names=tuple(label_names))

    def _positions(self, names: Sequence[str]) -> list[int]:
        """Return where the columns stand, or raise naming the ones that do not exist."""
        missing = [name for name in names if name not in self.feature_names]
        if missing:
            msg = (
                f"{self.sample}: no column {', '.join(map(repr, missing))}; "
                f"known columns are {', '.join(self.feature_names)}"
            )
            raise InvalidDataError(msg)
        return [self.feature_names.index(name) for name in names]


def _rebuilt(*values: Any) -> EventSet:
    """Return the events of these field values, in the order of the fields."""
    names = (field.name for field in fields(EventSet))
    return EventSet(**dict(zip(names, values, strict=True)))


def joined(parts: Sequence[EventSet]) -> EventSet:
    """Return the events of several sets of equal columns and classes, one after the other.

    Ids are kept where all have the same.

    Raises:
        InvalidDataError: If there is none, or columns, classes or weights differ.
    """
    if not parts:
        msg = "no events to join"
        raise InvalidDataError(msg)
    first = parts[0]
    for part in parts:
        same = (part.feature_names, part.label_names) == (first.feature_names, first.label_names)
        if not same or (part.weights is None) != (first.weights is None):
            msg = f"{part!r} cannot be joined to {first!r}: columns, classes or weights differ"
            raise InvalidDataError(msg)
    weights = [part.weights for part in parts if part.weights is not None]
    ids = [part.ids for part in parts if part.ids is not None and part.id_names == first.id_names]
    known = len(ids) == len(parts)
    return replace(
        first,
        features=np.concatenate([part.features for part in parts]),
        labels=np.concatenate([part.labels for part in parts]),
        weights=np.concatenate(weights) if weights else None,
        ids=np.concatenate(ids) if known else None,
        id_names=first.id_names if known else (),
    )
