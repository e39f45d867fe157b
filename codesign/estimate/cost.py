"""What one layer costs by C-synthesis, before it is reported of a stage."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from codesign.design.hardware import Backend
from codesign.design.report import ONE, ZERO, Figure, Usage
from codesign.estimate.kernel import Kernel
from codesign.estimate.profile import Model, Profile

_LOGIC_LUT = Figure(value=0.5, low=0.09, high=0.86)
"""Look-up tables after logic synthesis per one of C-synthesis, where no weights are known.

Source: five stock designs of hftsoi/sparse-pixels@4a81ebf, 0.44 to 0.60; all 624 designs, 0.09 to
0.86.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """When a process between two streams does its work, in cycles.

    Attributes:
        cycles: From its first input to its last output.
        lead: From its first input to its first output.
        tail: From its last input to its last output.
    """

    cycles: Figure
    lead: float
    tail: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The cost of a layer.

    Attributes:
        csynth: Its resources by C-synthesis.
        logic: Its resources by logic synthesis.
        latency_cycles: From its input to its output.
        initiation_interval: Cycles between two inputs.
        is_registered: Whether its output goes through a register.
        notes: What explains or limits the figures.
        outside: Where it lies outside of the calibration of C-synthesis.
        logic_outside: Where it lies outside of that of logic synthesis.
        pace: With streams, when it works.
    """

    csynth: Usage
    logic: Usage
    latency_cycles: Figure = ZERO
    initiation_interval: Figure = ONE
    is_registered: bool = False
    notes: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    logic_outside: tuple[str, ...] = ()
    pace: Pace | None = None

    def with_usage(self, more: Usage, logic: Usage | None = None) -> "Cost":
        """Return the same with more logic, of which no constants are known.

        Args:
            more: By C-synthesis.
            logic: By logic synthesis; what usually is left of it where None.
        """
        late = after_logic(more) if logic is None else logic
        return replace(self, csynth=self.csynth + more, logic=self.logic + late)

    def flagged(self, *flags: str) -> "Cost":
        """Return the same with more said about where it lies outside of the calibration."""
        return replace(self, outside=(*self.outside, *flags))


COUNTED = "counted from the generated C++; no report of such a layer was compared"
FREE = Cost(csynth=Usage(), logic=Usage())
"""Wires alone."""


def scaled(figure: Figure, factor: float) -> Figure:
    """Return a figure times a number."""
    return Figure(value=figure.value * factor, low=figure.low * factor, high=figure.high * factor)


def times(usage: Usage, factor: float) -> Usage:
    """Return several of the same."""
    return Usage(
        lut=scaled(usage.lut, factor),
        ff=scaled(usage.ff, factor),
        dsp=scaled(usage.dsp, factor),
        bram_18k=scaled(usage.bram_18k, factor),
        uram=scaled(usage.uram, factor),
    )


def after_logic(usage: Usage) -> Usage:
    """Return what logic synthesis leaves of logic whose constants are not known."""
    return Usage(
        lut=chained(usage.lut, _LOGIC_LUT),
        ff=usage.ff,
        dsp=usage.dsp,
        bram_18k=usage.bram_18k,
        uram=usage.uram,
    )


def chained(first: Figure, ratio: Figure) -> Figure:
    """Return a figure times an uncertain ratio; the relative ranges add in quadrature."""
    value = first.value * ratio.value
    if not value:
        return ZERO
    down = math.hypot(_log(first.value, first.low), _log(ratio.value, ratio.low))
    up = math.hypot(_log(first.high, first.value), _log(ratio.high, ratio.value))
    return Figure(value=value, low=value * math.exp(-down), high=value * math.exp(up))


def rounded(figure: Figure) -> Figure:
    """Return a figure in whole numbers, its range rounded outward."""
    value = round(figure.value)
    return Figure(
        value=value,
        low=min(math.floor(figure.low), value),
        high=max(math.ceil(figure.high), value),
    )


def whole(usage: Usage) -> Usage:
    """Return resources in whole numbers."""
    return Usage(
        lut=rounded(usage.lut),
        ff=rounded(usage.ff),
        dsp=rounded(usage.dsp),
        bram_18k=rounded(usage.bram_18k),
        uram=rounded(usage.uram),
    )


def outside(
    models: Iterable[Model], kernel: Kernel, *, profile: Profile, period_ns: float
) -> tuple[str, ...]:
    """Return where a matrix lies outside of what models were calibrated on.

    Args:
        models: Those that were used.
        kernel: The matrix.
        profile: Whose models they are.
        period_ns: The clock.
    """
    found: dict[str, list[str]] = {}
    for model in models:
        for limits in model.ranges:
            value = period_ns if limits.name == "period_ns" else getattr(kernel, limits.name)
            if not limits.low <= value <= limits.high:
                found.setdefault(limits.complaint(value), []).append(model.quantity)
        if model.is_borrowed(profile.versions):
            tool = "Vivado HLS" if profile.backend is Backend.VITIS else "Vitis HLS"
            found.setdefault(f"calibrated on {tool} alone", []).append(model.quantity)
    return tuple(f"{text} ({', '.join(models)})" for text, models in found.items())


def _log(above: float, below: float) -> float:
    return math.log(above / max(below, above * 1e-3))
