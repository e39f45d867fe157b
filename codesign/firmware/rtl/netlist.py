"""A scheduled adder graph as wires and registers, in no language yet.

A wire holds a two's complement or unsigned number whose lowest bit counts ``2**-fraction``. Every
operand is cut, shifted and extended explicitly, bit by bit, so that no rule of a language about
widths or signs takes part.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Zeros:
    """Bits that are 0."""

    count: int


@dataclass(frozen=True, slots=True)
class Bits:
    """Bits of a wire, from ``high`` down to ``low``."""

    wire: str
    high: int
    low: int


@dataclass(frozen=True, slots=True)
class Copies:
    """One bit of a wire, repeated: a sign extension."""

    wire: str
    bit: int
    count: int


Piece = Zeros | Bits | Copies
Field = tuple[Piece, ...]
"""Pieces side by side, the highest first."""


class Operator(StrEnum):
    """What is computed of fields of equal width."""

    COPY = "copy"
    ADD = "add"
    SUBTRACT = "subtract"
    NEGATE = "negate"
    NOT = "not"
    AND = "and"
    OR = "or"
    XOR = "xor"
    ANY = "any"
    ALL = "all"
    CHOOSE = "choose"
    """The second where the first, a bit, is 1, else the third."""
    CLEAR = "clear"
    """0 where the first, a bit, is 1, else the second."""
    MULTIPLY = "multiply"
    """Of two signed numbers of any width; the result has the sum of their widths."""
    CONSTANT = "constant"
    LOOK_UP = "look up"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpTable:
    """A table in a module.

    Attributes:
        name: Of the function or the constant.
        address_bits: Of the address.
        width: Of an entry.
        entries: Unsigned, one an address.
    """

    name: str
    address_bits: int
    width: int
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A wire and what drives it.

    Attributes:
        name: Its name.
        width: Its bits.
        operator: What computes it.
        operands: Of it.
        number: The constant, added or alone.
        table: What it is looked up in.
        low: Bits that are copied below the result.
    """

    name: str
    width: int
    operator: Operator
    operands: tuple[Field, ...] = ()
    number: int | None = None
    table: LookUpTable | None = None
    low: Field = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A register of a pipeline.

    Attributes:
        name: Its name.
        source: The wire or register that it copies.
        width: Its bits.
    """

    name: str
    source: str
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Netlist:
    """A module's inside.

    Attributes:
        stages: The wires of each pipeline stage.
        registers: At the end of each stage but the last.
        outputs: The element of the output in each place.
        tables: That are looked up.
    """

    stages: tuple[tuple[Wire, ...], ...]
    registers: tuple[tuple[Register, ...], ...]
    outputs: tuple[Field, ...]
    tables: tuple[LookUpTable, ...]


def field_width(field: Field) -> int:
    """Return the bits of a field."""
    return sum(
        piece.high - piece.low + 1 if isinstance(piece, Bits) else piece.count for piece in field
    )


def slice_field(wire: str, width: int, *, signed: bool, first: int, count: int) -> Field:
    """Return ``count`` bits of a number from bit ``first`` on.

    Bits below 0 are 0; bits above the number are its sign, or 0 where it has none.
    """
    if not width:
        return (Zeros(count),)
    pieces: list[Piece] = []
    below = min(max(-first, 0), count)
    start, stop = max(first, 0), first + count
    inside = max(min(stop, width) - start, 0)
    above = count - below - inside
    if above and signed:
        pieces.append(Copies(wire, width - 1, above))
    elif above:
        pieces.append(Zeros(above))
    if inside:
        pieces.append(Bits(wire, start + inside - 1, start))
    if below:
        pieces.append(Zeros(below))
    return tuple(pieces)
