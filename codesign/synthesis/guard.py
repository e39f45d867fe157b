"""See before the start whether a design is too large for the flow, the time or the memory.

Source: ``python benchmarks/synthesis.py``; the lean flow was measured on designs of 4 to 150
thousand look-up tables, the default flow on designs of 10 to 96 thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from codesign.design.rtl import RtlDesign, RtlModule
from codesign.errors import InfeasibleDesignError
from codesign.synthesis.options import Flow, Hierarchy, SynthesisOptions
from codesign.synthesis.relation import ADDER_GRAPH

_LUT_A_COST = 1.08
"""Look-up tables of an adder bit: the most of eleven networks."""
_LUT_A_MULTIPLIER = 120
"""Of a multiplier of an engine and its share of the adders, in look-up tables; with DSP blocks a
third of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a run of Yosys will take, at most.

    Attributes:
        lut: Look-up tables.
        cpu_s: Seconds of a core.
        memory_mb: Resident memory.
    """

    lut: float
    cpu_s: float
    memory_mb: float


def forecast(modules: Sequence[RtlModule], flow: Flow) -> Forecast:
    """Return what mapping modules in one run will take."""
    lut = sum(_lut(module) for module in modules)
    thousands = lut / 1000
    if flow is Flow.LEAN:
        return Forecast(lut=lut, cpu_s=5 + 2.0 * thousands, memory_mb=200 + 18 * thousands)
    seconds = 8 + (3.0 + 0.03 * thousands) * thousands
    return Forecast(lut=lut, cpu_s=seconds, memory_mb=250 + 32 * thousands)


def refuse_too_large(
    design: RtlDesign,
    units: Sequence[tuple[Sequence[RtlModule], Flow]],
    *,
    options: SynthesisOptions,
    memory_mb: float,
) -> None:
    """Raise if a run would pass its limits.

    Args:
        design: The whole design.
        units: The modules of each run and the flow.
        options: With the time limit of a run.
        memory_mb: The memory limit of a run.

    Raises:
        InfeasibleDesignError: With what it would take and what to do instead.
    """
    for modules, flow in units:
        needed = forecast(modules, flow)
        if needed.cpu_s <= options.timeout_s and needed.memory_mb <= memory_mb:
            continue
        what = modules[0].name if len(modules) == 1 else design.top
        msg = (
            f"{what} is about {needed.lut:,.0f} look-up tables: the {flow} flow would take about "
            f"{needed.cpu_s:,.0f} s and {needed.memory_mb:,.0f} MB, more than the limits of "
            f"{options.timeout_s:,.0f} s and {memory_mb:,.0f} MB; {_alternative(options, flow)}"
        )
        raise InfeasibleDesignError(msg)


def _lut(module: RtlModule) -> float:
    multipliers = module.multiplications / max(1, module.reuse_factor)
    if module.kind == ADDER_GRAPH:
        return _LUT_A_COST * module.cost
    return _LUT_A_MULTIPLIER * multipliers


def _alternative(options: SynthesisOptions, flow: Flow) -> str:
    if options.hierarchy is Hierarchy.FLAT:
        return f"synthesize it module by module (hierarchy = {Hierarchy.MODULES.value!r})"
    if flow is Flow.DEFAULT and options.flow is Flow.DEFAULT:
        return f"use the lean flow (flow = {Flow.AUTO.value!r})"
    return "raise the limits, prune the network or raise its reuse factor"
