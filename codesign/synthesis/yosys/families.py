"""The families that Yosys maps to, and what their script needs to know of each."""

from dataclasses import dataclass

from codesign.design.device import Family


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplier:
    """A family's DSP block as Yosys maps products to it.

    Attributes:
        map: The file of the mapping, in Yosys' share folder.
        cell: The cell between the product and the block.
        widths: Bits of its operands.
    """

    map: str
    cell: str
    widths: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class YosysFamily:
    """How a family is called and mapped.

    Attributes:
        command: The synthesis pass.
        options: Of the pass: the architecture, and nothing around the design.
        libraries: Read the cells of the family.
        lean_libraries: Read those that the lean flow maps to: the rest takes a second. Empty where
            there is no lean flow.
        first_step: The label behind the pass's own reading of sources.
        multiplier: Its DSP block.
    """

    command: str
    options: tuple[str, ...]
    libraries: tuple[str, ...]
    lean_libraries: tuple[str, ...] = ()
    first_step: str
    multiplier: Multiplier

    @property
    def has_lean(self) -> bool:
        """Whether the lean flow knows the family."""
        return bool(self.lean_libraries)


def yosys_family(family: Family) -> YosysFamily:
    """Return how Yosys maps to a family."""
    return _FAMILIES[family]


_XILINX_CELLS = "read_verilog -lib -specify +/xilinx/cells_sim.v"


def _xilinx(name: str, multiplier: Multiplier) -> YosysFamily:
    return YosysFamily(
        command="synth_xilinx",
        options=("-family", name, "-noiopad", "-noclkbuf", "-flatten"),
        libraries=(_XILINX_CELLS, "read_verilog -lib +/xilinx/cells_xtra.v"),
        lean_libraries=(_XILINX_CELLS,),
        first_step="prepare",
        multiplier=multiplier,
    )


_ECP5 = YosysFamily(
    command="synth_ecp5",
    options=(),
    libraries=("read_verilog -lib -specify +/lattice/cells_sim_ecp5.v +/lattice/cells_bb_ecp5.v",),
    first_step="coarse",
    multiplier=Multiplier(map="+/lattice/dsp_map_18x18.v", cell="$__MUL18X18", widths=(18, 18)),
)
_DSP48E2 = Multiplier(map="+/xilinx/xcu_dsp_map.v", cell="$__MUL27X18", widths=(27, 18))
_DSP48E1 = Multiplier(map="+/xilinx/xc7_dsp_map.v", cell="$__MUL25X18", widths=(25, 18))

_FAMILIES = {
    Family.ULTRASCALE_PLUS: _xilinx("xcup", _DSP48E2),
    Family.ULTRASCALE: _xilinx("xcu", _DSP48E2),
    Family.SERIES_7: _xilinx("xc7", _DSP48E1),
    Family.ECP5: _ECP5,
}
