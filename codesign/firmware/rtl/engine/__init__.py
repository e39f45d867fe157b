"""Layers that share their multipliers: a reuse factor above 1, or products in DSP blocks."""

from codesign.firmware.rtl.engine.module import engine_layers, engine_module, engine_supports

__all__ = ["engine_layers", "engine_module", "engine_supports"]
