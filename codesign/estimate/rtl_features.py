"""What each model of a module of RTL looks at."""

import math

from codesign.estimate.features import Features
from codesign.estimate.rtl_counts import RtlCounts
from codesign.estimate.rtl_engine import EngineCounts

USABLE = 0.875
"""Share of a clock period that paths may take, where nothing else is asked for.

Source: :class:`codesign.design.hardware.Clock`, an uncertainty of 12.5 %.
"""


def cost_features(counts: RtlCounts) -> Features:
    """Return the factors of the adder bits of a graph of constants.

    Equal sums are made once: the more columns and digits there are, the less each of them costs.
    """
    return {
        "unit": math.e,
        "positions": max(counts.positions, 1),
        "additions": max(counts.additions, 1),
        "outputs": max(counts.outputs, 1),
        "inputs": max(counts.inputs, 1),
        "digits_a_weight": max(counts.digits, 1) / max(counts.nonzero, 1),
        "data_width": max(counts.data_width, 1),
        "sum_width": max(counts.sum_width, 1),
    }


def graph_features(counts: RtlCounts, cost: float) -> Features:
    """Return the features of the look-up tables of an adder graph of known adder bits.

    Additions that make up one weight of several digits leave more bits alone than those of products
    do; their share of the adder bits is taken to be that of the digits.
    """
    plain = cost * counts.nonzero / max(counts.digits, 1)
    return {
        "plain_cost": plain,
        "shift_cost": cost - plain,
        "put_bits": counts.relu_bits + counts.clip_bits,
        "select_bits": counts.select_bits,
        "add_bits": counts.add_bits,
    }


def register_features(counts: RtlCounts, cost: float, cycles: float) -> Features:
    """Return the factors of the bits between the stages of a graph."""
    width = counts.data_width * counts.inputs + counts.sum_width * counts.outputs
    return {
        "unit": math.e,
        "cost": max(cost, 1.0),
        "cycles": max(cycles, 0.5),
        "port_bits": max(counts.positions * width, 1),
    }


def module_path(counts: RtlCounts) -> Features:
    """Return the features of the longest path through a module: levels of logic, and their bits."""
    levels = max(counts.most_terms - 1, 0).bit_length()
    selects = (counts.select_bits > 0) + (counts.add_bits > 0)
    puts = (counts.relu_bits > 0) + (counts.clip_bits > 0) + (counts.round_bits > 0)
    return {
        "levels": levels,
        "level_bits": levels * counts.sum_width,
        "puts": puts + selects,
    }


def engine_features(engine: EngineCounts, counts: RtlCounts) -> Features:
    """Return the features of an engine."""
    return {
        "row_bits": engine.row_bits,
        "tree_bits": engine.tree_bits,
        "sum_bits": engine.sum_bits,
        "select_bits": engine.select_bits,
        "rom_bits": engine.rom_bits,
        "held_bits": engine.held_bits,
        "output_bits": engine.output_bits,
        "put_bits": (counts.relu_bits + counts.clip_bits + counts.round_bits)
        / max(engine.sweeps, 1),
        "dsp": engine.dsp,
        "unit": 1.0,
    }
