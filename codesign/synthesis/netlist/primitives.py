"""What each primitive of a netlist takes of the device.

Sources: AMD UG574 (UltraScale CLB), table "Distributed RAM Configuration": look-up tables of each
distributed RAM; UG573 (UltraScale memory): a RAMB36 is two RAMB18; UG474 and UG473 for 7-series;
Lattice TN1261 and the primitives' list of FPGA-TN-02032 for ECP5: a CCU2C is two look-up tables
with their carry, a DPR16X4 takes the four of two slices, a DP16KD holds 18 Kb.
"""

from dataclasses import dataclass

FF = frozenset({"FDRE", "FDSE", "FDCE", "FDPE", "LDCE", "LDPE", "TRELLIS_FF"})
CARRY = frozenset({"CARRY4", "CARRY8", "CCU2C"})
WIDE_MUX = frozenset({"MUXF7", "MUXF8", "MUXF9", "PFUMX", "L6MUX21"})
INVERTER = frozenset({"INV"})
DSP = frozenset({"DSP48E1", "DSP48E2", "MULT18X18D"})
SHIFT_REGISTER = {"SRL16E": 1, "SRLC16E": 1, "SRLC32E": 1}
BRAM_18K = {
    "RAMB18E1": 1,
    "RAMB18E2": 1,
    "RAMB36E1": 2,
    "RAMB36E2": 2,
    "DP16KD": 1,
    "PDPW16KD": 1,
}
URAM = frozenset({"URAM288"})
LUT_RAM = {
    "RAM32X1S": 1,
    "RAM32X1D": 2,
    "RAM64X1S": 1,
    "RAM64X1D": 2,
    "RAM128X1S": 2,
    "RAM128X1D": 4,
    "RAM256X1S": 4,
    "RAM256X1D": 8,
    "RAM512X1S": 8,
    "RAM32M": 4,
    "RAM64M": 4,
    "RAM32M16": 8,
    "RAM64M8": 8,
    "TRELLIS_DPR16X4": 4,
}
FREE = frozenset({"GND", "VCC", "BUFG", "GSR", "PUR"})
"""Constants, and buffers of nets that no design is charged for."""

LUT_SIZES = 6
LUTS_A_CCU2C, CCU2C_LUT_SIZE = 2, 4
"""Of ECP5: a cell of a carry chain is two look-up tables of four inputs, and counts as such."""


def lut_size(kind: str) -> int | None:
    """Return the inputs of a look-up table, None for other primitives.

    Examples:
        >>> lut_size("LUT4"), lut_size("FDRE"), lut_size("LUT6_2")
        (4, None, None)
    """
    if kind.startswith("LUT") and kind[3:].isdigit() and 1 <= int(kind[3:]) <= LUT_SIZES:
        return int(kind[3:])
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimitiveCounts:
    """How many primitives there are.

    Attributes:
        lut_by_size: Look-up tables of one input, of two, ... of six.
        inverters: Of their own; a mapper for the device merges them into look-up tables.
        carry: Carry chains' cells, of as many bits as the family's (CARRY4: 4).
        wide_mux: Multiplexers behind look-up tables.
        shift_registers: Look-up tables used as such.
        lut_ram: Look-up tables used as memory.
        ff: Flip-flops.
        dsp: DSP blocks.
        bram_18k: Block RAM in units of 18 Kb.
        uram: UltraRAM blocks.
        packed_lut: Look-up table sites when two small ones share one.
    """

    lut_by_size: tuple[int, ...] = (0,) * LUT_SIZES
    inverters: int = 0
    carry: int = 0
    wide_mux: int = 0
    shift_registers: int = 0
    lut_ram: int = 0
    ff: int = 0
    dsp: int = 0
    bram_18k: int = 0
    uram: int = 0
    packed_lut: int = 0

    @property
    def lut(self) -> int:
        """Look-up tables whatever they are used for; inverters are not among them."""
        return sum(self.lut_by_size) + self.shift_registers + self.lut_ram

    def __add__(self, other: "PrimitiveCounts") -> "PrimitiveCounts":
        sizes = zip(self.lut_by_size, other.lut_by_size, strict=True)
        return PrimitiveCounts(
            lut_by_size=tuple(one + two for one, two in sizes),
            inverters=self.inverters + other.inverters,
            carry=self.carry + other.carry,
            wide_mux=self.wide_mux + other.wide_mux,
            shift_registers=self.shift_registers + other.shift_registers,
            lut_ram=self.lut_ram + other.lut_ram,
            ff=self.ff + other.ff,
            dsp=self.dsp + other.dsp,
            bram_18k=self.bram_18k + other.bram_18k,
            uram=self.uram + other.uram,
            packed_lut=self.packed_lut + other.packed_lut,
        )
