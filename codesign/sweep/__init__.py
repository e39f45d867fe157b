"""Many candidates at once: proposed, evaluated on many processes, kept, compared."""

from codesign.sweep.space import Space
from codesign.sweep.space_file import read_sweep
from codesign.sweep.sweep import Sweep

__all__ = ["Space", "Sweep", "read_sweep"]
