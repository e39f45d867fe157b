"""What a network costs on an FPGA, before any tool has run."""

from codesign.estimate.estimate import estimate

__all__ = ["estimate"]
