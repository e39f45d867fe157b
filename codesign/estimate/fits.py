"""Whether a design fits: into a part, into one of its regions, into a share of it, and in time."""

from dataclasses import dataclass
from enum import StrEnum

from codesign.design.device import Device
from codesign.design.report import Figure, HardwareReport, known
from codesign.errors import InvalidDesignError

BUNCH_CROSSING_NS = 25.0
"""Between two crossings of proton bunches. Source: LHC Design Report, CERN-2004-003-V1, ch. 2."""


class Verdict(StrEnum):
    """What a range says about a limit."""

    FITS = "fits"
    """The whole range is below the limit."""
    MAY_FIT = "may fit"
    """The limit lies within the range."""
    DOES_NOT_FIT = "does not fit"
    """The whole range is above the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One limited thing.

    Attributes:
        name: lut, ff, dsp, bram_18k, uram or latency_ns.
        used: What the design takes.
        available: What it may take.
    """

    name: str
    used: Figure
    available: float

    @property
    def share(self) -> float:
        """The most likely part of what is available; infinite where there is none."""
        if self.available:
            return self.used.value / self.available
        return float("inf") if self.used.value else 0.0

    @property
    def verdict(self) -> Verdict:
        """Whether it is enough."""
        if self.used.high <= self.available:
            return Verdict.FITS
        return Verdict.DOES_NOT_FIT if self.used.low > self.available else Verdict.MAY_FIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a design stands to a device and a budget.

    Attributes:
        device: Short name of the part.
        budget: The share of the part that the design may take.
        demands: The resources, and the latency where it is limited.
        slrs: Super logic regions that the design spreads over at least.
        bunch_crossings: Its latency in units of 25 ns.
    """

    device: str
    budget: float
    demands: tuple[Demand, ...]
    slrs: int
    bunch_crossings: float

    @property
    def verdict(self) -> Verdict:
        """The worst of all."""
        order = list(Verdict)
        return max((demand.verdict for demand in self.demands), key=order.index)

    @property
    def first_out(self) -> Demand:
        """What runs out first."""
        return max(self.demands, key=lambda demand: demand.share)


def check_fit(
    report: HardwareReport, device: Device, *, budget: float = 1.0, latency_ns: float | None = None
) -> Fit:
    """Return whether a design fits.

    Args:
        report: What it costs.
        device: What there is.
        budget: The share of the part that a trigger gives to this algorithm, in (0, 1].
        latency_ns: What it may take from input to output, in nanoseconds.

    Raises:
        InvalidDesignError: If the budget is outside (0, 1], the part is another one or the
            report does not say its latency.
    """
    if not 0 < budget <= 1:
        msg = f"a budget of {budget} is not in (0, 1]; write 0.25 for a quarter of the part"
        raise InvalidDesignError(msg)
    if device.name != report.device:
        msg = f"the report is of {report.device}, not of {device.name}; estimate for {device.name}"
        raise InvalidDesignError(msg)
    names = ("lut", "ff", "dsp", "bram_18k", "uram")
    used = {name: getattr(report.usage, name) for name in names}
    held = {name: float(getattr(device.resources, name)) for name in names}
    demands = [Demand(name=name, used=used[name], available=held[name] * budget) for name in names]
    latency = known(report.latency_ns, "latency")
    if latency_ns is not None:
        demands.append(Demand(name="latency_ns", used=latency, available=latency_ns))
    regions = [used[name].value * device.slrs / held[name] for name in names if held[name]]
    return Fit(
        device=device.name,
        budget=budget,
        demands=tuple(demands),
        slrs=max(1, *(int(-(-share // 1)) for share in regions)),
        bunch_crossings=latency.value / BUNCH_CROSSING_NS,
    )
