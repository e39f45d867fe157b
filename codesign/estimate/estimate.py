"""The estimate of a network: each layer by its model, and the whole.

Ranges of layers add up end by end: the layers of one design come from one tool, whose deviations
go the same way.
"""

from collections.abc import Sequence
from math import prod

from codesign.design.hardware import Backend, HardwareConfig, IoType, Strategy
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    Dense,
    Reshape,
    Scale,
    Slice,
    Softmax,
    Table,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.report import Evidence, Figure, HardwareReport, LayerReport, Usage
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.estimate import elements
from codesign.estimate.cost import FREE, Cost
from codesign.estimate.kernel import read_kernel
from codesign.estimate.profile import Profile, find_profile
from codesign.estimate.reuse import check_factor
from codesign.estimate.rtl import estimate_rtl_network
from codesign.estimate.shared import shared
from codesign.estimate.unrolled import unrolled

_STAGES = (Evidence.CSYNTH, Evidence.LOGIC_SYNTH)
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
    costs = [_cost(layer, network, hardware, profile) for layer in network.layers]
    layers = tuple(
        _report(layer, cost, hardware, target=target, profile=profile)
        for layer, cost in zip(network.layers, costs, strict=True)
    )
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
        latency_cycles=_latency(costs),
        initiation_interval=_interval(costs),
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
    if hardware.io_type is IoType.STREAM:
        msg = f"{network.name}: there is no model of {IoType.STREAM}; estimate {IoType.PARALLEL}"
        raise UnsupportedLayerError(msg)


def _cost(
    layer: AnyLayer, network: QuantizedNetwork, hardware: HardwareConfig, profile: Profile
) -> Cost:
    data = network.precision(layer.inputs[0])
    match layer:
        case Dense() | Scale():
            return _weighted(layer, network, hardware, profile)
        case Activation():
            return elements.activation(layer, data)
        case Softmax():
            return elements.softmax(layer)
        case Table():
            return elements.table(layer)
        case Reshape() | Slice() | Transpose() | Concatenate() | ZeroPad() | UpSample():
            grids = {network.precision(name) for name in layer.inputs}
            if grids == {layer.precision}:
                return FREE
            return elements.cast(data, layer.precision, elements=prod(layer.shape))
        case _:
            msg = (
                f"{layer.name}: there is no model of what a layer of kind {layer.kind} costs; "
                "synthesize the design instead"
            )
            raise UnsupportedLayerError(msg)


def _weighted(
    layer: Dense | Scale, network: QuantizedNetwork, hardware: HardwareConfig, profile: Profile
) -> Cost:
    source = network.shape(layer.inputs[0])
    if len(source) != 1:
        msg = f"{layer.name}: there is no model of a {layer.kind} layer over data of shape {source}"
        raise UnsupportedLayerError(msg)
    kernel = read_kernel(layer, network.precision(layer.inputs[0]))
    period = hardware.clock.period_ns
    cast = elements.cast(layer.accumulator, layer.precision, elements=kernel.outputs)
    if isinstance(layer, Scale):
        return _joined(unrolled(kernel, reuse_factor=1, period_ns=period, profile=profile), cast)
    own = hardware.layer(layer.name)
    factor, strategy = own.reuse_factor or 1, own.strategy or hardware.strategy
    sizes = {"inputs": kernel.inputs, "outputs": kernel.outputs}
    check_factor(layer.name, **sizes, factor=factor, strategy=strategy)
    if strategy is Strategy.RESOURCE and factor > 1:
        cost = shared(kernel, reuse_factor=factor, period_ns=period, profile=profile)
    else:
        cost = unrolled(
            kernel,
            reuse_factor=factor,
            period_ns=period,
            profile=profile,
            is_pipelined=strategy is Strategy.LATENCY,
        )
    return _joined(cost, cast)


def _joined(cost: Cost, cast: Cost) -> Cost:
    return Cost(
        csynth=cost.csynth + cast.csynth,
        logic=cost.logic + cast.logic,
        latency_cycles=cost.latency_cycles,
        initiation_interval=cost.initiation_interval,
        is_registered=cost.is_registered,
        notes=cost.notes,
        outside=cost.outside,
        logic_outside=cost.logic_outside,
    )


def _report(
    layer: AnyLayer, cost: Cost, hardware: HardwareConfig, *, target: Evidence, profile: Profile
) -> LayerReport:
    own = hardware.layer(layer.name)
    is_shared = isinstance(layer, Dense)
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
        usage=cost.csynth if target is Evidence.CSYNTH else cost.logic,
        latency_cycles=cost.latency_cycles,
        initiation_interval=cost.initiation_interval,
        notes=cost.notes,
        outside=flags,
    )


def _sum(usages: Sequence[Usage]) -> Usage:
    total = Usage()
    for usage in usages:
        total += usage
    return total


def _latency(costs: Sequence[Cost]) -> Figure:
    """Return the cycles of layers one after the other, each with the register of its output."""
    total = Figure.exact(_INPUT_REGISTER)
    for cost in costs:
        total += cost.latency_cycles
        if cost.is_registered:
            total += Figure.exact(1)
    return total


def _interval(costs: Sequence[Cost]) -> Figure:
    """Return the interval of the slowest layer.

    Source:
        hls4ml 1.3.0, ``pipeline_style``: one pipeline whose interval is the reuse factor, or a
        dataflow of stages, as fast as its slowest.
    """
    intervals = [cost.initiation_interval for cost in costs]
    ends = (
        [interval.value for interval in intervals],
        [interval.low for interval in intervals],
        [interval.high for interval in intervals],
    )
    value, low, high = (max(numbers, default=1.0) for numbers in ends)
    return Figure(value=value, low=low, high=high)
