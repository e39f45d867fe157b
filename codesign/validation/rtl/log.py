"""What came out of a simulated design, and when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers
from codesign.validation.rtl.buses import Words


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class BenchLog:
    """The record of one run.

    Cycle n is the n-th rising edge of the clock; signals are as they are just before it.

    Attributes:
        ends: The cycle in which each step ended, shape (steps,); fewer where the design stopped
            taking beats.
        cycles: The cycle of each beat that came out, shape (results,).
        words: The output bus then, shape (results, words).
        unknown: Bits of the bus that were neither 0 nor 1, same shape; empty where the simulator
            knows no such bits.
    """

    ends: Integers
    cycles: Integers
    words: Words
    unknown: NDArray[np.uint32]
