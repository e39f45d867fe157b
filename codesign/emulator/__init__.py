"""The bit-accurate model of the firmware: NumPy in, NumPy out, no tool needed."""

from codesign.emulator.emulate import (
    emulate,
    emulate_chunks,
    emulate_outputs,
    emulate_tensors,
)
from codesign.emulator.emulator import Emulator
from codesign.emulator.overflows import Overflows, count_overflows

__all__ = [
    "Emulator",
    "Overflows",
    "count_overflows",
    "emulate",
    "emulate_chunks",
    "emulate_outputs",
    "emulate_tensors",
]
