"""The estimate of a network: each layer by its model, and the whole.

Ranges of layers add up end by end: the layers of one design come from one tool, whose deviations
go the same way.
"""

from collections.abc import Iterable, Mapping, Sequence

from codesign.design.hardware import Backend, HardwareConfig, IoType
from codesign.design.layers import AnyLayer, Conv, Dense, DepthwiseConv
from codesign.design.network import QuantizedNetwork
from codesign.design.report import ONE, Evidence, Figure, HardwareReport, LayerReport, Usage
from codesign.errors import InvalidDesignError
from codesign.estimate.cost import Cost, rounded, whole
from codesign.estimate.layer_costs import layer_costs
from codesign.estimate.profile import Profile, find_profile
from codesign.estimate.rtl import estimate_rtl_network
from codesign.estimate.streams import stream_latency

_STAGES = (Evidence.CSYNTH, Evidence.LOGIC_SYNTH)
_SHARED = (Dense, Conv, DepthwiseConv)
_INPUT_REGISTER = 1
"""Source: a four-layer MLP of nrp-nautilus/6nrp-hls4ml@3a010ef: 15 cycles, of which 9 in layers."""


def estimate(
    network: QuantizedNetwork,
    hardware: HardwareConfig,
    *,
    target: Evidence | None = None,
    profile: Profile | None = None,
) -> HardwareReport:
    """Return what a network will cost, with ranges.

    Args:
        network: With the weights that it will be built with.
        hardware: How it will be built.
        target: The stage whose report is predicted: C-synthesis or logic synthesis; of RTL, logic
            synthesis or place and route. The first of these where None.
        profile: The calibration; that of the back end's tool generation where None.

    Raises:
        UnsupportedLayerError: If there is no model of a layer, by its name.
        InvalidDesignError: If a reuse factor is not legal, a stage has no model, or the profile is
            of another tool.
    """
    if hardware.backend is Backend.RTL:
        stage = target or Evidence.LOGIC_SYNTH
        return estimate_rtl_network(network, hardware, target=stage, profile=profile)
    target = target or Evidence.CSYNTH
    profile = profile or find_profile(hardware.backend)
    _check(network, hardware, target=target, profile=profile)
    costs = layer_costs(network, hardware, profile)
    layers = tuple(
        _report(layer, costs[layer.name], hardware, target=target, profile=profile)
        for layer in network.layers
    )
    streams = hardware.io_type is IoType.STREAM
    return HardwareReport(
        design=network.name,
        evidence=Evidence.ESTIMATED,
        target=target,
        device=hardware.part.name,
        period_ns=hardware.clock.period_ns,
        tool="Vitis HLS" if hardware.backend is Backend.VITIS else "Vivado HLS",
        profile=profile.name,
        layers=layers,
        usage=_sum([layer.usage for layer in layers]),
        latency_cycles=stream_latency(network, costs) if streams else _latency(network, costs),
        initiation_interval=_interval(costs.values(), streams=streams),
        held_out=tuple(error for model in profile.models for error in model.held_out),
    )


def _check(
    network: QuantizedNetwork, hardware: HardwareConfig, *, target: Evidence, profile: Profile
) -> None:
    if target not in _STAGES:
        msg = f"{network.name}: {target} is not estimated; choose from {', '.join(_STAGES)}"
        raise InvalidDesignError(msg)
    if profile.backend is not hardware.backend:
        msg = f"profile {profile.name} is for {profile.backend}, the design for {hardware.backend}"
        raise InvalidDesignError(msg)
    known = [layer.name for layer in network.layers if isinstance(layer, _SHARED)]
    for own in hardware.layers:
        if own.name not in known:
            msg = (
                f"hardware.layers: {own.name!r} is no layer with multipliers to share; layers that "
                f"can be configured are {', '.join(known) or 'none'}"
            )
            raise InvalidDesignError(msg)


def _report(
    layer: AnyLayer, cost: Cost, hardware: HardwareConfig, *, target: Evidence, profile: Profile
) -> LayerReport:
    own = hardware.layer(layer.name)
    is_shared = isinstance(layer, _SHARED)
    family = hardware.part.family
    flags = cost.outside
    if target is Evidence.LOGIC_SYNTH:
        flags = (*flags, *cost.logic_outside)
    if family is not profile.family:
        flags = (f"{family} parts were not calibrated; figures are of {profile.family}", *flags)
    return LayerReport(
        name=layer.name,
        kind=layer.kind,
        strategy=str(own.strategy) if is_shared else "",
        reuse_factor=own.reuse_factor or 1 if is_shared else 0,
        usage=whole(cost.csynth if target is Evidence.CSYNTH else cost.logic),
        latency_cycles=rounded(cost.latency_cycles),
        initiation_interval=rounded(cost.initiation_interval),
        notes=cost.notes,
        outside=flags,
    )


def _sum(usages: Sequence[Usage]) -> Usage:
    total = Usage()
    for usage in usages:
        total += usage
    return total


def _latency(network: QuantizedNetwork, costs: Mapping[str, Cost]) -> Figure:
    """Return the cycles of the longest way, each layer with the register of its output."""
    ends = {source.name: Figure.exact(_INPUT_REGISTER) for source in network.inputs}
    for layer in network.layers:
        cost = costs[layer.name]
        taken = cost.latency_cycles + Figure.exact(int(cost.is_registered))
        ends[layer.name] = _latest([ends[name] for name in layer.inputs]) + taken
    return rounded(_latest([ends[name] for name in network.outputs]))


def _interval(costs: Iterable[Cost], *, streams: bool) -> Figure:
    """Return the interval of the slowest layer; with streams, a cycle more to start it again.

    Source:
        hls4ml 1.3.0, ``pipeline_style``: one pipeline whose interval is the reuse factor, or a
        dataflow of stages, as fast as its slowest. The cycle more: designs of
        hftsoi/sparse-pixels@4a81ebf.
    """
    slowest = rounded(_latest([ONE, *(cost.initiation_interval for cost in costs)]))
    return slowest + Figure(value=1, low=0, high=1) if streams else slowest


def _latest(figures: Sequence[Figure]) -> Figure:
    """Return the largest, end by end."""
    return Figure(
        value=max(figure.value for figure in figures),
        low=max(figure.low for figure in figures),
        high=max(figure.high for figure in figures),
    )
