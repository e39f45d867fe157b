"""What a design of our own RTL costs: after open synthesis, or after place and route.

Where the schedule is at hand, latency and initiation interval are those of the schedule, and
look-up tables follow from the adder bits of its graphs. Where only the network is, adder bits,
registers and latency are expected from its constants. Engines follow the rules that build them.
"""

from collections.abc import Sequence
from math import floor, prod

from codesign.design.hardware import Backend, HardwareConfig, IoType
from codesign.design.intervals import intervals
from codesign.design.layers import AnyLayer
from codesign.design.network import QuantizedNetwork
from codesign.design.report import ONE, ZERO, Evidence, Figure, HardwareReport
from codesign.design.rtl import RtlDesign
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.estimate.features import Quantity
from codesign.estimate.profile import Model, Profile, find_profile
from codesign.estimate.rtl_counts import NO_LAYERS, RtlCounts, rtl_counts
from codesign.estimate.rtl_engine import NO_ENGINE, EngineCounts
from codesign.estimate.rtl_modules import engine, is_engine, rtl_groups
from codesign.estimate.rtl_report import Module, rtl_report
from codesign.estimate.rtl_sums import RtlPart, mean_stages, path_cycles

_STAGES = (Evidence.LOGIC_SYNTH, Evidence.PLACED)
_SCHEDULED = "latency and initiation interval are those of the schedule"


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
            Module(
                part=part,
                name=", ".join(module.layers) or module.name,
                reuse_factor=module.reuse_factor,
                latency=Figure.exact(module.latency_cycles),
                interval=Figure.exact(module.initiation_interval),
                notes=(_SCHEDULED,),
            )
        )
    return rtl_report(
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
    modules: list[Module] = []
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
    return rtl_report(
        network.name, modules, hardware, target=target, profile=profile, latency=latency
    )


def _stage_ns(hardware: HardwareConfig) -> float:
    """Return the longest path between two registers that a design is pipelined for."""
    clock = hardware.clock
    return hardware.rtl.stage_ns or clock.period_ns * (1 - clock.uncertainty_percent / 100)


def _expected_engine(
    group: Sequence[AnyLayer], counts: RtlCounts, found: EngineCounts, *, reuse_factor: int
) -> Module:
    cycles = found.latency_cycles + counts.after
    return Module(
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
) -> Module:
    """Return a graph that begins so many stages after the input: registers are where stages end."""
    path = profile.model(Quantity.RTL_PATH)
    stage = _stage_ns(hardware)
    stages = mean_stages(counts, stage_ns=stage, model=path)
    return Module(
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


def _output_register(network: QuantizedNetwork) -> Module:
    """Return the register in which all outputs meet."""
    tensors = [network.tensor(name) for name in dict.fromkeys(network.outputs)]
    bits = sum(prod(tensor.shape) * tensor.precision.width for tensor in tensors)
    part = RtlPart(kind="delay", registers=float(bits), cycles=1)
    return Module(part=part, name="outputs", latency=ONE)


def _checked(name: str, profile: Profile, target: Evidence) -> Profile:
    if target not in _STAGES:
        msg = f"{name}: RTL is not estimated after {target}; choose from {', '.join(_STAGES)}"
        raise InvalidDesignError(msg)
    if profile.backend is not Backend.RTL:
        msg = f"profile {profile.name} is for {profile.backend}, the design for {Backend.RTL}"
        raise InvalidDesignError(msg)
    return profile
