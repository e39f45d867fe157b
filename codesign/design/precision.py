"""The fixed-point format of a tensor.

One convention holds everywhere: ``width`` and ``integer`` are those of ``ap_fixed<W, I>``, the
sign bit included in both. QKeras counts the sign out of ``integer``; it enters through
:meth:`Precision.from_qkeras` only.

Source: AMD UG1399, "Arbitrary Precision Fixed-Point Data Types" (quantization and overflow modes).
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from codesign.errors import InvalidDesignError

_MAX_BITS = 512  # every value, and the step itself, then is a float64
_TEXT = re.compile(
    r"(?P<unsigned>u?)fixed<\s*(?P<width>[0-9]{1,4})\s*,\s*(?P<integer>-?[0-9]{1,4})\s*"
    r"(?:,\s*(?P<rounding>\w+)\s*(?:,\s*(?P<overflow>\w+)\s*(?:,\s*0\s*)?)?)?>"
)


class Rounding(StrEnum):
    """What happens to the bits below the last kept one (the ``ap_fixed`` quantization mode)."""

    TRN = "TRN"
    """Toward minus infinity: the bits are cut off."""
    TRN_ZERO = "TRN_ZERO"
    """Toward zero."""
    RND = "RND"
    """To the nearest, halves toward plus infinity."""
    RND_ZERO = "RND_ZERO"
    """To the nearest, halves toward zero."""
    RND_INF = "RND_INF"
    """To the nearest, halves away from zero."""
    RND_MIN_INF = "RND_MIN_INF"
    """To the nearest, halves toward minus infinity."""
    RND_CONV = "RND_CONV"
    """To the nearest, halves to even, as QKeras, NumPy and IEEE 754 round."""


class Overflow(StrEnum):
    """What happens to a value outside the range."""

    WRAP = "WRAP"
    """The bits above the most significant one are cut off."""
    SAT = "SAT"
    """The nearest representable value is taken."""
    SAT_SYM = "SAT_SYM"
    """As ``SAT``, but the most negative value is minus the most positive one."""
    SAT_ZERO = "SAT_ZERO"
    """Zero is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """A fixed-point format ``ap_fixed<width, integer>``.

    A stored number is an integer n, the *hardware integer*; its value is ``n * step``.

    Attributes:
        width: Total number of bits, sign included.
        integer: Bits left of the binary point, sign included; may be negative or above ``width``.
        signed: Whether the format is two's complement.
        rounding: What happens to the bits that do not fit on the right.
        overflow: What happens to the values that do not fit on the left.

    Examples:
        >>> weight = Precision.from_qkeras(bits=6, integer=0, keep_negative=True)
        >>> str(weight), weight.step, weight.largest
        ('fixed<6,1>', 0.03125, 0.96875)
    """

    width: int
    integer: int
    signed: bool = True
    rounding: Rounding = Rounding.TRN
    overflow: Overflow = Overflow.WRAP

    def __post_init__(self) -> None:
        if not 1 <= self.width <= _MAX_BITS:
            msg = f"a precision needs 1 to {_MAX_BITS} bits, got width={self.width}"
            raise InvalidDesignError(msg)
        if abs(self.integer) > _MAX_BITS:
            msg = f"{self}: integer bits are from -{_MAX_BITS} to {_MAX_BITS}, got {self.integer}"
            raise InvalidDesignError(msg)
        if self.overflow is Overflow.SAT_SYM and self.signed and self.width == 1:
            msg = f"{self}: a symmetric range needs at least 2 bits; use 2 bits or overflow SAT"
            raise InvalidDesignError(msg)

    @classmethod
    def from_qkeras(
        cls, *, bits: int, integer: int, keep_negative: bool, symmetric: bool = False
    ) -> Self:
        """Convert ``quantized_bits(bits, integer, symmetric, keep_negative)`` of QKeras.

        The format alone is converted; how values come onto it (half to even, saturating) is
        :meth:`as_quantizer`.

        Args:
            bits: Total number of bits, sign included.
            integer: Bits left of the binary point, sign *not* included.
            keep_negative: Whether one of the bits is a sign.
            symmetric: Whether the most negative value is left out.

        Raises:
            InvalidDesignError: If ``bits`` is below 1.
        """
        overflow = Overflow.SAT_SYM if symmetric and keep_negative else Overflow.WRAP
        return cls(
            width=bits, integer=integer + keep_negative, signed=keep_negative, overflow=overflow
        )

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read ``fixed<W,I[,rounding[,overflow]]>`` or ``ufixed<...>``, with or without ``ap_``.

        The number of saturation bits that :meth:`to_ap_fixed` writes out may follow; it is 0.

        Raises:
            InvalidDesignError: If the text is not a precision.

        Examples:
            >>> Precision.from_text("ap_ufixed<8, 6, AP_RND_CONV, AP_SAT>").to_ap_fixed()
            'ap_ufixed<8,6,AP_RND_CONV,AP_SAT,0>'
        """
        match = _TEXT.fullmatch(text.strip().replace("AP_", "").replace("ap_", ""))
        if match is None:
            msg = (
                f"{text!r} is not a precision; write fixed<width,integer> or ufixed<...>, "
                "optionally with rounding and overflow: fixed<6,1,RND_CONV,SAT>"
            )
            raise InvalidDesignError(msg)
        try:
            rounding = Rounding(match["rounding"] or "TRN")
            overflow = Overflow(match["overflow"] or "WRAP")
        except ValueError as error:
            msg = (
                f"{text!r}: {error}; rounding is one of {', '.join(Rounding)}, "
                f"overflow one of {', '.join(Overflow)}"
            )
            raise InvalidDesignError(msg) from error
        return cls(
            width=int(match["width"]),
            integer=int(match["integer"]),
            signed=not match["unsigned"],
            rounding=rounding,
            overflow=overflow,
        )

    def __str__(self) -> str:
        modes = f",{self.rounding}" if self.rounding is not Rounding.TRN else ""
        if self.overflow is not Overflow.WRAP:
            modes = f",{self.rounding},{self.overflow}"
        return f"{'' if self.signed else 'u'}fixed<{self.width},{self.integer}{modes}>"

    def to_ap_fixed(self) -> str:
        """Return the C++ type, every parameter written out."""
        return (
            f"ap_{'' if self.signed else 'u'}fixed<{self.width},{self.integer},"
            f"AP_{self.rounding},AP_{self.overflow},0>"
        )

    def as_quantizer(self) -> Self:
        """Return the same format with the rounding and overflow of a QKeras quantizer.

        QKeras rounds halves to even and saturates; ``SAT_SYM`` is kept.
        """
        overflow = self.overflow if self.overflow is Overflow.SAT_SYM else Overflow.SAT
        return replace(self, rounding=Rounding.RND_CONV, overflow=overflow)

    def as_storage(self) -> Self:
        """Return the same format with rounding ``TRN`` and overflow ``WRAP``, free in hardware."""
        return replace(self, rounding=Rounding.TRN, overflow=Overflow.WRAP)

    @property
    def fraction(self) -> int:
        """Bits right of the binary point; may be negative."""
        return self.width - self.integer

    @property
    def step(self) -> float:
        """The weight of the least significant bit."""
        return 2.0**-self.fraction

    @property
    def min_hw(self) -> int:
        """The most negative hardware integer."""
        if not self.signed:
            return 0
        return -(2 ** (self.width - 1)) + (self.overflow is Overflow.SAT_SYM)

    @property
    def max_hw(self) -> int:
        """The most positive hardware integer."""
        return int(2 ** (self.width - self.signed)) - 1

    @property
    def smallest(self) -> float:
        """The most negative value."""
        return self.min_hw * self.step

    @property
    def largest(self) -> float:
        """The most positive value."""
        return self.max_hw * self.step
