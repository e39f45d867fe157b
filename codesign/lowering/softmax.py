"""The tables of a softmax in firmware."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from codesign.design.constant import Constant
from codesign.design.fixed_point import quantize
from codesign.design.layers import Softmax
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.errors import InvalidDesignError

_MAX_ADDRESS_BITS = 16
_ADDRESS = Precision(width=10, integer=4, signed=False, overflow=Overflow.SAT)
_ENTRY = Precision(width=17, integer=1, signed=False)
_PROBABILITY = Precision(
    width=16, integer=0, signed=False, rounding=Rounding.RND, overflow=Overflow.SAT
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftmaxTables:
    """The formats of a softmax; the defaults follow hls4ml's stable softmax of 1024 entries.

    Attributes:
        difference: Address of the table of exponentials, unsigned: ``max - x``.
        exponential: Its entries.
        total: Address of the table of inverses, unsigned: the sum of exponentials.
        inverse: Its entries.
        output: The probabilities.
    """

    difference: Precision = _ADDRESS
    exponential: Precision = _ENTRY
    total: Precision = _ADDRESS
    inverse: Precision = _ENTRY
    output: Precision = _PROBABILITY

    def __post_init__(self) -> None:
        for address in (self.difference, self.total):
            fits = not address.signed and address.width <= _MAX_ADDRESS_BITS
            if not fits or address.overflow is not Overflow.SAT:
                msg = (
                    f"softmax: a table addressed by {address}; an address is unsigned, has at "
                    f"most {_MAX_ADDRESS_BITS} bits and saturates (SAT)"
                )
                raise InvalidDesignError(msg)


class Logits(Protocol):
    """What a softmax reads: a tensor with a name and a shape."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape, without the batch."""


def softmax_layer(name: str, data: Logits, tables: SoftmaxTables) -> Softmax:
    """Return a softmax with its tables filled: each entry is the rounded function of its address.

    The inverse at address 0 is that of the smallest sum above 0; the sum is never below ``exp(0)``.
    """
    differences = np.arange(2**tables.difference.width) * tables.difference.step
    totals = np.arange(2**tables.total.width) * tables.total.step
    totals[0] = tables.total.step
    return Softmax(
        name=name,
        inputs=(data.name,),
        shape=data.shape,
        precision=tables.output,
        difference=tables.difference,
        exponentials=_table(np.exp(-differences), tables.exponential),
        total=tables.total,
        inverses=_table(1.0 / totals, tables.inverse),
    )


def _table(values: np.ndarray, precision: Precision) -> Constant:
    return Constant(values=quantize(values, precision.as_quantizer()), precision=precision)
