"""The digest of a record: its identity in file names, caches and certificates."""

import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.design.codec import encode


def digest(*parts: object) -> str:
    """Return the SHA-256 of records, strings and arrays, as 64 hexadecimal digits.

    Equal content gives equal digests on every machine and Python version. A record counts with all
    its keys, defaults included; an array with its type, shape and bytes.
    """
    state = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            state.update(_array_bytes(part))
        else:
            text = json.dumps(encode(part), sort_keys=True, ensure_ascii=True, allow_nan=False)
            state.update(text.encode())
        state.update(b"\0")
    return state.hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _array_bytes(array: NDArray[np.generic]) -> bytes:
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return f"{little.dtype.str}{little.shape}".encode() + little.tobytes()
