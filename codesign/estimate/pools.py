"""Pooling: windows without weights.

Source: ``codesign_window_kernels.h``, the C++ that the hls4ml back ends generate.
"""

from dataclasses import replace
from math import prod

from codesign.design.hardware import IoType
from codesign.design.layers import Pool, PoolFunction
from codesign.design.precision import Precision
from codesign.design.report import ZERO, Figure, Usage
from codesign.estimate.cost import COUNTED, Cost, after_logic, rounded, scaled
from codesign.estimate.elements import cast_luts
from codesign.estimate.operators import adder, comparator, selector
from codesign.estimate.streams import STREAMED, window_pace, windowed
from codesign.estimate.windows import Windows, windows_of

_CYCLES = Figure(value=4, low=3, high=6)
"""Beyond one a pixel. Source: C-synthesis of stock stream designs, 3 to 6."""
_DEPTH = Figure(value=1, low=0, high=3)
"""Cycles of a chain of comparisons or additions with ``io_parallel``."""


def pool(layer: Pool, data: tuple[int, ...], source: Precision, *, io_type: IoType) -> Cost:
    """Return the cost of a pooling layer.

    Args:
        layer: The pooling.
        data: The shape of its input.
        source: The format of its input.
        io_type: How tensors travel.
    """
    windows = windows_of(layer, data)
    lanes = layer.shape[-1] * (windows.pixels if io_type is IoType.PARALLEL else 1)
    csynth = Usage(lut=rounded(scaled(_window(layer, source), lanes)))
    cost = Cost(csynth=csynth, logic=after_logic(csynth), latency_cycles=_DEPTH)
    if io_type is IoType.PARALLEL:
        return cost.flagged(COUNTED)
    return _streamed(cost, windows, source.width).flagged(STREAMED)


def _window(layer: Pool, source: Precision) -> Figure:
    """Return the look-up tables of one channel of one window."""
    count, width = prod(layer.size), source.width
    if layer.function is PoolFunction.MAX:
        chain = scaled(comparator(width) + selector(width), count - 1)
        return chain + cast_luts(source, layer.precision)
    growth = (count - 1).bit_length()
    exact = Precision(width=width + growth, integer=source.integer + growth, signed=source.signed)
    put = cast_luts(exact, layer.precision)
    return (scaled(adder(exact.width), count - 1) if count > 1 else ZERO) + put


def _streamed(cost: Cost, windows: Windows, width: int) -> Cost:
    """Return a process that reads a pixel a cycle into a line buffer."""
    cycles = Figure.exact(windows.steps) + _CYCLES
    pace = window_pace(windows, cycles, each=1, depth=_CYCLES.value)
    timed = replace(cost, latency_cycles=cycles, initiation_interval=cycles, pace=pace)
    return windowed(timed, windows, width)
