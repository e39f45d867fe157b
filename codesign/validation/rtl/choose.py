"""Which program simulates a design."""

from enum import StrEnum
from typing import Protocol

from codesign.design.hardware import RtlLanguage
from codesign.design.progress import Progress
from codesign.design.project import FirmwareProject
from codesign.errors import InvalidDesignError, ToolNotFoundError
from codesign.toolchain.simulators import find_ghdl, find_icarus, find_verilator
from codesign.validation.rtl.bench import Bench
from codesign.validation.rtl.buses import Words
from codesign.validation.rtl.ghdl import GhdlModel
from codesign.validation.rtl.interpreted import IcarusModel
from codesign.validation.rtl.log import BenchLog
from codesign.validation.rtl.patterns import Stimulus
from codesign.validation.rtl.verilated import VerilatedModel


class Simulator(StrEnum):
    """The programs that are known."""

    VERILATOR = "verilator"
    """Compiles the design: fast events, slow start."""
    ICARUS = "icarus"
    """Interprets the design, knows bits without a value: for small designs."""
    GHDL = "ghdl"
    """The only one that reads VHDL."""


_FIRST = {RtlLanguage.VERILOG: Simulator.VERILATOR, RtlLanguage.VHDL: Simulator.GHDL}


class RtlModel(Protocol):
    """A design, ready to be simulated."""

    @property
    def version(self) -> tuple[str, str]:
        """Name and version of the simulator."""

    def run(
        self, steps: Stimulus, data: Words, *, seed: int, patience: int, timeout_s: float
    ) -> BenchLog:
        """Return what comes out."""


def find_model(
    project: FirmwareProject,
    bench: Bench,
    *,
    simulator: Simulator | None,
    progress: Progress,
) -> RtlModel:
    """Return a design ready to be simulated.

    Args:
        project: Whose sources are read.
        bench: Says which, and what is looked at.
        simulator: Which program; where None, GHDL for VHDL, else Verilator, or Icarus where it
            is missing.
        progress: Told how far the compilation is.

    Raises:
        InvalidDesignError: If the simulator does not read the language of the sources.
        ToolNotFoundError: If there is no simulator.
        ToolFailedError: If it does not accept the sources.
    """
    wanted = simulator or _FIRST[bench.design.language]
    if (wanted == Simulator.GHDL) != (bench.design.language is RtlLanguage.VHDL):
        language = bench.design.language
        msg = f"{project.path}: {wanted} does not read {language}; use {_FIRST[language]}"
        raise InvalidDesignError(msg)
    if wanted == Simulator.GHDL:
        return GhdlModel(project, bench, find_ghdl())
    if simulator == Simulator.ICARUS:
        return IcarusModel(project, bench, find_icarus())
    try:
        verilator = find_verilator()
    except ToolNotFoundError as error:
        if simulator == Simulator.VERILATOR:
            raise
        return _without_verilator(project, bench, error)
    return VerilatedModel(project, bench, verilator, progress=progress)


def _without_verilator(
    project: FirmwareProject, bench: Bench, missing: ToolNotFoundError
) -> RtlModel:
    """Return a design that Icarus simulates; where it is missing too, say what both need."""
    try:
        return IcarusModel(project, bench, find_icarus())
    except ToolNotFoundError as error:
        msg = f"no simulator of Verilog: {missing}; {error}"
        raise ToolNotFoundError(msg) from error
