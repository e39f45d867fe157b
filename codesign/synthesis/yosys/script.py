"""The scripts that Yosys runs.

Every name in a script is relative to the folder that it is run in and was checked to be plain, so
nothing needs to be escaped.

The lean flow maps with ABC's classic mapper and looks once at technology-independent gates; of an
adder graph it leaves out what that has no use for (DSP blocks, memories, state machines, sharing).
Measured on a jet tagger (16-64-32-32-5, 6 bit, 75 % pruned): the same look-up tables within 4 % in
a third of the time; ``benchmarks/synthesis.py`` measures both flows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from codesign.design.digest import digest
from codesign.synthesis.options import Flow
from codesign.synthesis.yosys.families import YosysFamily

_ABC_COSTS = "2:2,3,6:5"
"""Area of LUT1, 2, 3, ... as in synth_xilinx without wide multiplexers: two small LUTs share one
site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One run of Yosys: a module with all that lies below it, mapped to a netlist.

    Attributes:
        module: Its top.
        black_boxes: Modules below it that are left out: units of their own.
        flow: Default or lean.
        has_blocks: Whether it may hold multipliers or memories, so that DSP blocks and block RAM
            have to be looked at.
    """

    module: str
    black_boxes: tuple[str, ...] = ()
    flow: Flow
    has_blocks: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What Yosys is told.

    Attributes:
        unit: What it maps.
        text: The commands, one a line.
    """

    unit: Unit
    text: str

    @property
    def digest(self) -> str:
        """Of the text."""
        return digest(self.text)


def make_script(
    unit: Unit,
    family: YosysFamily,
    *,
    sources: Sequence[str],
    netlist: str,
    shift_registers: bool = True,
) -> Script:
    """Return the script of a unit.

    Args:
        unit: What to map.
        family: What to map it to.
        sources: Verilog files, relative to where Yosys runs.
        netlist: The JSON file that it writes, relative too.
        shift_registers: Whether chains of flip-flops may become shift registers.
    """
    options = " ".join(family.options)
    if family.has_lean and not shift_registers:
        options += " -nosrl"
    command = f"{family.command} -top {unit.module} {options} -run {family.first_step}"
    if unit.flow is Flow.LEAN:
        head = (*_choose_multipliers(family), f"{command}:fine") if unit.has_blocks else _ADDERS
        body = (*head, *_lean_mapping(shift_registers=shift_registers))
        # DSP blocks and block RAM are among the cells that only the default flow needs otherwise
        libraries = family.libraries if unit.has_blocks else family.lean_libraries
    else:
        body = (*_choose_multipliers(family), f"{command}:check")
        libraries = family.libraries
    lines = (
        *(f"read_verilog {source}" for source in sources),
        *libraries,
        *(f"blackbox {name}" for name in unit.black_boxes),
        f"hierarchy -check -top {unit.module}",
        *body,
        *_write(unit.module, netlist),
    )
    return Script(unit=unit, text="\n".join(lines) + "\n")


def _choose_multipliers(family: YosysFamily) -> tuple[str, ...]:
    """Do what ``use_dsp`` of a module says; Yosys itself passes the attribute over.

    Without it a product of nine bits and more takes a DSP block, a smaller one does not.
    """
    block = family.multiplier
    a, b = block.widths
    limits = f"-D DSP_A_MAXWIDTH={a} -D DSP_B_MAXWIDTH={b} -D DSP_NAME={block.cell}"
    least = "-D DSP_A_MINWIDTH=2 -D DSP_B_MINWIDTH=2 -D DSP_Y_MINWIDTH=2 -D DSP_SIGNEDONLY=1"
    return (
        "proc",
        "opt_expr",
        "opt_clean",
        "wreduce",
        "opt_clean",
        "chtype -set $__soft_mul A:use_dsp=no/t:$mul",
        "select A:use_dsp=yes",
        f"techmap -map +/mul2dsp.v -map {block.map} {limits} {least}",
        "select -clear",
    )


_ADDERS = (
    "proc",
    "flatten",
    "opt_expr",
    "opt_clean",
    "opt -nodffe -nosdff",
    "wreduce",
    "opt_clean",
    "alumacc",
    "opt_expr -fine",
    "opt_clean",
    "memory -nomap",
    "memory_map",
)
"""What stands for the first half of synth_xilinx where there are only adders and tables."""


def _lean_mapping(*, shift_registers: bool) -> tuple[str, ...]:
    """Return the second half: cells to primitives."""
    return (
        "opt -full",
        *(("xilinx_srl -variable -minlen 3",) if shift_registers else ()),
        "techmap -map +/techmap.v -D LUT_SIZE=6 -map +/xilinx/arith_map.v",
        # not opt -fast: its rounds take a third of the flow for 0.1 % of the look-up tables
        "opt_expr",
        "opt_merge",
        "opt_clean",
        "techmap -map +/techmap.v -map +/xilinx/cells_map.v",
        "clean",
        "dfflegalize -cell $_DFFE_?P?P_ 01 -cell $_SDFFE_?P?P_ 01",
        "techmap -map +/xilinx/ff_map.v",
        "opt_expr -mux_undef -noclkinv",
        f"abc -luts {_ABC_COSTS}",
        "clean",
        *(("xilinx_srl -fixed -minlen 3",) if shift_registers else ()),
        "techmap -map +/xilinx/lut_map.v -map +/xilinx/cells_map.v -D LUT_WIDTH=6",
        "xilinx_dffopt",
        "opt_lut_ins -tech xilinx",
    )


def _write(module: str, netlist: str) -> tuple[str, ...]:
    """Write cells and nets, without where in the source they come from: a third of the file."""
    return (
        "clean -purge",
        "delete t:$scopeinfo",
        f"select {module}",
        "setattr -unset src -unset hdlname -unset scopename -unset module_not_derived",
        "setattr -mod -unset src",
        f"write_json -selected {netlist}",
    )
