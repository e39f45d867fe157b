"""From modules of RTL to a report: each by itself, the whole with the range of whole designs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from codesign.design.hardware import HardwareConfig
from codesign.design.report import (
    ONE,
    ZERO,
    Evidence,
    Figure,
    HardwareReport,
    LayerReport,
    Usage,
)
from codesign.errors import UnsupportedLayerError
from codesign.estimate.cost import rounded
from codesign.estimate.features import Quantity
from codesign.estimate.profile import Model, Profile
from codesign.estimate.rtl_sums import RtlPart, part_cost, part_ffs, part_luts

_SHARE = "its share of the whole design by adder bits"
_TOOLS = {Evidence.LOGIC_SYNTH: "Yosys", Evidence.PLACED: "Vivado"}

_FEW = 50.0
"""Look-up tables or flip-flops by which small designs are off whatever their size.

Source: of the 15 networks of ``rtl_facts.csv`` below 300 LUT, 13 are off by less. Relative ranges
are those of larger ones.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module and what is reported of it as it is."""

    part: RtlPart
    name: str
    reuse_factor: int = 0
    latency: Figure
    interval: Figure = ONE
    notes: tuple[str, ...] = ()


def rtl_report(
    name: str,
    modules: Sequence[Module],
    hardware: HardwareConfig,
    *,
    target: Evidence,
    profile: Profile,
    latency: Figure,
) -> HardwareReport:
    """Return what a design of some modules costs.

    Args:
        name: Of the design.
        modules: In the order of the data.
        hardware: How it is built.
        target: Logic synthesis by Yosys, or place and route by Vivado.
        profile: The calibration.
        latency: Of the whole, in cycles.

    Raises:
        UnsupportedLayerError: If a module has no model after that stage.
    """
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


def _check(modules: Sequence[Module], target: Evidence) -> None:
    engines = [each.name for each in modules if each.part.kind == "engine"]
    if target is Evidence.PLACED and engines:
        msg = (
            f"{engines[0]}: layers that share multipliers have no model after place and route; "
            f"estimate {Evidence.LOGIC_SYNTH}"
        )
        raise UnsupportedLayerError(msg)


def _total(modules: Sequence[Module], *, target: Evidence, profile: Profile) -> Usage:
    """Return the usage of the whole; ranges are those of whole designs, where there are any."""
    parts = [each.part for each in modules]
    if target is Evidence.PLACED:
        cost = sum(part_cost(part, profile) for part in parts)
        lut, ff = (profile.model(name) for name in (Quantity.PLACED_LUT, Quantity.PLACED_FF))
        features = {"cost": cost, "unit": 1.0}
        expected = profile.model(Quantity.RTL_COST) if _is_forecast(parts) else None
        return Usage(
            lut=rounded(_widened(lut.figure(lut.predict(features)), expected)),
            ff=rounded(_widened(ff.figure(ff.predict(features)), expected)),
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
    low, high = max(figure.low - _FEW, 0.0), figure.high + _FEW
    return Figure(value=figure.value, low=low, high=high)


def _is_forecast(parts: Sequence[RtlPart]) -> bool:
    return any(part.kind == "adder_graph" and part.cost is None for part in parts)


def _widened(figure: Figure, expected: Model | None) -> Figure:
    """Return a figure whose range also holds that of what it is computed from."""
    if expected is None:
        return figure
    return Figure(
        value=figure.value, low=figure.low * expected.low, high=figure.high * expected.high
    )


def _usage(part: RtlPart, profile: Profile) -> Usage:
    luts, lut = part_luts(part, profile)
    ffs, ff = part_ffs(part, profile)
    figure = lut.figure(luts) if lut else ZERO
    if part.cost is None and part.kind == "adder_graph" and part.counts.digits:
        figure = _widened(figure, profile.model(Quantity.RTL_COST))
    return Usage(lut=rounded(figure), ff=rounded(ff.figure(ffs)), dsp=Figure.exact(part.engine.dsp))


def _layer(
    module: Module,
    modules: Sequence[Module],
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
    module: Module, hardware: HardwareConfig, *, target: Evidence, profile: Profile
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
