"""Many candidates at once: proposed, evaluated on many processes, kept, compared."""

from codesign.sweep.space.space import Space
from codesign.sweep.space.sweep import Sweep
from codesign.sweep.space.sweep_file import read_sweep

__all__ = ["Space", "Sweep", "read_sweep"]
