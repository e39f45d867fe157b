"""The bit-accurate model of the firmware: NumPy in, NumPy out, no tool needed."""

from codesign.emulator.emulate import emulate, emulate_tensors

__all__ = ["emulate", "emulate_tensors"]
