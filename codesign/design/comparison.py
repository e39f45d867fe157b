"""Firmware beside CPUs and GPUs: what may be compared, and the ratios of it."""

from dataclasses import dataclass

from codesign.design.baseline_results import BaselineReport
from codesign.design.energy import Energy
from codesign.design.published_results import (
    PublishedFigure,
    PublishedHardware,
    PublishedTable,
)
from codesign.design.report import Evidence, Figure, HardwareReport

CROSSING_NS = 25.0
"""From one bunch crossing of the LHC to the next: 40 MHz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firmware:
    """What firmware takes, by one kind of evidence.

    Attributes:
        device: The part.
        evidence: How the cycles were obtained.
        target: The stage that they are of.
        tool: Whose numbers they are or predict.
        period_ns: Of the clock, as it was asked for.
        latency_ns: From input to output of one event, on the chip.
        interval_ns: Between two accepted events.
        energy: Of one event.
        source: The file or the model that it is from.
    """

    device: str
    evidence: Evidence
    target: Evidence
    tool: str
    period_ns: float
    latency_ns: Figure
    interval_ns: Figure
    energy: Energy
    source: str

    @property
    def events_per_s(self) -> float:
        """Events that enter a second, one behind the other."""
        return 1e9 / self.interval_ns.value

    @property
    def copies(self) -> int:
        """How many of it keep up with an event every bunch crossing."""
        return max(1, -int(-self.interval_ns.value // CROSSING_NS))

    def batch_ns(self, batch: int) -> Figure:
        """Return the time from the first input to the last output of events back to back."""
        more = batch - 1
        ends = [
            getattr(self.latency_ns, end) + more * getattr(self.interval_ns, end)
            for end in ("value", "low", "high")
        ]
        return Figure(value=ends[0], low=ends[1], high=ends[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedUp:
    """The best runtime over firmware, at one batch size.

    Attributes:
        batch: Events a call.
        runtime: The fastest.
        threads: It was given.
        evidence: Of the firmware.
        target: The stage that it is of.
        latency: Time of a call over the time of the same events in firmware; the range is that of
            the firmware's figure and of the median.
        throughput: Events a second of firmware over the most of any runtime at any batch size.
    """

    batch: int
    runtime: str
    threads: int
    evidence: Evidence
    target: Evidence
    latency: Figure
    throughput: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossings:
    """What keeping up with an event every bunch crossing takes.

    Attributes:
        runtime: The fastest on one core at batch 1.
        events_per_s: It answers, one event a call, on one pinned core.
        cores: That would be needed for one event every 25 ns.
    """

    runtime: str
    events_per_s: float
    cores: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """An estimate of a design, to stand beside firmware that others published.

    Attributes:
        report: The estimate.
        is_trained: Whether its weights are those of a training; before one, none of them is zero.
    """

    report: HardwareReport
    is_trained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One network on an FPGA, on this host, and where it was published.

    Attributes:
        baselines: Measured here.
        firmware: One entry a kind of evidence, from weak to strong.
        speedups: Ratios; empty where the host is too noisy for any and that was not accepted.
        accepted_noise: Whether ratios were asked for on a noisy host.
        crossings: What 40 MHz would take; None where nothing ran at batch 1 on one core, or not
            quietly.
        published: What others published, None for nothing.
        left_out: What could not be compared, in sentences.
        estimated: What stands beside the published firmware: this design, and those asked for.
    """

    baselines: BaselineReport
    firmware: tuple[Firmware, ...]
    speedups: tuple[SpeedUp, ...]
    accepted_noise: bool
    crossings: Crossings | None
    published: PublishedTable | None
    left_out: tuple[str, ...]
    estimated: tuple[Estimated, ...] = ()

    @property
    def is_published(self) -> bool:
        """Whether something was published of a network of this name."""
        published = self.published
        return published is not None and published.is_of(self.baselines.design)

    @property
    def published_rows(self) -> tuple[PublishedFigure, ...]:
        """What was published of a network of this name: only that stands beside its own rows."""
        return self.published.rows if self.published is not None and self.is_published else ()

    @property
    def published_hardware(self) -> PublishedHardware | None:
        """The firmware that was published of a network of this name, None for none."""
        return self.published.hardware if self.published is not None and self.is_published else None

    @property
    def noise(self) -> tuple[str, ...]:
        """Why ratios are doubtful, in sentences."""
        batches = self.baselines.protocol.batches
        found = [line for batch in batches for line in self.baselines.noise(batch)]
        return tuple(dict.fromkeys(found))
