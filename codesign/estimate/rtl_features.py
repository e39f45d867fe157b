"""What each model of a module of RTL looks at."""

import math

from codesign.estimate.features import Features
from codesign.estimate.rtl_counts import RtlCounts
from codesign.estimate.rtl_engine import EngineCounts

USABLE = 0.875
"""Share of a clock period that paths may take, where nothing else is asked for.

Source: :class:`codesign.design.hardware.Clock`, an uncertainty of 12.5 %.
"""


ADDITION_NS = 1.094
"""An addition in the graph's compiler, without its bits. Source: alkaid 0.8.2, its xcvu13p-2."""
ADDITION_BIT_NS = 0.0254
"""Each bit of it. Source: the same."""
WAIT_NS = ADDITION_NS / 2
"""What a stage loses on average: an addition that would pass its end begins behind its register."""


def filled_ns(stage_ns: float) -> float:
    """Return how much of a stage the operations of a path fill on average, in nanoseconds."""
    return max(stage_ns - WAIT_NS, stage_ns / 2)


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


def register_features(
    counts: RtlCounts, cost: float, cycles: float, *, stage_ns: float
) -> Features:
    """Return the features of the bits between the stages of a graph.

    Each level of a tree of additions has half the adder bits of the one before. So what a cut
    between two stages meets is, over all places of the cut, the adder bits by the levels; at the
    end it meets the outputs. An addition that would pass the cut waits, and both that it adds are
    kept: the shorter a stage, the more often.

    Args:
        counts: Over the module's layers.
        cost: Its adder bits.
        cycles: From its input to its output; a fraction where only their mean is known.
        stage_ns: The longest path between two registers, in nanoseconds.
    """
    cut = cycles * cost / max(math.log2(max(counts.most_terms, 1)), 1.0)
    sums = counts.positions * counts.sum_width * counts.outputs
    put = max(counts.relu_bits, counts.round_bits, counts.clip_bits) or sums
    addition = ADDITION_NS + ADDITION_BIT_NS * counts.sum_width
    return {
        "cut_bits": cut,
        "waiting_bits": cut * addition / stage_ns,
        "output_bits": cycles * min(put, sums),
    }


def module_path(counts: RtlCounts) -> Features:
    """Return the features of the longest path through a module: levels of logic, and their bits."""
    levels = math.log2(max(counts.most_terms, 1))
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
        "bias_bits": engine.bias_bits,
        "held_bits": engine.held_bits,
        "output_bits": engine.output_bits,
        "put_bits": (counts.relu_bits + counts.clip_bits + counts.round_bits)
        / max(engine.sweeps, 1),
        "dsp": engine.dsp,
        "unit": 1.0,
    }
