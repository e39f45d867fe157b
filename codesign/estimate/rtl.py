"""What a design of our own RTL costs: after open synthesis, or after place and route.

Where the schedule is at hand, latency and initiation interval are those of the schedule, and
look-up tables follow from the adder bits of its graphs. Where only the network is, adder bits,
registers and latency are expected from its constants. Engines follow the rules that build them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, prod

from codesign.design.hardware import Backend, HardwareConfig, IoType
from codesign.design.intervals import intervals
from codesign.design.layers import AnyLayer
from codesign.design.network import QuantizedNetwork
from codesign.design.report import (
    ONE,
    ZERO,
    Evidence,
    Figure,
    HardwareReport,
    LayerReport,
    Usage,
)
from codesign.design.rtl import RtlDesign
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.estimate.cost import rounded
from codesign.estimate.features import Quantity
from codesign.estimate.profile import Model, Profile, find_profile
from codesign.estimate.rtl_counts import NO_LAYERS, RtlCounts, rtl_counts
from codesign.estimate.rtl_engine import NO_ENGINE, EngineCounts
from codesign.estimate.rtl_modules import engine, is_engine, rtl_groups
from codesign.estimate.rtl_sums import (
    RtlPart,
    mean_stages,
    part_cost,
    part_ffs,
    part_luts,
    path_cycles,
)

_STAGES = (Evidence.LOGIC_SYNTH, Evidence.PLACED)
_SCHEDULED = "latency and initiation interval are those of the schedule"
_SHARE = "its share of the whole design by adder bits"
_TOOLS = {Evidence.LOGIC_SYNTH: "Yosys", Evidence.PLACED: "Vivado"}

FEW = 50.0
"""Look-up tables or flip-flops by which small designs are off whatever their size.

Source: of the 15 networks of ``rtl_facts.csv`` below 300 LUT, 13 are off by less. Relative ranges
are those of larger ones.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Module:
    """A module and what is reported of it as it is."""

    part: RtlPart
    name: str
    reuse_factor: int = 0
    latency: Figure
    interval: Figure = ONE
    notes: tuple[str, ...] = ()


def estimate_rtl(
    design: RtlDesign,
    network: QuantizedNetwork,
    hardware: HardwareConfig,
    *,
    target: Evidence = Evidence.LOGIC_SYNTH,
    profile: Profile | None = None,
) -> HardwareReport:
    """Return what an RTL design will cost, from its schedule.

    Args:
        design: As the RTL back end wrote it.
        network: What it computes.
        hardware: How it was built.
        target: Logic synthesis by Yosys, or place and route by Vivado.
        profile: The calibration; the shipped one where None.

    Raises:
        UnsupportedLayerError: If there is no model of a layer or a module, by its name.
        InvalidDesignError: If the stage has no model, or the profile is of another tool.
    """
    profile = _checked(network.name, profile or find_profile(Backend.RTL), target)
    layers = {layer.name: layer for layer in network.layers}
    bounds = intervals(network)
    modules = []
    for module in design.modules:
        if module.kind not in {"adder_graph", "engine", "delay"}:
            msg = f"{module.name}: there is no model of a module of kind {module.kind}"
            raise UnsupportedLayerError(msg)
        own = [layers[name] for name in module.layers]
        shares = module.kind == "engine"
        part = RtlPart(
            kind=module.kind,
            counts=rtl_counts(network, own, bounds) if own else NO_LAYERS,
            engine=engine(network, own, hardware, bounds) if shares else NO_ENGINE,
            cost=module.cost,
            registers=float(module.registers),
            cycles=module.latency_cycles,
            stage_ns=_stage_ns(hardware),
        )
        modules.append(
            _Module(
                part=part,
                name=", ".join(module.layers) or module.name,
                reuse_factor=module.reuse_factor,
                latency=Figure.exact(module.latency_cycles),
                interval=Figure.exact(module.initiation_interval),
                notes=(_SCHEDULED,),
            )
        )
    return _report(
        network.name,
        modules,
        hardware,
        target=target,
        profile=profile,
        latency=Figure.exact(design.latency_cycles),
    )


def estimate_rtl_network(
    network: QuantizedNetwork,
    hardware: HardwareConfig,
    *,
    target: Evidence = Evidence.LOGIC_SYNTH,
    profile: Profile | None = None,
) -> HardwareReport:
    """Return what a network will cost as RTL, before its RTL exists.

    Args:
        network: With the weights that it will be built with.
        hardware: How it will be built.
        target: Logic synthesis by Yosys, or place and route by Vivado.
        profile: The calibration; the shipped one where None.

    Raises:
        UnsupportedLayerError: If there is no model of a layer, by its name.
        InvalidDesignError: If a reuse factor is not legal, the stage has no model, or the profile
            is of another tool.
    """
    profile = _checked(network.name, profile or find_profile(Backend.RTL), target)
    if hardware.io_type is IoType.STREAM:
        msg = f"{network.name}: there is no model of {IoType.STREAM} in RTL; use {IoType.PARALLEL}"
        raise UnsupportedLayerError(msg)
    bounds = intervals(network)
    groups = rtl_groups(network)
    counts = [rtl_counts(network, group, bounds) for group in groups]
    modules: list[_Module] = []
    begun = 0.0
    for group, own in zip(groups, counts, strict=True):
        if is_engine(group[0], hardware):
            found = engine(network, group, hardware, bounds)
            factor = hardware.layer(group[0].name).reuse_factor or 1
            modules.append(_expected_engine(group, own, found, reuse_factor=factor))
        else:
            modules.append(_expected_graph(group, own, hardware, begun=begun, profile=profile))
            begun += modules[-1].part.cycles
    latency = ZERO
    graphs = [module.part.counts for module in modules if module.part.kind == "adder_graph"]
    if graphs:
        path = profile.model(Quantity.RTL_PATH)
        cycles = path_cycles(graphs, stage_ns=_stage_ns(hardware), model=path)
        latency = _cycles(cycles, path, least=1)
        modules.append(_output_register(network))
    for module in modules:
        if module.part.kind == "engine":
            latency += module.latency
    return _report(network.name, modules, hardware, target=target, profile=profile, latency=latency)


def _stage_ns(hardware: HardwareConfig) -> float:
    """Return the longest path between two registers that a design is pipelined for."""
    clock = hardware.clock
    return hardware.rtl.stage_ns or clock.period_ns * (1 - clock.uncertainty_percent / 100)


def _expected_engine(
    group: Sequence[AnyLayer], counts: RtlCounts, found: EngineCounts, *, reuse_factor: int
) -> _Module:
    cycles = found.latency_cycles + counts.after
    return _Module(
        part=RtlPart(kind="engine", counts=counts, engine=found, cycles=cycles),
        name=_names(group),
        reuse_factor=reuse_factor,
        latency=Figure.exact(cycles),
        interval=Figure.exact(reuse_factor),
    )


def _expected_graph(
    group: Sequence[AnyLayer],
    counts: RtlCounts,
    hardware: HardwareConfig,
    *,
    begun: float,
    profile: Profile,
) -> _Module:
    """Return a graph that begins so many stages after the input: registers are where stages end."""
    path = profile.model(Quantity.RTL_PATH)
    stage = _stage_ns(hardware)
    stages = mean_stages(counts, stage_ns=stage, model=path)
    return _Module(
        part=RtlPart(kind="adder_graph", counts=counts, cycles=stages, stage_ns=stage),
        name=_names(group),
        reuse_factor=1 if counts.digits else 0,
        latency=_cycles(floor(begun + stages) - floor(begun), path, least=0),
    )


def _names(group: Sequence[AnyLayer]) -> str:
    return ", ".join(layer.name for layer in group)


def _cycles(cycles: int, path: Model, *, least: int) -> Figure:
    found = path.figure(cycles)
    return Figure(value=cycles, low=max(found.low, least), high=max(found.high, least))


def _output_register(network: QuantizedNetwork) -> _Module:
    """Return the register in which all outputs meet."""
    tensors = [network.tensor(name) for name in dict.fromkeys(network.outputs)]
    bits = sum(prod(tensor.shape) * tensor.precision.width for tensor in tensors)
    part = RtlPart(kind="delay", registers=float(bits), cycles=1)
    return _Module(part=part, name="outputs", latency=ONE)


def _report(
    name: str,
    modules: Sequence[_Module],
    hardware: HardwareConfig,
    *,
    target: Evidence,
    profile: Profile,
    latency: Figure,
) -> HardwareReport:
    _check(modules, target)
    total = _total(modules, target=target, profile=profile)
    layers = tuple(
        _layer(each, modules, total, hardware, target=target, profile=profile) for each in modules
    )
    intervals_ = [each.interval.value for each in modules]
    return HardwareReport(
        design=name,
        evidence=Evidence.ESTIMATED,
        target=target,
        device=hardware.part.name,
        period_ns=hardware.clock.period_ns,
        tool=_TOOLS[target],
        profile=profile.name,
        layers=layers,
        usage=total,
        latency_cycles=latency,
        initiation_interval=Figure.exact(max(intervals_, default=1)),
        held_out=tuple(error for model in profile.models for error in model.held_out),
    )


def _checked(name: str, profile: Profile, target: Evidence) -> Profile:
    if target not in _STAGES:
        msg = f"{name}: RTL is not estimated after {target}; choose from {', '.join(_STAGES)}"
        raise InvalidDesignError(msg)
    if profile.backend is not Backend.RTL:
        msg = f"profile {profile.name} is for {profile.backend}, the design for {Backend.RTL}"
        raise InvalidDesignError(msg)
    return profile


def _check(modules: Sequence[_Module], target: Evidence) -> None:
    engines = [each.name for each in modules if each.part.kind == "engine"]
    if target is Evidence.PLACED and engines:
        msg = (
            f"{engines[0]}: layers that share multipliers have no model after place and route; "
            f"estimate {Evidence.LOGIC_SYNTH}"
        )
        raise UnsupportedLayerError(msg)


def _total(modules: Sequence[_Module], *, target: Evidence, profile: Profile) -> Usage:
    """Return the usage of the whole; ranges are those of whole designs, where there are any."""
    parts = [each.part for each in modules]
    if target is Evidence.PLACED:
        cost = sum(part_cost(part, profile) for part in parts)
        lut, ff = (profile.model(name) for name in (Quantity.PLACED_LUT, Quantity.PLACED_FF))
        features = {"cost": cost, "unit": 1.0}
        expected = profile.model(Quantity.RTL_COST) if _is_forecast(parts) else None
        return Usage(
            lut=rounded(widened(lut.figure(lut.predict(features)), expected)),
            ff=rounded(widened(ff.figure(ff.predict(features)), expected)),
        )
    usages = [_usage(part, profile) for part in parts]
    whole = sum(usages, start=Usage())
    if any(part.kind == "engine" for part in parts):
        return replace(whole, lut=_loosened(whole.lut), ff=_loosened(whole.ff))
    names = (Quantity.RTL_DESIGN_LUT, Quantity.RTL_DESIGN_FF)
    if _is_forecast(parts):
        names = (Quantity.RTL_FORECAST_LUT, Quantity.RTL_FORECAST_FF)
    lut, ff = (profile.model(name) for name in names)
    return Usage(
        lut=rounded(_loosened(lut.figure(whole.lut.value))),
        ff=rounded(_loosened(ff.figure(whole.ff.value))),
    )


def _loosened(figure: Figure) -> Figure:
    """Return a figure of a whole design whose range holds small ones too."""
    low, high = max(figure.low - FEW, 0.0), figure.high + FEW
    return Figure(value=figure.value, low=low, high=high)


def _is_forecast(parts: Sequence[RtlPart]) -> bool:
    return any(part.kind == "adder_graph" and part.cost is None for part in parts)


def widened(figure: Figure, expected: object) -> Figure:
    """Return a figure whose range also holds that of what it is computed from."""
    if expected is None:
        return figure
    low, high = getattr(expected, "low", 1.0), getattr(expected, "high", 1.0)
    return Figure(value=figure.value, low=figure.low * low, high=figure.high * high)


def _usage(part: RtlPart, profile: Profile) -> Usage:
    luts, lut = part_luts(part, profile)
    ffs, ff = part_ffs(part, profile)
    figure = lut.figure(luts) if lut else ZERO
    if part.cost is None and part.kind == "adder_graph" and part.counts.digits:
        figure = widened(figure, profile.model(Quantity.RTL_COST))
    return Usage(lut=rounded(figure), ff=rounded(ff.figure(ffs)), dsp=Figure.exact(part.engine.dsp))


def _layer(
    module: _Module,
    modules: Sequence[_Module],
    total: Usage,
    hardware: HardwareConfig,
    *,
    target: Evidence,
    profile: Profile,
) -> LayerReport:
    own = module.part
    notes = module.notes
    if target is Evidence.PLACED:
        whole = sum(part_cost(each.part, profile) for each in modules) or 1.0
        share = part_cost(own, profile) / whole
        usage = Usage(lut=rounded(_scaled(total.lut, share)), ff=rounded(_scaled(total.ff, share)))
        notes = (*notes, _SHARE)
    else:
        usage = _usage(own, profile)
    return LayerReport(
        name=module.name,
        kind=own.kind,
        reuse_factor=module.reuse_factor,
        usage=usage,
        latency_cycles=module.latency,
        initiation_interval=module.interval,
        notes=notes,
        outside=_outside(module, hardware, target=target, profile=profile),
    )


def _scaled(figure: Figure, share: float) -> Figure:
    return Figure(value=figure.value * share, low=figure.low * share, high=figure.high * share)


def _outside(
    module: _Module, hardware: HardwareConfig, *, target: Evidence, profile: Profile
) -> tuple[str, ...]:
    """Return where a module lies outside of what its models were calibrated on."""
    family = hardware.part.family
    flags = []
    if family is not profile.family:
        flags.append(f"{family} parts were not calibrated; figures are of {profile.family}")
    if module.part.kind == "delay" or target is Evidence.PLACED:
        return tuple(flags)
    counts = module.part.counts
    values = {"period_ns": hardware.clock.period_ns, "cost": part_cost(module.part, profile)}
    if counts.digits:
        values |= {name: getattr(counts, name) for name in ("inputs", "outputs", "data_width")}
    if counts.table_luts or counts.product_bits:
        flags.append("tables and products of two variables were not calibrated in RTL")
    quantity = Quantity.RTL_COST if counts.digits else Quantity.RTL_MOVES_LUT
    if module.part.kind == "engine":
        quantity = Quantity.RTL_ENGINE_LUT
    for limits in profile.model(quantity).ranges:
        value = values.get(limits.name)
        if value is not None and not limits.low <= value <= limits.high:
            flags.append(limits.complaint(value))
    return tuple(flags)
