"""Integers on wires: how many bits hold them, and how they are written in Verilog."""

from dataclasses import dataclass

from codesign.design.fixed_point import bits_for


def literal(value: int, width: int) -> str:
    """Return a constant of a number of bits, in two's complement where it is negative.

    Examples:
        >>> literal(-2, 5), literal(9, 4)
        ("5'h1e", "4'h9")
    """
    return f"{width}'h{value & ((1 << width) - 1):x}"


def span(bits: int) -> str:
    """Return the range of a vector, empty for one bit.

    Examples:
        >>> span(8), span(1)
        ('[7:0] ', '')
    """
    return f"[{bits - 1}:0] " if bits > 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A wire or register whose integer lies in known bounds; two's complement if it can be below 0.

    Attributes:
        name: Of the wire; empty for a constant.
        low: The least that it can be.
        high: The most that it can be.
    """

    name: str
    low: int
    high: int

    @classmethod
    def constant(cls, value: int) -> "Value":
        """Return a number that needs no wire."""
        return cls(name="", low=value, high=value)

    @property
    def is_constant(self) -> bool:
        """Whether it is a number in the text."""
        return not self.name

    @property
    def width(self) -> int:
        """Its bits."""
        return bits_for(self.low, self.high)[0]

    @property
    def is_signed(self) -> bool:
        """Whether its upper bit is a sign."""
        return self.low < 0

    @property
    def signed_width(self) -> int:
        """Its bits as two's complement."""
        return self.width + (not self.is_signed)

    def extended(self, width: int) -> str:
        """Return it as an expression of a number of bits, cut off or extended on the left."""
        if self.is_constant:
            return literal(self.low, width)
        if width == self.width:
            return self.name
        if width < self.width:
            return self.bits(width - 1, 0)
        fill = self.bit(self.width - 1) if self.is_signed else "1'b0"
        more = width - self.width
        return f"{{{{{more}{{{fill}}}}}, {self.name}}}"

    def bits(self, last: int, first: int) -> str:
        """Return some of its own bits."""
        if self.is_constant:
            return literal(self.low >> first, last - first + 1)
        if first == 0 and last == self.width - 1:
            return self.name
        return f"{self.name}[{last}:{first}]" if last > first else self.bit(first)

    def bit(self, index: int) -> str:
        """Return one of its own bits."""
        if self.is_constant:
            return literal(self.low >> index, 1)
        return self.name if self.width == 1 else f"{self.name}[{index}]"

    @property
    def sign(self) -> str:
        """Whether it is below 0, as an expression of one bit."""
        return self.bit(self.width - 1) if self.is_signed else "1'b0"
