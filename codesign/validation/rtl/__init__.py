"""Simulate RTL cycle by cycle, hold its schedule against the clock and its bits to the emulator."""

from codesign.validation.rtl.certify import certify_rtl, holds_for
from codesign.validation.rtl.choose import Simulator
from codesign.validation.rtl.patterns import Pattern
from codesign.validation.rtl.simulate import RtlSimulation, SimulationOptions, read_design, simulate

__all__ = [
    "Pattern",
    "RtlSimulation",
    "SimulationOptions",
    "Simulator",
    "certify_rtl",
    "holds_for",
    "read_design",
    "simulate",
]
