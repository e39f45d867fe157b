"""What an `EventSet` must be: each check returns the array as it is kept, or raises."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from codesign.errors import InvalidDataError

_INT32 = np.iinfo(np.int32)
_INT64 = np.iinfo(np.int64)
Scalar = TypeVar("Scalar", bound=np.generic)
Array = TypeVar("Array", bound=NDArray[np.generic])


def check_text(field: str, texts: Sequence[str]) -> None:
    """Refuse what is not a printable string: files could not keep it."""
    for text in texts:
        if not isinstance(text, str) or not text.isprintable():
            msg = f"{field}: {text!r} is not a line of printable text; write it as one"
            raise InvalidDataError(msg)


def check_names(field: str, names: Sequence[str]) -> None:
    """Refuse no names, an empty name, and a name that comes twice."""
    check_text(field, names)
    if not names or not all(names):
        msg = f"{field}: got {tuple(names)!r}; give at least one name, none of them empty"
        raise InvalidDataError(msg)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"{field}: {', '.join(map(repr, twice))} comes more than once; names must differ"
        raise InvalidDataError(msg)


def check_units(units: Sequence[str], feature_names: Sequence[str]) -> None:
    """Refuse another number of units than of columns."""
    if len(units) != len(feature_names):
        msg = (
            f"got {len(units)} units for {len(feature_names)} columns; "
            'give one a column, "" where it is dimensionless'
        )
        raise InvalidDataError(msg)


def as_features(
    values: NDArray[np.generic], names: Sequence[str]
) -> NDArray[np.float32] | NDArray[np.int16] | NDArray[np.int32]:
    """Return finite features of shape (events, columns), read-only, in a dtype we keep."""
    array = np.asarray(values)
    if array.ndim != 2 or array.shape[1] != len(names):
        msg = (
            f"features have shape {array.shape}; expected (events, {len(names)}), "
            f"one column for each of {', '.join(names)}"
        )
        raise InvalidDataError(msg)
    if not len(array):
        msg = f"features have shape {array.shape}: there is no event; give at least one"
        raise InvalidDataError(msg)
    if array.dtype in (np.int16, np.int32):
        return _read_only(array)
    if np.issubdtype(array.dtype, np.integer):
        if array.min() < _INT32.min or array.max() > _INT32.max:
            msg = f"integer features from {array.min()} to {array.max()} do not fit 32 bits"
            raise InvalidDataError(msg)
        return frozen(array.astype(np.int32))
    if not np.issubdtype(array.dtype, np.floating):
        msg = f"features are of dtype {array.dtype}; expected float32, int16 or int32"
        raise InvalidDataError(msg)
    with np.errstate(over="ignore"):
        real = array.astype(np.float32, copy=False)
    _check_finite(real, array, names)
    return _read_only(array) if real is array else frozen(real)


def _check_finite(
    real: NDArray[np.float32], given: NDArray[np.generic], names: Sequence[str]
) -> None:
    """Refuse NaN and infinity, naming how many and the first of them."""
    finite = np.isfinite(real)
    if finite.all():
        return
    event, column = (int(index) for index in np.argwhere(~finite)[0])
    bad = np.flatnonzero(~finite.all(axis=1))
    msg = (
        f"{int((~finite).sum())} feature values in {len(bad)} of {len(real)} events are not finite "
        f"float32 numbers; the first is {given[event, column]} in event {event}, column "
        f"{names[column]!r}: remove these events or mend the column"
    )
    raise InvalidDataError(msg)


def as_labels(
    values: NDArray[np.generic], num_events: int, label_names: Sequence[str]
) -> NDArray[np.int64]:
    """Return labels of shape (events,), read-only, each an index into the names."""
    array = np.asarray(values)
    if array.shape != (num_events,):
        msg = f"labels have shape {array.shape}; expected ({num_events},), one label an event"
        raise InvalidDataError(msg)
    if not np.issubdtype(array.dtype, np.integer):
        msg = f"labels are of dtype {array.dtype}; expected integers that index label_names"
        raise InvalidDataError(msg)
    outside = np.flatnonzero((array < 0) | (array >= len(label_names)))
    if len(outside):
        msg = (
            f"{len(outside)} labels are outside 0 to {len(label_names) - 1}, the first is "
            f"{array[outside[0]]} in event {outside[0]}; label_names are {', '.join(label_names)}"
        )
        raise InvalidDataError(msg)
    return _read_only(array.astype(np.int64, copy=False))


def as_weights(values: NDArray[np.generic] | None, num_events: int) -> NDArray[np.float64] | None:
    """Return finite weights of shape (events,), read-only, or None."""
    if values is None:
        return None
    array = np.asarray(values)
    if array.shape != (num_events,):
        msg = f"weights have shape {array.shape}; expected ({num_events},), one weight an event"
        raise InvalidDataError(msg)
    if not np.issubdtype(array.dtype, np.floating) and not np.issubdtype(array.dtype, np.integer):
        msg = f"weights are of dtype {array.dtype}; expected real numbers"
        raise InvalidDataError(msg)
    real = array.astype(np.float64, copy=False)
    bad = np.flatnonzero(~np.isfinite(real))
    if len(bad):
        msg = (
            f"{len(bad)} weights are not finite, the first is {array[bad[0]]} in event {bad[0]}; "
            "remove these events or mend the weights"
        )
        raise InvalidDataError(msg)
    return _read_only(real)


def as_ids(
    values: NDArray[np.generic] | None, num_events: int, names: Sequence[str]
) -> NDArray[np.int64] | None:
    """Return ids of shape (events, ids), int64, read-only, or None where there are no names."""
    if values is None and not names:
        return None
    if names:
        check_names("id_names", names)
    array = np.asarray([] if values is None else values)
    if array.shape != (num_events, len(names)) or array.dtype.kind not in "iu" or not names:
        msg = (
            f"ids have shape {array.shape} and dtype {array.dtype}; expected integers of shape "
            f"({num_events}, {len(names)}), one for each of {', '.join(names) or 'no id_names'}"
        )
        raise InvalidDataError(msg)
    if array.dtype == np.uint64 and array.size and array.max() > _INT64.max:
        msg = f"ids up to {array.max()} do not fit 64 bits with a sign; leave the id out"
        raise InvalidDataError(msg)
    return _read_only(array.astype(np.int64, copy=False))


def as_indices(indices: NDArray[np.generic], num_events: int) -> NDArray[np.int64]:
    """Return the positions that an array of integers or booleans selects."""
    array = np.asarray(indices)
    if array.dtype == np.bool_ and array.shape == (num_events,):
        array = np.flatnonzero(array)
    elif array.ndim != 1 or (array.size and not np.issubdtype(array.dtype, np.integer)):
        msg = (
            f"indices have shape {array.shape} and dtype {array.dtype}; expected integers of shape "
            f"(n,) or booleans of shape ({num_events},)"
        )
        raise InvalidDataError(msg)
    if not array.size:
        msg = f"none of the {num_events} events is selected; an EventSet holds at least one"
        raise InvalidDataError(msg)
    outside = array[(array < 0) | (array >= num_events)]
    if outside.size:
        msg = f"index {outside[0]} is outside 0 to {num_events - 1}; select existing events"
        raise InvalidDataError(msg)
    return array.astype(np.int64)


def stratified_parts(
    labels: NDArray[np.int64], fractions: tuple[float, ...], seed: int
) -> NDArray[np.int64]:
    """Return the part each event goes to, shape (events,), every class cut in the same shares."""
    generator = np.random.default_rng(seed)
    part_of = np.empty(len(labels), dtype=np.int64)
    ends = np.cumsum(fractions[:-1])
    for label in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == label))
        cuts = np.rint(ends * len(members)).astype(np.int64)
        for part, some in enumerate(np.split(members, cuts)):
            part_of[some] = part
    return part_of


def frozen(array: Array) -> Array:
    """Make an array that nobody else holds read-only and return it."""
    array.setflags(write=False)
    return array


def _read_only(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return ``array`` so that nobody can write to it, copied where somebody still could."""
    owner = array if array.base is None else array.base
    if not isinstance(owner, np.ndarray) or owner.flags.writeable or array.flags.writeable:
        return frozen(array.copy())
    return array
