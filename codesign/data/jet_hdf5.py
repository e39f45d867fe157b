"""Local copies of the public jet sets in HDF5 as events, read in chunks.

Two layouts are known:

* ``jets``, shape (jets, 59), with the names of the columns in ``jetFeatureNames``. Where the names
  are missing, the sixteen features stand at columns 12, 34 to 46, 48 and 52, and the one-hot
  classes at 53 to 57 **in the order g, q, w, z, t**, not in that of `JET_CLASSES`.
* ``t_allpar_new``, a table of named fields.

In both, names begin with ``j_``, and the class is one-hot in ``j_g``, ``j_q``, ``j_w``, ``j_z``,
``j_t``.

Source: Pierini et al., Zenodo 10.5281/zenodo.3602260 (150 particles), and the hls4ml tutorial's
``processed-pythia82-lhc13-all-pt1-50k-r1_h022_e0175_t220_nonu_truth.z`` (table).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.data.event_set import EventSet
from codesign.data.files import existing_file
from codesign.data.jet_features import JET_CLASSES, JET_FEATURES
from codesign.data.jet_tables import as_jets
from codesign.design.progress import Progress, silent
from codesign.errors import CodesignError, InvalidDataError

_EXPECTED = "an HDF5 file with the public jet set"
_ARRAY, _NAMES, _TABLE = "jets", "jetFeatureNames", "t_allpar_new"
_NUM_COLUMNS = 59
_FEATURE_COLUMNS = (12, *range(34, 47), 48, 52)
_CLASS_COLUMNS = {"g": 53, "q": 54, "w": 55, "z": 56, "t": 57}
_PREFIX = "j_"
_WANTED = tuple(_PREFIX + name for name in (*JET_FEATURES, *JET_CLASSES))
_CHUNK_ROWS = 20_000


def read_jets_hdf5(path: Path, *, progress: Progress = silent) -> EventSet:
    """Read the sixteen features and the class of every jet.

    Args:
        path: A local HDF5 file in one of the two layouts of this module.
        progress: Told the number of jets read.

    Raises:
        InvalidDataError: If the file is missing, damaged, not HDF5, lacks a column, or holds a jet
            that is not of exactly one of the five classes.
    """
    features: list[NDArray[Any]] = []
    labels: list[NDArray[np.int64]] = []
    with _opened(path) as file:
        table = _table(path, file)
        for start in range(0, len(table), _CHUNK_ROWS):
            block = _block(path, file, slice(start, start + _CHUNK_ROWS))
            features.append(block[:, : len(JET_FEATURES)])
            labels.append(_classes(path, block[:, len(JET_FEATURES) :], start))
            progress(min(start + _CHUNK_ROWS, len(table)), len(table), "jets")
    return as_jets(path, features, np.concatenate(labels))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open an HDF5 file; whatever damage makes h5py raise becomes one error."""
    h5py = import_module("h5py")
    existing_file(path, expected=_EXPECTED)
    try:
        with h5py.File(path, "r") as file:
            yield file
    except CodesignError:
        raise
    except (KeyError, OSError, RuntimeError, TypeError, ValueError) as error:
        msg = f"{path} is truncated, damaged or not {_EXPECTED} ({error}): download it again"
        raise InvalidDataError(msg) from error


def _table(path: Path, file: Any) -> Any:
    """Return the data set that holds one jet a row."""
    for name in (_ARRAY, _TABLE):
        if name in file:
            if not getattr(file[name], "shape", ()) or not len(file[name]):
                msg = f"{path}: {name!r} holds no jets; download the file again"
                raise InvalidDataError(msg)
            return file[name]
    msg = (
        f"{path} holds {', '.join(map(repr, file)) or 'nothing'}; expected the data set "
        f"{_ARRAY!r} or {_TABLE!r} of the public jet sets"
    )
    raise InvalidDataError(msg)


def _block(path: Path, file: Any, rows: slice) -> NDArray[np.float64]:
    """Return features and one-hot classes of some jets, shape (rows, 21), in our order."""
    table = _table(path, file)
    if table.dtype.names is not None:
        fields = table.dtype.names
        _check_names(path, fields)
        records = table[rows]
        return np.stack([records[name].astype(np.float64) for name in _WANTED], axis=1)
    if table.ndim != 2:
        msg = f"{path}: {_ARRAY!r} has shape {table.shape}; expected (jets, {_NUM_COLUMNS})"
        raise InvalidDataError(msg)
    columns = _columns(path, file, int(table.shape[1]))
    block: NDArray[np.float64] = table[rows].astype(np.float64)[:, columns]
    return block


def _columns(path: Path, file: Any, num_columns: int) -> list[int]:
    """Return where the wanted columns stand: by name if the file has names, else by position."""
    if _NAMES in file:
        names = [_decoded(name) for name in file[_NAMES][()]]
        _check_names(path, names)
        if len(names) != num_columns:
            msg = f"{path}: {len(names)} names in {_NAMES!r} for {num_columns} columns: damaged"
            raise InvalidDataError(msg)
        return [names.index(name) for name in _WANTED]
    if num_columns != _NUM_COLUMNS:
        msg = (
            f"{path}: {_ARRAY!r} has {num_columns} columns and no {_NAMES!r}; "
            f"expected {_NUM_COLUMNS} columns, or their names"
        )
        raise InvalidDataError(msg)
    return [*_FEATURE_COLUMNS, *(_CLASS_COLUMNS[name] for name in JET_CLASSES)]


def _decoded(name: Any) -> str:
    """Return a name that HDF5 stores as bytes or text."""
    return name.decode("utf-8") if isinstance(name, bytes) else str(name)


def _check_names(path: Path, names: Any) -> None:
    """Refuse a table that lacks a feature or a class."""
    missing = [name for name in _WANTED if name not in names]
    if missing:
        msg = f"{path}: no column {', '.join(missing)}; found {', '.join(names)}"
        raise InvalidDataError(msg)


def _classes(path: Path, one_hot: NDArray[np.float64], first: int) -> NDArray[np.int64]:
    """Return class ids of rows that hold a single 1, the rest 0."""
    is_one = one_hot == 1
    bad = np.flatnonzero((is_one.sum(axis=1) != 1) | ((one_hot != 0) & ~is_one).any(axis=1))
    if len(bad):
        row = zip(JET_CLASSES, one_hot[bad[0]], strict=True)
        found = ", ".join(f"{name}={value:g}" for name, value in row)
        msg = (
            f"{path}: jet {first + int(bad[0])} has the class columns {found}; "
            "expected a single 1: remove jets without one class"
        )
        raise InvalidDataError(msg)
    return is_one.argmax(axis=1).astype(np.int64)
