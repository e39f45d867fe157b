"""What another reuse factor, strategy or weight would cost, without training anything anew."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeGuard

import numpy as np

from codesign.design.constant import Constant
from codesign.design.hardware import Backend, HardwareConfig, LayerHardware, Strategy
from codesign.design.layers import AnyLayer, Conv, Dense, DepthwiseConv
from codesign.design.network import QuantizedNetwork
from codesign.design.report import HardwareReport, known
from codesign.errors import InvalidDesignError
from codesign.estimate.estimate import estimate
from codesign.estimate.fits import Demand
from codesign.estimate.profile import Profile
from codesign.estimate.reuse import nearest_factor

_Shared = Dense | Conv | DepthwiseConv


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a design and what it would do.

    Attributes:
        text: What to change, in words.
        before: Of the resource that runs out first, the most likely number.
        after: The same with the change.
        latency_cycles: From input to output, with the change.
        initiation_interval: With the change.
    """

    text: str
    before: float
    after: float
    latency_cycles: float
    initiation_interval: float


def with_reuse_factor(
    network: QuantizedNetwork, hardware: HardwareConfig, factor: int
) -> HardwareConfig:
    """Return the hardware with the legal reuse factor of each layer that is nearest to one.

    Args:
        network: Whose layers.
        hardware: How it is built now.
        factor: The one asked for.

    Raises:
        InvalidDesignError: If the factor is below 1.
    """
    if factor < 1:
        msg = f"a reuse factor of {factor} is below 1; write how often a multiplier is used"
        raise InvalidDesignError(msg)
    layers = []
    for layer in network.layers:
        if _is_shared(layer, hardware):
            inputs, outputs = _matrix(layer)
            strategy = hardware.layer(layer.name).strategy or hardware.strategy
            nearest = nearest_factor(
                inputs=inputs, outputs=outputs, factor=factor, strategy=strategy
            )
            layers.append(LayerHardware(name=layer.name, reuse_factor=nearest, strategy=strategy))
    return replace(hardware, layers=tuple(layers))


def sweep_reuse(
    network: QuantizedNetwork,
    hardware: HardwareConfig,
    factors: Iterable[int],
    *,
    profile: Profile | None = None,
) -> tuple[HardwareReport, ...]:
    """Return an estimate for each reuse factor; each layer takes the nearest legal one.

    Args:
        network: The trained network.
        hardware: How it is built but for the reuse factors.
        factors: What to try.
        profile: As in :func:`codesign.estimate.estimate`.
    """
    return tuple(
        estimate(network, with_reuse_factor(network, hardware, factor), profile=profile)
        for factor in factors
    )


def suggest_changes(
    network: QuantizedNetwork,
    hardware: HardwareConfig,
    demand: Demand,
    *,
    profile: Profile | None = None,
) -> tuple[Change, ...]:
    """Return changes that lower what runs out first, the most effective first.

    Args:
        network: The trained network.
        hardware: How it is built.
        demand: What runs out first, of :class:`codesign.estimate.fits.Fit`.
        profile: As in :func:`codesign.estimate.estimate`.
    """
    found = []
    for layer in network.layers:
        if not _is_shared(layer, hardware):
            continue
        for text, changed in _hardware_changes(layer, hardware):
            report = estimate(network, changed, profile=profile)
            found.append(_change(text, demand, report))
        coarser = _coarser(network, layer)
        text = f"{layer.name}: weights of one bit less"
        found.append(_change(text, demand, estimate(coarser, hardware, profile=profile)))
    useful = [change for change in found if change.after < change.before]
    return tuple(sorted(useful, key=lambda change: change.after))


def _is_shared(layer: AnyLayer, hardware: HardwareConfig) -> TypeGuard[_Shared]:
    """Return whether a layer has multipliers to share; in RTL depthwise convolutions have none."""
    if hardware.backend is Backend.RTL:
        return isinstance(layer, Dense | Conv)
    return isinstance(layer, _Shared)


def _matrix(layer: _Shared) -> tuple[int, int]:
    """Return inputs and outputs of the matrix that makes one pixel."""
    outputs = layer.shape[-1]
    return layer.kernel.values.size // outputs, outputs


def _hardware_changes(
    layer: _Shared, hardware: HardwareConfig
) -> Iterable[tuple[str, HardwareConfig]]:
    """Return a doubled reuse factor, and strategy resource where it is not used."""
    own = hardware.layer(layer.name)
    inputs, outputs = _matrix(layer)
    sizes = {"inputs": inputs, "outputs": outputs}
    factor, strategy = own.reuse_factor or 1, own.strategy or hardware.strategy
    doubled = nearest_factor(**sizes, factor=2 * factor, strategy=strategy)
    if doubled > factor:
        yield (
            f"{layer.name}: reuse_factor {doubled}",
            _with_layer(hardware, replace(own, reuse_factor=doubled)),
        )
    if strategy is Strategy.LATENCY and not isinstance(layer, DepthwiseConv):
        shared = nearest_factor(**sizes, factor=inputs, strategy=Strategy.RESOURCE)
        changed = replace(own, reuse_factor=shared, strategy=Strategy.RESOURCE)
        yield (
            f"{layer.name}: strategy resource, reuse_factor {shared}",
            _with_layer(hardware, changed),
        )


def _with_layer(hardware: HardwareConfig, own: LayerHardware) -> HardwareConfig:
    others = [layer for layer in hardware.layers if layer.name != own.name]
    return replace(hardware, layers=(*others, own))


def _coarser(network: QuantizedNetwork, layer: _Shared) -> QuantizedNetwork:
    """Return the network with the last bit of one layer's weights rounded away, halves to even."""
    kernel = layer.kernel
    even = 2 * np.rint(kernel.values / 2).astype(np.int64)
    top = kernel.precision.max_hw - kernel.precision.max_hw % 2
    rounded = Constant(values=np.minimum(even, top), precision=kernel.precision)
    changed = replace(layer, kernel=rounded)
    layers = tuple(changed if other is layer else other for other in network.layers)
    return replace(network, layers=layers)


def _change(text: str, demand: Demand, report: HardwareReport) -> Change:
    if demand.name == "latency_ns":
        after = known(report.latency_ns, "latency").value
    else:
        after = getattr(report.usage, demand.name).value
    return Change(
        text=text,
        before=demand.used.value,
        after=after,
        latency_cycles=known(report.latency_cycles, "latency").value,
        initiation_interval=known(report.initiation_interval, "initiation interval").value,
    )
