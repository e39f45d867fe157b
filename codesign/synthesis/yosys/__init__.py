"""Yosys: which one there is, what it is told, how it is run."""
