"""One `EventSet` as one compressed ``.npz`` file; nothing in it is ever unpickled."""

import io
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.data.event_set import EventSet
from codesign.data.files import existing_file, written_whole
from codesign.errors import InvalidDataError

_EXPECTED = "an .npz file of arrays"
_REMEDY = "copy or make the file again"
_KEYS = ("feature_names", "features", "label_names", "labels", "provenance", "sample", "units")
_OPTIONAL = ("id_names", "ids", "weights")
_DAMAGE = (
    EOFError,
    MemoryError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def write_npz(events: EventSet, path: Path) -> None:
    """Write ``events`` to ``path``; the same events give the same bytes.

    Raises:
        InvalidDataError: If the folder of ``path`` does not exist.
    """
    arrays: dict[str, NDArray[Any]] = {
        "features": events.features,
        "feature_names": np.array(events.feature_names),
        "units": np.array(events.units),
        "labels": events.labels,
        "label_names": np.array(events.label_names),
        "sample": np.array(events.sample),
        "provenance": np.array(events.provenance, dtype=np.str_).reshape(-1, 2),
    }
    if events.weights is not None:
        arrays["weights"] = events.weights
    if events.ids is not None:
        arrays["ids"] = events.ids
        arrays["id_names"] = np.array(events.id_names)
    with written_whole(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **arrays)


def read_npz(path: Path) -> EventSet:
    """Read the events that `write_npz` wrote.

    Raises:
        InvalidDataError: If the file is missing, empty, truncated or damaged, holds other arrays,
            or holds events that are not valid.
    """
    return parse_npz(path, read_arrays(path))


def parse_npz(path: Path, arrays: dict[str, NDArray[Any]]) -> EventSet:
    """Return the arrays of a file that `write_npz` wrote as events.

    Args:
        path: The file, for messages.
        arrays: What `read_arrays` found in it.

    Raises:
        InvalidDataError: If the arrays are not those of `write_npz`, or not valid events.
    """
    missing = [key for key in _KEYS if key not in arrays]
    unknown = [key for key in arrays if key not in (*_KEYS, *_OPTIONAL)]
    if missing or unknown:
        msg = (
            f"{path} holds the arrays {', '.join(sorted(arrays)) or 'none'}; expected "
            f"{', '.join(_KEYS)} and perhaps {', '.join(_OPTIONAL)}: it was not written by codesign"
        )
        raise InvalidDataError(msg)
    texts = ("feature_names", "label_names", "provenance", "sample", "units", "id_names")
    for key in (name for name in texts if name in arrays):
        if arrays[key].dtype.kind != "U":
            msg = f"{path}: {key} is of dtype {arrays[key].dtype}; expected text: {_REMEDY}"
            raise InvalidDataError(msg)
    try:
        return EventSet(
            features=arrays["features"],
            feature_names=_texts(arrays["feature_names"]),
            units=_texts(arrays["units"]),
            labels=arrays["labels"],
            label_names=_texts(arrays["label_names"]),
            weights=arrays.get("weights"),
            sample=str(arrays["sample"]),
            provenance=tuple((str(key), str(value)) for key, value in arrays["provenance"]),
            ids=arrays.get("ids"),
            id_names=_texts(arrays["id_names"]) if "id_names" in arrays else (),
        )
    except (InvalidDataError, TypeError, ValueError) as error:
        msg = f"{path}: {error}"
        raise InvalidDataError(msg) from error


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read every array of an ``.npz`` file, checksums verified, without unpickling.

    Raises:
        InvalidDataError: If the file is missing, empty, truncated, damaged, or holds objects.
    """
    existing_file(path, expected=_EXPECTED)
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                name.removesuffix(".npy"): _parse(archive.read(name)) for name in archive.namelist()
            }
    except _DAMAGE as error:
        msg = f"{path} is damaged or not {_EXPECTED} ({error}): {_REMEDY}"
        raise InvalidDataError(msg) from error


def _parse(content: bytes) -> NDArray[Any]:
    """Return the array of one ``.npy`` member."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stream = io.BytesIO(content)
        array: NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False)
    return array


def _texts(array: NDArray[Any]) -> tuple[str, ...]:
    """Return an array of strings as a tuple."""
    return tuple(str(text) for text in np.atleast_1d(array))
