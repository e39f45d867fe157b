"""From firmware sources to gates, and what tools report about it."""

from codesign.synthesis.check import GateCheck, check_gates
from codesign.synthesis.options import Flow, Hierarchy, SynthesisOptions, YosysKind
from codesign.synthesis.record import Synthesis, UnitResult
from codesign.synthesis.relation import VivadoRatio, vivado_ratios
from codesign.synthesis.synthesize import synthesize
from codesign.synthesis.yosys.find import Yosys, find_yosys

__all__ = [
    "Flow",
    "GateCheck",
    "Hierarchy",
    "Synthesis",
    "SynthesisOptions",
    "UnitResult",
    "VivadoRatio",
    "Yosys",
    "YosysKind",
    "check_gates",
    "find_yosys",
    "synthesize",
    "vivado_ratios",
]
