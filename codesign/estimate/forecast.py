"""Everything that is asked of a design before any tool runs, in one record."""

from collections.abc import Sequence
from dataclasses import dataclass

from codesign.design.hardware import Backend, HardwareConfig
from codesign.design.network import QuantizedNetwork
from codesign.design.report import Evidence, HardwareReport, known
from codesign.errors import InvalidDesignError
from codesign.estimate.energy import EnergyEstimate, energy
from codesign.estimate.estimate import estimate
from codesign.estimate.fits import BUNCH_CROSSING_NS, Demand, Fit, check_fit
from codesign.estimate.profile import Profile
from codesign.estimate.published_designs import PublishedDesign, published_for
from codesign.estimate.rtl_modules import is_engine
from codesign.estimate.what_if import Change, suggest_changes, sweep_reuse
from codesign.metrics.bit_operations import network_bops, network_ebops


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a design will cost, whether it fits, and what would change that.

    Attributes:
        stages: By C-synthesis, by logic synthesis; of RTL by logic synthesis and, where no layer
            shares multipliers, after place and route.
        fit: By the last of them, which is closest to the chip.
        lowered: What runs out first by the first, where changes are compared.
        changes: What would lower it.
        reuse_factors: What else was tried.
        sweep: By the first, one a reuse factor.
        bops: Bit operations of an inference.
        ebops: Effective bit operations of an inference.
        energy: By the last of the stages, with an inference every bunch crossing or as often as one
            can enter; None where ``without_energy`` says why.
        without_energy: Why there is no model of its energy, empty where there is one.
        published: What others reported of the same dense layers, with weights of their own.
    """

    stages: tuple[HardwareReport, ...]
    fit: Fit
    lowered: Demand
    changes: tuple[Change, ...]
    reuse_factors: tuple[int, ...]
    sweep: tuple[HardwareReport, ...]
    bops: float
    ebops: float
    energy: EnergyEstimate | None
    without_energy: str = ""
    published: tuple[PublishedDesign, ...] = ()


def forecast(
    network: QuantizedNetwork,
    hardware: HardwareConfig,
    *,
    budget: float = 1.0,
    latency_ns: float | None = None,
    reuse_factors: Sequence[int] = (),
    profile: Profile | None = None,
) -> Forecast:
    """Return what a design will cost, whether it fits, and what would change that.

    Args:
        network: The trained network.
        hardware: How it is built.
        budget: As in :func:`codesign.estimate.fits.check_fit`.
        latency_ns: As there.
        reuse_factors: To try as well.
        profile: As in :func:`codesign.estimate.estimate`.
    """
    stages = tuple(
        estimate(network, hardware, target=target, profile=profile)
        for target in _targets(network, hardware)
    )
    early, late = stages[0], stages[-1]
    lowered = check_fit(early, hardware.part, budget=budget, latency_ns=latency_ns).first_out
    modelled, without = _energy(late, hardware)
    return Forecast(
        stages=stages,
        fit=check_fit(late, hardware.part, budget=budget, latency_ns=latency_ns),
        lowered=lowered,
        changes=suggest_changes(network, hardware, lowered, profile=profile),
        reuse_factors=tuple(reuse_factors),
        sweep=sweep_reuse(network, hardware, reuse_factors, profile=profile),
        bops=network_bops(network),
        ebops=network_ebops(network),
        energy=modelled,
        without_energy=without,
        published=published_for(network),
    )


def _energy(report: HardwareReport, hardware: HardwareConfig) -> tuple[EnergyEstimate | None, str]:
    """Return the energy of an inference, or why there is no model of it."""
    interval = known(report.initiation_interval, "initiation interval").value
    every_ns = max(interval * hardware.clock.period_ns, BUNCH_CROSSING_NS)
    try:
        return energy(report, hardware.part, inferences_per_s=1e9 / every_ns), ""
    except InvalidDesignError as error:
        return None, str(error)


def _targets(network: QuantizedNetwork, hardware: HardwareConfig) -> tuple[Evidence, ...]:
    if hardware.backend is not Backend.RTL:
        return (Evidence.CSYNTH, Evidence.LOGIC_SYNTH)
    if any(is_engine(layer, hardware) for layer in network.layers):
        return (Evidence.LOGIC_SYNTH,)
    return (Evidence.LOGIC_SYNTH, Evidence.PLACED)
