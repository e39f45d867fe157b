"""Passes: functions from a network to a smaller one with the same outputs, bit for bit."""

from codesign.lowering.passes.optimize import PASSES, Saving, explain, optimize

__all__ = ["PASSES", "Saving", "explain", "optimize"]
