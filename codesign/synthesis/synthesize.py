"""From an RTL project to gates of a family, with Yosys."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from codesign.design.device import Device
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.design.rtl import RtlDesign, RtlModule
from codesign.errors import InvalidDesignError
from codesign.synthesis.guard import forecast, refuse_too_large
from codesign.synthesis.netlist.count import count
from codesign.synthesis.netlist.primitives import PrimitiveCounts
from codesign.synthesis.netlist.read import read_netlist
from codesign.synthesis.options import Flow, Hierarchy, SynthesisOptions
from codesign.synthesis.project import read_rtl
from codesign.synthesis.record import Synthesis, UnitResult
from codesign.synthesis.relation import ADDER_GRAPH, vivado_ratios
from codesign.synthesis.report import hardware_report
from codesign.synthesis.yosys.families import YosysFamily, yosys_family
from codesign.synthesis.yosys.find import find_yosys
from codesign.synthesis.yosys.run import YosysRun, memory_limit_mb, run_yosys
from codesign.synthesis.yosys.script import Unit, make_script
from codesign.synthesis.yosys.sources import Sources

FOLDER = "build/synthesis"
"""Where scripts, netlists and logs lie in a project."""

_COMPUTING = frozenset({ADDER_GRAPH, "engine", "stream"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A run of Yosys and the modules of the design that it maps."""

    unit: Unit
    modules: tuple[RtlModule, ...]


def synthesize(
    project: FirmwareProject,
    device: Device,
    options: SynthesisOptions | None = None,
    *,
    progress: Progress = silent,
) -> Synthesis:
    """Map an RTL project to the family of a part.

    Args:
        project: With an ``rtl.json``.
        device: The part; only its family and its name matter before placement.
        options: How.
        progress: Told how many runs have ended.

    Raises:
        InvalidDesignError: If the project cannot be read, or the flow does not know the family.
        InfeasibleDesignError: If it is too large for the limits.
        ToolNotFoundError: If there is no Yosys.
        ToolFailedError: If Yosys fails or passes a limit; nothing is left running.
        ReportError: If a netlist is missing, cut off, or holds what is not known.
    """
    options = options or SynthesisOptions()
    design, family = read_rtl(project), yosys_family(device.family)
    planned = _plan(design, family, options)
    refuse_too_large(
        design,
        [(each.modules, each.unit.flow) for each in planned],
        options=options,
        memory_mb=memory_limit_mb(options),
    )
    yosys = find_yosys(options.yosys)
    folder = f"{FOLDER}/{device.name}-{options.flow}-{options.hierarchy}"
    sources = Sources(Path(project.path), design.sources)
    scripts = [
        make_script(
            each.unit,
            family,
            sources=sources.of(each.unit.module, without=each.unit.black_boxes),
            netlist=f"{folder}/{each.unit.module}.json",
            shift_registers=options.shift_registers,
        )
        for each in planned
    ]
    begun = time.monotonic()
    runs = run_yosys(
        yosys,
        scripts,
        project=Path(project.path),
        folder=folder,
        options=options,
        progress=progress,
    )
    found = {run.script.unit.module: run for run in runs}
    units = tuple(
        _result(each, found[each.unit.module]) for each in sorted(planned, key=_place(design))
    )
    counts = sum((unit.counts for unit in units), PrimitiveCounts())
    return Synthesis(
        report=hardware_report(design, units, device=device, tool=yosys.name),
        hierarchy=options.hierarchy,
        units=units,
        counts=counts,
        cost=sum(module.cost for module in design.modules),
        ratios=vivado_ratios(frozenset(m.kind for m in design.modules) & _COMPUTING),
        duration_s=time.monotonic() - begun,
    )


def _plan(
    design: RtlDesign, family: YosysFamily, options: SynthesisOptions
) -> tuple[_Planned, ...]:
    """Return the runs, the longest first."""
    if options.flow is Flow.LEAN and not family.has_lean:
        msg = f"the lean flow is not made for {family.command}; use flow = 'default'"
        raise InvalidDesignError(msg)
    flow = options.flow
    if flow is Flow.AUTO:
        flow = Flow.LEAN if family.has_lean else Flow.DEFAULT
    if options.hierarchy is Hierarchy.FLAT or not design.modules:
        unit = Unit(module=design.top, flow=flow, has_blocks=_has_blocks(design.modules))
        return (_Planned(unit=unit, modules=design.modules),)
    planned = [
        _Planned(
            unit=Unit(module=module.name, flow=flow, has_blocks=_has_blocks((module,))),
            modules=(module,),
        )
        for module in design.modules
    ]
    planned.sort(key=lambda each: -forecast(each.modules, each.unit.flow).cpu_s)
    names = tuple(dict.fromkeys(module.name for module in design.modules))
    top = Unit(module=design.top, black_boxes=names, flow=flow, has_blocks=False)
    return (*planned, _Planned(unit=top, modules=()))


def _has_blocks(modules: Sequence[RtlModule]) -> bool:
    return not all(module.kind in {ADDER_GRAPH, "delay"} for module in modules)


def _place(design: RtlDesign) -> Callable[[_Planned], int]:
    """Return the key that sorts runs in the order of the data flow, the top last."""
    order = {module.name: place for place, module in enumerate(design.modules)}
    return lambda each: order.get(each.unit.module, len(order))


def _result(planned: _Planned, run: YosysRun) -> UnitResult:
    unit = planned.unit
    netlist = read_netlist(run.netlist, module=unit.module)
    return UnitResult(
        module=unit.module,
        layers=tuple(name for module in planned.modules for name in module.layers),
        flow=unit.flow,
        counts=count(netlist, modules=unit.black_boxes),
        cost=sum(module.cost for module in planned.modules),
        script_digest=run.script.digest,
        netlist=str(run.netlist),
        log=str(run.log),
        duration_s=run.duration_s,
        cpu_s=run.cpu_s,
        peak_memory_mb=run.peak_memory_mb,
    )
