"""Level-1 events from the files of the ADC2021 challenge, in chunks.

``Particles`` has the shape (events, 19, 4): missing energy, 4 electrons, 4 muons, 10 jets, each
pT in GeV, eta, phi in radians and a class from 1 to 4; absent objects are zeros.

Source: Govorkova et al., arXiv:2107.02157; files of Zenodo 10.5281/zenodo.5046389 and others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.data.files import existing_file
from codesign.data.l1.assemble import Conversion, Found, L1Chunk, assemble, refuse_hollow
from codesign.data.l1.layout import OBJECTS, ObjectKind
from codesign.data.l1.root_objects import ObjectReading
from codesign.design.progress import Progress, silent
from codesign.errors import CodesignError, InvalidDataError

_EXPECTED = "an HDF5 file of the ADC2021 challenge"
_KEY = "Particles"
_SHAPE = (19, 4)


def iterate_adc2021(
    path: Path, reading: ObjectReading, *, progress: Progress = silent
) -> Iterator[L1Chunk]:
    """Yield the events of an ADC2021 file in hardware integers.

    Args:
        path: A local HDF5 file.
        reading: Class and chunks; damage is always an error.
        progress: Told the number of events read.

    Raises:
        InvalidDataError: If the file is damaged or has another layout, an object stands in the
            slot of another kind, a number is none of GeV, eta and radians, or no event has an
            object.
    """
    done = Conversion()
    with _opened(path) as file:
        table = _table(path, file)
        total = len(table)
        for start in range(0, total, reading.chunk_events):
            particles = np.asarray(table[start : start + reading.chunk_events], dtype=np.float64)
            chunk = _chunk(path, particles, start, reading)
            done += chunk.conversion
            yield chunk
            progress(start + len(particles), total, "events")
    refuse_hollow(done, str(path))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    h5py = import_module("h5py")
    existing_file(path, expected=_EXPECTED)
    try:
        with h5py.File(path, "r") as file:
            yield file
    except CodesignError:
        raise
    except (KeyError, OSError, RuntimeError) as error:
        msg = f"{path} is truncated, damaged or not {_EXPECTED} ({error}): download it again"
        raise InvalidDataError(msg) from error


def _table(path: Path, file: Any) -> Any:
    if _KEY not in file or getattr(file[_KEY], "shape", ())[1:] != _SHAPE or not len(file[_KEY]):
        found = ", ".join(f"{name} {getattr(file[name], 'shape', '')}" for name in file)
        msg = f"{path} holds {found or 'nothing'}; expected {_KEY} of shape (events, 19, 4)"
        raise InvalidDataError(msg)
    return file[_KEY]


def _chunk(
    path: Path, particles: NDArray[np.float64], first: int, reading: ObjectReading
) -> L1Chunk:
    found = {}
    for number, kind in enumerate(OBJECTS, start=1):
        slots = particles[:, kind.first // 3 : kind.first // 3 + kind.count]
        _check_class(path, slots, (number, kind), first)
        event = np.repeat(np.arange(len(particles)), kind.count)
        found[kind] = Found(event=event, momenta=slots[:, :, :3].reshape(-1, 3))
    return assemble(
        found,
        num_events=len(particles),
        place=str(path),
        label=reading.label,
        label_names=reading.label_names,
    )


def _check_class(
    path: Path, slots: NDArray[np.float64], expected: tuple[int, ObjectKind], first: int
) -> None:
    number, kind = expected
    bad = np.argwhere((slots[:, :, 0] > 0) & (slots[:, :, 3] != number))
    if len(bad):
        event, slot = bad[0]
        msg = (
            f"{path}: event {first + event} has an object of class {slots[event, slot, 3]:g} "
            f"among the {kind.name}; expected {number}: 1 MET, 2 electron, 3 muon, 4 jet"
        )
        raise InvalidDataError(msg)
