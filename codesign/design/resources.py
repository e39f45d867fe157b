"""What a design takes of an FPGA, and what an FPGA has."""

from dataclasses import dataclass

from codesign.errors import InvalidDesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Counts of primitives.

    Attributes:
        lut: Six-input look-up tables.
        ff: Flip-flops.
        dsp: DSP48 blocks.
        bram_18k: Block RAMs of 18 Kb; a 36-Kb tile counts as two.
        uram: UltraRAM blocks of 288 Kb.
    """

    lut: int
    ff: int
    dsp: int
    bram_18k: int
    uram: int = 0

    def __post_init__(self) -> None:
        for name in ("lut", "ff", "dsp", "bram_18k", "uram"):
            if getattr(self, name) < 0:
                msg = f"a design cannot take {getattr(self, name)} {name}"
                raise InvalidDesignError(msg)
