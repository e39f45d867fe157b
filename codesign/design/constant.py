"""Integer weights, biases and tables."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError

_INT64_BITS = 63


@dataclass(frozen=True, eq=False)
class Constant:
    """Integer weights, a bias or a table: read-only, compared and hashed by content.

    Attributes:
        values: Hardware integers, int64, any shape.
        precision: Their format; every value lies within it.
    """

    values: NDArray[np.int64]
    precision: Precision

    def __post_init__(self) -> None:
        given = np.asarray(self.values)
        if given.dtype.kind not in "biuf" or not np.array_equal(np.floor(given), given):
            msg = f"constants are integers, got {given.dtype} values of shape {given.shape}"
            raise InvalidDesignError(msg)
        if self.precision.width > _INT64_BITS:
            msg = f"constants are at most {_INT64_BITS} bits wide, got {self.precision}"
            raise InvalidDesignError(msg)
        if given.size:
            low, high = given.min().item(), given.max().item()
            if low < self.precision.min_hw or high > self.precision.max_hw:
                msg = (
                    f"constants in [{low}, {high}] do not fit {self.precision}, which holds "
                    f"[{self.precision.min_hw}, {self.precision.max_hw}]"
                )
                raise InvalidDesignError(msg)
        values = np.array(given, dtype=np.int64, order="C")
        values.flags.writeable = False
        object.__setattr__(self, "values", values)

    @classmethod
    def of(cls, values: ArrayLike, precision: Precision) -> Self:
        """Make a constant from anything that NumPy reads as integers."""
        return cls(values=np.asarray(values), precision=precision)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Constant):
            return NotImplemented
        return self.precision == other.precision and np.array_equal(self.values, other.values)

    def __hash__(self) -> int:
        return hash((self.precision, self.values.shape, self.values.tobytes()))

    @cached_property
    def real(self) -> NDArray[np.float64]:
        """The values as real numbers."""
        return np.ldexp(self.values.astype(np.float64), -self.precision.fraction)

    @property
    def sparsity(self) -> float:
        """The fraction of values that are exactly zero."""
        return float((self.values == 0).mean()) if self.values.size else 0.0

    @cached_property
    def sha256(self) -> str:
        """The digest of the values: shape and little-endian bytes."""
        content = f"{self.values.shape}".encode() + self.values.astype("<i8").tobytes()
        return hashlib.sha256(content).hexdigest()
