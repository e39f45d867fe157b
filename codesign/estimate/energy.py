"""Energy of an inference on an FPGA: MODELLED from counts, never measured.

Static power follows from the size of the part. Dynamic power is that of clock trees, which run all
the time, and of what switches, which follows how often an inference enters. What one look-up table,
flip-flop or block RAM draws is read off public power reports of the family; these were themselves
modelled by a vendor tool. Boards, memories outside of the chip and transceivers are not in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from codesign.design.device import Device, devices
from codesign.design.report import ZERO, Evidence, Figure, HardwareReport, known
from codesign.errors import InvalidDesignError
from codesign.estimate.energy_facts import TOGGLE_RATE, Component, PowerFact, power_facts

DYNAMIC_SPREAD = 3.0
"""How often the tool's dynamic power may be above or below the model's.

Source: the reports themselves. Of the two of 7-series one has 0.47 of what the other teaches; of
what UltraScale+ teaches the larger one has 1.39. Three reports are few, so the range is wider.
"""
STATIC_SPREAD = 2.0
"""The same of static power, which follows the temperature of the junction; all reports are below
40 degrees."""
DSP_LUTS = 55.0
"""Look-up tables whose power stands for that of a DSP block: those of the multiplier it replaces.

Source: C. Sun et al., arXiv:2405.00645 (HGQ): bit operations are about LUT + 55 DSP. No public
report with the power of DSP blocks was found.
"""
HARDENED = 14.0
"""How often less a block may draw for being hardened: the low end of the range of a DSP block.

Source: I. Kuon, J. Rose, "Measuring the Gap Between FPGAs and ASICs", IEEE TCAD 26 (2007) 203.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyEstimate:
    """What a design draws, as modelled; figures have ranges.

    Attributes:
        design: The network.
        device: Short name of the part.
        target: The stage of the counts.
        inferences_per_s: How often an inference enters.
        toggle_rate: Changes of a signal a clock cycle while inferences enter at the full rate.
        static_w: What the whole part takes by being powered.
        clock_w: What the clock trees of the design take, busy or not.
        switching_w: What its logic, wires, block RAMs and DSP blocks take.
        sources: Of the coefficients.
        notes: What limits the figures, in sentences.
    """

    design: str
    device: str
    target: Evidence
    inferences_per_s: float
    toggle_rate: float
    static_w: Figure
    clock_w: Figure
    switching_w: Figure
    sources: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def dynamic_w(self) -> Figure:
        """What the design takes by running."""
        return self.clock_w + self.switching_w

    @property
    def total_w(self) -> Figure:
        """Watts of the part with this design alone in it."""
        return self.static_w + self.dynamic_w

    @property
    def per_inference_nj(self) -> Figure:
        """Nanojoules of an inference, the whole static power on its account."""
        return _scaled(self.total_w, 1e9 / self.inferences_per_s)

    @property
    def dynamic_nj(self) -> Figure:
        """Nanojoules that an inference adds to a part that is powered for other reasons."""
        return _scaled(self.dynamic_w, 1e9 / self.inferences_per_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Joules:
    """What one of a family draws a clock cycle, in joules."""

    clock: float
    register: float
    lut: float
    bram_18k: float


def energy(
    report: HardwareReport,
    device: Device,
    *,
    inferences_per_s: float | None = None,
    toggle_rate: float = TOGGLE_RATE,
) -> EnergyEstimate:
    """Return the modelled power of a design and the energy of an inference.

    Args:
        report: What it costs: estimated, or counted by a tool.
        device: The part that it is for.
        inferences_per_s: How often an inference enters; as often as one can where None.
        toggle_rate: Changes of a signal a clock cycle at the full rate, in (0, 1].

    Raises:
        InvalidDesignError: If the part is another one or of a family without a public power report,
            the report says no clock or initiation interval, or a rate cannot be.
    """
    _check(report, device, toggle_rate)
    if report.period_ns is None:
        msg = f"{report.design}: the report does not say its clock; power follows the clock"
        raise InvalidDesignError(msg)
    clock_hz = 1e9 / report.period_ns
    full = clock_hz / known(report.initiation_interval, "initiation interval").value
    rate = full if inferences_per_s is None else inferences_per_s
    if not 0 < rate <= full * (1 + 1e-9):
        msg = (
            f"{report.design}: {rate:g} inferences a second cannot be; "
            f"it takes more than 0 and at most {full:g}"
        )
        raise InvalidDesignError(msg)
    facts = [fact for fact in power_facts() if fact.family is device.family]
    joules, usage = _joules(facts), report.usage
    switching = (
        _scaled(usage.ff, joules.register)
        + _scaled(usage.lut, joules.lut)
        + _scaled(usage.bram_18k, joules.bram_18k)
        + _dsp(usage.dsp, joules.lut)
    )
    busy = rate / full * toggle_rate / TOGGLE_RATE
    return EnergyEstimate(
        design=report.design,
        device=device.name,
        target=report.target,
        inferences_per_s=rate,
        toggle_rate=toggle_rate,
        static_w=_spread(Figure.exact(_static_w(facts, device)), STATIC_SPREAD),
        clock_w=_spread(_scaled(usage.ff, joules.clock * clock_hz), DYNAMIC_SPREAD),
        switching_w=_spread(_scaled(switching, clock_hz * busy), DYNAMIC_SPREAD),
        sources=tuple(dict.fromkeys(f"{fact.source} ({fact.tool})" for fact in facts)),
        notes=_notes(report),
    )


def _check(report: HardwareReport, device: Device, toggle_rate: float) -> None:
    if device.name != report.device:
        msg = f"the report is of {report.device}, not of {device.name}; estimate for {device.name}"
        raise InvalidDesignError(msg)
    if not 0 < toggle_rate <= 1:
        msg = f"a toggle rate of {toggle_rate:g} is not in (0, 1]; nothing known is {TOGGLE_RATE}"
        raise InvalidDesignError(msg)
    families = {fact.family for fact in power_facts()}
    if device.family not in families:
        others = [other for other in devices() if other.family in families]
        nearest = min(others, key=lambda other: abs(other.resources.lut - device.resources.lut))
        msg = (
            f"{device.name}: no public power report of {device.family} parts is known; modelled "
            f"are {', '.join(sorted(families))}, of these {nearest.name} is nearest in size"
        )
        raise InvalidDesignError(msg)


def _joules(facts: Sequence[PowerFact]) -> _Joules:
    def each(component: Component) -> float:
        rows = [fact for fact in facts if fact.component is component]
        clocked = sum(fact.cycles_hz for fact in rows)
        return sum(fact.watts for fact in rows) / clocked if rows else 0.0

    return _Joules(
        clock=each(Component.CLOCKS),
        register=each(Component.REGISTERS),
        lut=each(Component.LOGIC) + each(Component.SIGNALS),
        bram_18k=each(Component.BRAM_18K),
    )


def _static_w(facts: Sequence[PowerFact], device: Device) -> float:
    """Return the static power of a part, on the line through those of its family."""
    rows = [fact for fact in facts if fact.component is Component.STATIC]
    if len(rows) == 1:
        return rows[0].watts / rows[0].used * device.resources.lut
    slope, offset = np.polyfit([row.used for row in rows], [row.watts for row in rows], 1)
    return float(slope * device.resources.lut + offset)


def _dsp(blocks: Figure, lut_joules: float) -> Figure:
    if not blocks.value:
        return ZERO
    found = _scaled(blocks, DSP_LUTS * lut_joules)
    return Figure(value=found.value, low=found.low / HARDENED, high=found.high)


def _scaled(figure: Figure, factor: float) -> Figure:
    return Figure(value=figure.value * factor, low=figure.low * factor, high=figure.high * factor)


def _spread(figure: Figure, factor: float) -> Figure:
    return Figure(value=figure.value, low=figure.low / factor, high=figure.high * factor)


def _notes(report: HardwareReport) -> tuple[str, ...]:
    notes = []
    if report.target is Evidence.CSYNTH:
        notes.append("counts of C-synthesis are above those of the chip; so is the power")
    if report.usage.uram.value:
        notes.append("UltraRAM is not in the model; no public report with its power was found")
    if report.usage.dsp.value:
        notes.append(f"a DSP block is taken for the {DSP_LUTS:g} LUT that it replaces")
    return tuple(notes)
