"""An engine: multipliers that take turns, counted by the rules of the RTL back end.

A matrix of ``inputs`` x ``outputs`` is cut into ``lanes`` x ``groups`` multipliers. Each makes the
products of ``turns`` inputs for ``sweeps`` outputs, one a cycle. DSP blocks, latency and initiation
interval follow exactly; look-up tables and flip-flops are fitted to the counts below.
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from codesign.design.fixed_point import Integers
from codesign.design.hardware import Multipliers
from codesign.design.layers import Conv, Dense
from codesign.estimate.kernel import DSP_BITS
from codesign.estimate.shared import DSP_WEIGHT_BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineCounts:
    """Counts over an engine; all 0 for what is none.

    Attributes:
        steps: Cycles in which a multiplier is busy.
        sweeps: Outputs that a multiplier takes turns for.
        dsp: Multipliers in DSP blocks.
        row_bits: Bits of the rows that make up products in look-up tables.
        tree_bits: Bits of the additions of products.
        sum_bits: Bits of accumulators.
        select_bits: Bits that are selected from inputs that take turns.
        rom_bits: Bits of a step's word of weights, times the tables of 64 words that hold them.
        bias_bits: The same of what sums begin with, where that differs from step to step.
        held_bits: Bits of the event that is held.
        output_bits: Bits of the outputs.
        latency_cycles: From input to output, element-wise layers behind it left out.
    """

    steps: int = 0
    sweeps: int = 0
    dsp: int = 0
    row_bits: int = 0
    tree_bits: int = 0
    sum_bits: int = 0
    select_bits: int = 0
    rom_bits: int = 0
    bias_bits: int = 0
    held_bits: int = 0
    output_bits: int = 0
    latency_cycles: int = 0


_WORDS = 64
"""Words that a look-up table of six inputs holds."""
NO_ENGINE = EngineCounts()
"""Of what shares no multipliers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    rows: int
    columns: int
    turns: int
    sweeps: int

    @property
    def lanes(self) -> int:
        return -(-self.rows // self.turns)

    @property
    def groups(self) -> int:
        return -(-self.columns // self.sweeps)


def takes_dsp(multipliers: Multipliers, data: int, weight: int) -> bool:
    """Return whether products of such widths are made in DSP blocks."""
    if multipliers is not Multipliers.AUTO:
        return multipliers is Multipliers.DSP
    return max(data, weight) >= DSP_BITS and min(data, weight) >= DSP_WEIGHT_BITS


def engine_counts(
    layer: Dense | Conv,
    *,
    widths: Integers,
    input_bits: int,
    sum_width: int,
    reuse_factor: int,
    dsp: bool,
) -> EngineCounts:
    """Return the counts of the engine of a layer.

    Args:
        layer: The layer of sums.
        widths: Bits that each row of the matrix reads, 0 where that is always the same, shape
            (rows,).
        input_bits: Bits of an event at its input that are held.
        sum_width: Bits that its largest sum needs.
        reuse_factor: Uses of each multiplier.
        dsp: Whether products are made in DSP blocks.
    """
    kernel = layer.kernel.values.reshape(-1, layer.kernel.values.shape[-1])
    plan = _plan(*kernel.shape, reuse_factor)
    words = _words(kernel, plan)
    met = words.any(axis=-1).sum(axis=0) + (plan.turns == 1)
    depth = _latency(plan, met, 1 if dsp else int(_digits(words).max(initial=1)))
    # what never changes has its cycles, but synthesis multiplies it
    words = _words(kernel * (widths > 0)[:, None], plan)
    width = round(float(widths[widths > 0].mean())) if widths.any() else 0
    used = words.any(axis=-1)
    rows = _digits(words)
    positions = prod(layer.shape[:-1])
    total, steps = sum_width, plan.turns * plan.sweeps
    leaves = used.sum(axis=0) + (plan.turns == 1)
    weight = layer.kernel.precision.width
    weights = int(used.sum()) * weight if dsp else 3 * int(rows.sum())
    tables = -(-steps // _WORDS)
    return EngineCounts(
        steps=steps,
        sweeps=plan.sweeps,
        dsp=positions * int(used.sum()) * dsp,
        row_bits=0 if dsp else positions * int(rows.sum()) * (width + 1),
        tree_bits=positions * _tree_bits(leaves, product=width + weight, total=total),
        sum_bits=positions * plan.groups * total * (plan.turns > 1),
        select_bits=positions * plan.lanes * width * (plan.turns - 1),
        rom_bits=weights * tables,
        bias_bits=positions * tables * _bias_bits(layer, plan, dsp=dsp),
        held_bits=input_bits,
        output_bits=prod(layer.shape) * layer.precision.width,
        latency_cycles=depth,
    )


def _plan(rows: int, columns: int, factor: int) -> _Plan:
    """Return the plan of the fewest multipliers, of these the one with the fewest turns."""
    plans = [
        _Plan(rows=rows, columns=columns, turns=turns, sweeps=min(columns, factor // turns))
        for turns in range(1, min(rows, factor) + 1)
    ]
    return min(plans, key=lambda one: (one.lanes * one.groups, one.turns, one.sweeps))


def _words(kernel: Integers, plan: _Plan) -> Integers:
    """Return the weights of each multiplier, shape (lanes, groups, steps)."""
    filled = np.zeros((plan.lanes * plan.turns, plan.groups * plan.sweeps), dtype=np.int64)
    filled[: kernel.shape[0], : kernel.shape[1]] = kernel
    cut = filled.reshape(plan.lanes, plan.turns, plan.groups, plan.sweeps)
    return cut.transpose(0, 2, 1, 3).reshape(plan.lanes, plan.groups, -1)


def _digits(words: Integers) -> Integers:
    """Return the places of radix 4 at which a multiplier has a digit, shape (lanes, groups).

    Source:
        O. L. MacSorley, Proc. IRE 49 (1961) 67: digit ``b[2i-1] + b[2i] - 2 b[2i+1]``.
    """
    found = np.zeros(words.shape[:-1], dtype=np.int64)
    low, high = words.min(axis=-1), words.max(axis=-1)
    bits = max(int(-low.min() - 1).bit_length(), int(high.max()).bit_length()) + 1
    for place in range(-(-bits // 2)):
        before = words >> (2 * place - 1) & 1 if place else 0
        digit = before + (words >> (2 * place) & 1) - 2 * (words >> (2 * place + 1) & 1)
        found += digit.any(axis=-1)
    return found


def _tree_bits(leaves: Integers, *, product: int, total: int) -> int:
    """Return the bits of the additions that bring the leaves of each tree together."""
    found, level = 0, 1
    while leaves.max(initial=0) > 1:
        found += int((leaves // 2).sum()) * min(product + level, total)
        leaves, level = (leaves + 1) // 2, level + 1
    return found


def _bias_bits(layer: Dense | Conv, plan: _Plan, *, dsp: bool) -> int:
    """Return the bits of a step's word of what sums begin with.

    To a bias is added what rows of look-up tables leave out of a product: less than a weight.
    """
    filled = np.zeros(plan.groups * plan.sweeps, dtype=np.int64)
    filled[: plan.columns] = layer.bias.values.ravel()
    cut = filled.reshape(plan.groups, plan.sweeps)
    varies = cut.min(axis=1) != cut.max(axis=1)
    size = int(np.abs(filled).max(initial=0)).bit_length() + 1
    if not dsp:
        varies[:] = plan.sweeps > 1
        size = max(size, layer.kernel.precision.width + plan.rows.bit_length())
    return int(varies.sum()) * size


def _latency(plan: _Plan, leaves: Integers, rows: int) -> int:
    hold = 2 if plan.turns > 1 else 1
    depth = int(leaves.max(initial=1) - 1).bit_length()
    return plan.turns * plan.sweeps - 1 + hold + rows + depth + (plan.turns > 1) + 1
