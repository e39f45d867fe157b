"""Rows of a table of RTL facts, from the modules of a design and what a tool counted of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codesign.design.hardware import HardwareConfig
from codesign.design.intervals import intervals
from codesign.design.network import QuantizedNetwork
from codesign.design.report import Evidence, Usage
from codesign.design.rtl import RtlModule
from codesign.estimate.rtl_counts import NO_LAYERS, rtl_counts
from codesign.estimate.rtl_engine import NO_ENGINE
from codesign.estimate.rtl_facts import RtlFact
from codesign.estimate.rtl_modules import engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where rows come from.

    Attributes:
        source: Who made them: repository and commit, or the command that makes them again.
        licence: Of the source.
        group: The network; never split between fit and judgement.
        tool: That counted, with its version.
    """

    source: str
    licence: str
    group: str
    tool: str


def rtl_rows(
    modules: Sequence[RtlModule],
    usages: Mapping[str, Usage],
    network: QuantizedNetwork,
    hardware: HardwareConfig,
    origin: Origin,
) -> tuple[RtlFact, ...]:
    """Return a row a module.

    Args:
        modules: As scheduled.
        usages: What open synthesis counted, by the name of the module; none where only a schedule
            was made.
        network: What they compute.
        hardware: How they are built.
        origin: Where they come from.

    Raises:
        UnsupportedLayerError: If there is no model of a layer, by its name.
    """
    layers = {layer.name: layer for layer in network.layers}
    bounds = intervals(network)
    rows = []
    for module in modules:
        own = [layers[name] for name in module.layers]
        usage = usages.get(module.name)
        shares = module.kind == "engine"
        rows.append(
            RtlFact(
                source=origin.source,
                licence=origin.licence,
                group=origin.group,
                tool=origin.tool,
                stage=Evidence.LOGIC_SYNTH,
                part=hardware.part.name,
                period_ns=hardware.clock.period_ns,
                kind=module.kind,
                counts=rtl_counts(network, own, bounds) if own else NO_LAYERS,
                engine=engine(network, own, hardware, bounds) if shares else NO_ENGINE,
                cost=module.cost,
                registers=float(module.registers),
                latency_cycles=module.latency_cycles,
                lut=usage.resources.lut if usage else None,
                ff=usage.resources.ff if usage else None,
                dsp=usage.resources.dsp if usage else None,
            )
        )
    return tuple(rows)
