"""Layers that join tensors number by number.

Source: ``codesign_merge.h``, the C++ that the hls4ml back ends generate: a chain of two tensors at
a time, each link exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from codesign.design.layers import Merge, MergeFunction
from codesign.design.precision import Precision
from codesign.design.report import ZERO, Figure, Usage
from codesign.estimate.cost import COUNTED, Cost, after_logic, rounded, scaled
from codesign.estimate.elements import cast_luts
from codesign.estimate.operators import adder, comparator, multiplier, selector

_SUMS = (MergeFunction.ADD, MergeFunction.SUBTRACT, MergeFunction.AVERAGE)
_DSP_CYCLES = Figure(value=3, low=1, high=4)
"""Of a product in a DSP block. Source: AMD UG579, its registers in, within and out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """What joining one more tensor takes of one number."""

    precision: Precision
    lut: Figure
    dsp: Figure = ZERO


def merge(layer: Merge, formats: Sequence[Precision], *, lanes: int) -> Cost:
    """Return the cost of a merge.

    Args:
        layer: The merge.
        formats: Of the tensors that it reads.
        lanes: Numbers at once.
    """
    exact, lut, dsp = formats[0], ZERO, ZERO
    for other in formats[1:]:
        link = _link(layer.function, exact, other)
        exact, lut, dsp = link.precision, lut + link.lut, dsp + link.dsp
    lut += cast_luts(exact, layer.precision)
    csynth = Usage(lut=rounded(scaled(lut, lanes)), dsp=scaled(dsp, lanes))
    return Cost(
        csynth=csynth,
        logic=after_logic(csynth),
        latency_cycles=_DSP_CYCLES if dsp.value else ZERO,
        is_registered=bool(dsp.value),
        outside=(COUNTED,),
    )


def _link(function: MergeFunction, first: Precision, second: Precision) -> _Link:
    fraction = max(first.fraction, second.fraction)
    integer = max(first.integer, second.integer)
    signed = first.signed or second.signed
    if function in _SUMS:
        sum_ = Precision(width=integer + fraction + 1, integer=integer + 1, signed=signed)
        return _Link(precision=sum_, lut=adder(sum_.width))
    if function is MergeFunction.MULTIPLY:
        lut, dsp = multiplier(first.width, second.width)
        product = Precision(
            width=first.width + second.width,
            integer=first.integer + second.integer,
            signed=signed,
        )
        return _Link(precision=product, lut=lut, dsp=dsp)
    larger = Precision(width=integer + fraction, integer=integer, signed=signed)
    return _Link(precision=larger, lut=comparator(larger.width) + selector(larger.width))
