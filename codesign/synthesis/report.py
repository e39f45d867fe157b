"""The hardware report of open synthesis."""

from collections.abc import Sequence

from codesign.design.device import Device
from codesign.design.report import Evidence, Figure, HardwareReport, LayerReport, Usage
from codesign.design.rtl import RtlDesign, RtlModule
from codesign.synthesis.netlist.primitives import PrimitiveCounts
from codesign.synthesis.record import UnitResult

_SCHEDULED = "latency and initiation interval are those of the schedule"


def hardware_report(
    design: RtlDesign, units: Sequence[UnitResult], *, device: Device, tool: str
) -> HardwareReport:
    """Return the report of a design whose units were synthesized.

    Args:
        design: With the schedule: latencies and initiation intervals are its.
        units: One a module and the top, or the whole design in one.
        device: The part.
        tool: Name and version.
    """
    modules = {module.name: module for module in design.modules}
    usage = Usage()
    for unit in units:
        usage += _usage(unit.counts)
    return HardwareReport(
        design=design.top,
        evidence=Evidence.LOGIC_SYNTH,
        target=Evidence.LOGIC_SYNTH,
        device=device.name,
        part=device.part,
        period_ns=design.period_ns,
        tool=tool,
        layers=tuple(_layer(unit, modules.get(unit.module)) for unit in units)
        if len(units) > 1
        else (),
        usage=usage,
        latency_cycles=Figure.exact(design.latency_cycles),
        initiation_interval=Figure.exact(design.initiation_interval),
    )


def _layer(unit: UnitResult, module: RtlModule | None) -> LayerReport:
    if module is None:
        note = "ports, handshake and wiring between the modules"
        return LayerReport(name=unit.module, kind="top", usage=_usage(unit.counts), notes=(note,))
    return LayerReport(
        name=", ".join(unit.layers) or module.name,
        kind=module.kind,
        reuse_factor=module.reuse_factor,
        usage=_usage(unit.counts),
        latency_cycles=Figure.exact(module.latency_cycles),
        initiation_interval=Figure.exact(module.initiation_interval),
        notes=(_SCHEDULED,),
    )


def _usage(counts: PrimitiveCounts) -> Usage:
    return Usage(
        lut=Figure.exact(counts.lut),
        ff=Figure.exact(counts.ff),
        dsp=Figure.exact(counts.dsp),
        bram_18k=Figure.exact(counts.bram_18k),
        uram=Figure.exact(counts.uram),
    )
