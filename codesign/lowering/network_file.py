"""A network on disk: ``network.json`` for people, ``network.npz`` for the integers.

The text holds the digest of each array, the arrays hold that of the text, and the folder loads only
if they agree.
"""

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from codesign.design.codec import decode, to_json
from codesign.design.constant import Constant
from codesign.design.digest import digest
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import CodesignError, InvalidDataError

_TEXT = "network.json"
_ARRAYS = "network.npz"
_SEAL = "text"
_DAMAGE = (  # what json, zipfile, zlib and NumPy raise on files with changed bytes
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)


def save_network(network: QuantizedNetwork, folder: Path) -> Path:
    """Write a network into a folder and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = to_json(network)
    arrays = {_SEAL: np.array(digest(text)), **constants(network)}
    np.savez_compressed(folder / _ARRAYS, **arrays)
    (folder / _TEXT).write_text(text, encoding="utf-8")
    return folder


def constants(network: QuantizedNetwork) -> dict[str, Any]:
    """Return every array of integers of a network, named ``<layer>.<field>``."""
    return {
        f"{layer.name}.{field}": value.values
        for layer in network.layers
        for field in layer.__dataclass_fields__
        if isinstance(value := getattr(layer, field), Constant)
    }


def load_network(folder: Path) -> QuantizedNetwork:
    """Return the network of a folder.

    Raises:
        InvalidDataError: If a file is missing or damaged, or the two do not belong together.
        InvalidDesignError: If they are whole, but not a network as this version writes it.
    """
    text, arrays = folder / _TEXT, folder / _ARRAYS
    try:
        written = text.read_bytes().decode()
        with arrays.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            found = dict(stored.items())
        _check_text(written, found.pop(_SEAL), text)
        filled = _fill(json.loads(written), found, arrays)
    except _DAMAGE as error:
        if isinstance(error, CodesignError):
            raise
        msg = f"{folder}: not a network: {error}; write it again with save_network"
        raise InvalidDataError(msg) from error
    return decode(QuantizedNetwork, filled, place=str(text))


def _check_text(written: str, seal: Any, place: Path) -> None:
    if digest(written) != str(seal):
        msg = (
            f"{place}: the text has digest {digest(written)[:12]}, the arrays beside it say "
            f"{str(seal)[:12]}; the file was changed or belongs to another network"
        )
        raise InvalidDataError(msg)


def _fill(plain: dict[str, Any], arrays: dict[str, Any], place: Path) -> dict[str, Any]:
    """Put the arrays where the text describes them."""
    for layer in plain["layers"]:
        for field, value in layer.items():
            if isinstance(value, dict) and "sha256" in value:
                layer[field] = _constant(value, arrays[f"{layer['name']}.{field}"], place)
    return plain


def _constant(described: dict[str, Any], values: Any, place: Path) -> Constant:
    constant = Constant(values=values, precision=Precision.from_text(described["precision"]))
    if constant.sha256 != described["sha256"]:
        msg = (
            f"{place}: an array has digest {constant.sha256[:12]}, the text beside it says "
            f"{str(described['sha256'])[:12]}; the file is damaged or belongs to another network"
        )
        raise InvalidDataError(msg)
    return constant
