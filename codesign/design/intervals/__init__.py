"""Which values each tensor can take: exact interval arithmetic on the integer weights.

Bounds are hardware integers, one pair an element. They hold for every input the input precision can
carry, so that an accumulator sized by them never overflows.
"""

from codesign.design.intervals.combine import (
    MovingLayer,
    largest_merged,
    merge_shifts,
    merge_values,
    move,
    pool_values,
)
from codesign.design.intervals.elementwise import (
    LeakyGrid,
    hard_sigmoid_grid,
    steps_interval,
    table_interval,
    thresholds_hw,
)
from codesign.design.intervals.interval import Interval
from codesign.design.intervals.network import (
    PuttingLayer,
    intervals,
    largest_sum,
    layer_interval,
    layer_sum,
    layer_values,
)
from codesign.design.intervals.weighted import (
    WeightedLayer,
    aligned_weights,
    largest_partial_sum,
    sums,
    weighted_sums,
)
from codesign.design.intervals.windows import padded, windows

__all__ = [
    "Interval",
    "LeakyGrid",
    "MovingLayer",
    "PuttingLayer",
    "WeightedLayer",
    "aligned_weights",
    "hard_sigmoid_grid",
    "intervals",
    "largest_merged",
    "largest_partial_sum",
    "largest_sum",
    "layer_interval",
    "layer_sum",
    "layer_values",
    "merge_shifts",
    "merge_values",
    "move",
    "padded",
    "pool_values",
    "steps_interval",
    "sums",
    "table_interval",
    "thresholds_hw",
    "weighted_sums",
    "windows",
]
