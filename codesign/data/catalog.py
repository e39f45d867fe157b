"""The shipped samples by name, and the reader of a file by its suffix."""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.resources import as_file, files
from pathlib import Path

from codesign.data.event_set import EventSet
from codesign.data.npz import read_npz
from codesign.design.progress import Progress, silent
from codesign.errors import InvalidDataError

SAMPLES: Mapping[str, str] = {
    "jets": "codesign.data.catalog:shipped_jets",
    "l1": "codesign.data.catalog:shipped_l1",
}
"""Name of a sample to the function that loads it, as ``module:function``."""

READERS: Mapping[str, str] = {
    ".arff": "codesign.data.jet_tables:read_jets_arff",
    ".csv": "codesign.data.jet_tables:read_jets_csv",
    ".h5": "codesign.data.jet_hdf5:read_jets_hdf5",
    ".hdf5": "codesign.data.jet_hdf5:read_jets_hdf5",
    ".npz": "codesign.data.jet_tables:read_events_npz",
    ".parquet": "codesign.data.jet_tables:read_jets_parquet",
    ".root": "codesign.data.root:read_root",
}
"""Suffix of a file to the function that reads it, as ``module:function``."""


def load_sample(name: str) -> EventSet:
    """Load a sample that is shipped with the package.

    Args:
        name: ``"jets"``: 25,000 simulated jets with 16 features in five classes; ``"l1"``: 12,000
            zero-bias crossings and five signals as Level-1 objects in hardware integers.

    Raises:
        InvalidDataError: If there is no such sample.

    Examples:
        >>> load_sample("jets").label_names
        ('g', 'q', 't', 'w', 'z')
    """
    if name not in SAMPLES:
        msg = f"no sample {name!r}; known samples are {', '.join(sorted(SAMPLES))}"
        raise InvalidDataError(msg)
    load: Callable[[], EventSet] = _resolve(SAMPLES[name])
    return load()


def load_events(path: Path, *, progress: Progress = silent) -> EventSet:
    """Read a file of events; its suffix says how.

    A ``.npz`` or ``.root`` file is one that codesign wrote, or, for ``.npz``, a jet table; the
    others are local copies of the public jet tables.

    Args:
        path: A local file.
        progress: Told how far the reading is.

    Raises:
        InvalidDataError: If the suffix is unknown, or the file is not what it should be.
        ToolNotFoundError: If an optional package is needed and not installed.
    """
    if path.suffix.lower() not in READERS:
        msg = f"{path}: no reader for suffix {path.suffix!r}; known are {', '.join(READERS)}"
        raise InvalidDataError(msg)
    read = _resolve(READERS[path.suffix.lower()])
    return read(path, progress=progress)


def shipped_jets() -> EventSet:
    """Load the jets that are shipped with the package."""
    return _shipped("jets")


def shipped_l1() -> EventSet:
    """Load the Level-1 events that are shipped with the package."""
    return _shipped("l1")


def _shipped(name: str) -> EventSet:
    with as_file(files("codesign.data") / "samples" / f"{name}.npz") as path:
        return read_npz(path)


def _resolve(target: str) -> Callable[..., EventSet]:
    """Return the function that ``module:function`` names."""
    module, function = target.split(":")
    found: Callable[..., EventSet] = getattr(import_module(module), function)
    return found
