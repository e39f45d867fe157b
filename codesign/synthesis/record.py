"""What open synthesis found out."""

from dataclasses import dataclass

from codesign.design.report import HardwareReport
from codesign.synthesis.netlist.primitives import PrimitiveCounts
from codesign.synthesis.options import Flow, Hierarchy
from codesign.synthesis.relation import VivadoRatio


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitResult:
    """One run of Yosys.

    Attributes:
        module: The module that was mapped.
        layers: It computes; none for the top.
        flow: Default or lean.
        counts: Its primitives, without those of modules that are units of their own.
        cost: Adder bits of its graph as its compiler counts them, 0 where it has none.
        script_digest: Of what Yosys was told.
        netlist: The JSON file.
        log: All that Yosys printed.
        duration_s: Wall time in seconds.
        cpu_s: Seconds that it kept a core busy.
        peak_memory_mb: Most resident memory.
    """

    module: str
    layers: tuple[str, ...]
    flow: Flow
    counts: PrimitiveCounts
    cost: float
    script_digest: str
    netlist: str
    log: str
    duration_s: float
    cpu_s: float
    peak_memory_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """A design mapped to a family by Yosys.

    Attributes:
        report: As every tool's report: look-up tables whatever they are used for, inverters not
            among them.
        hierarchy: Module by module, or all at once.
        units: One a run of Yosys, the top last.
        counts: Of the whole design.
        cost: Adder bits of all graphs as their compiler counts them.
        ratios: How Vivado's counts relate to these.
        duration_s: Wall time of all runs, seconds.
    """

    report: HardwareReport
    hierarchy: Hierarchy
    units: tuple[UnitResult, ...]
    counts: PrimitiveCounts
    cost: float
    ratios: tuple[VivadoRatio, ...]
    duration_s: float

    @property
    def cpu_s(self) -> float:
        """Seconds that the runs kept a core busy, together."""
        return sum(unit.cpu_s for unit in self.units)

    @property
    def peak_memory_mb(self) -> float:
        """Most memory of a single run."""
        return max(unit.peak_memory_mb for unit in self.units)
