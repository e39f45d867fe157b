"""What a CPU or GPU takes for a network.

Latency and throughput are different quantities: a latency is the time of one call, a throughput
the events of all calls over their time. A latency in firmware is that of one event inside the chip.
"""

from dataclasses import dataclass
from enum import StrEnum

from codesign.design.energy import Energy
from codesign.design.host import QUIET_LOAD, Host
from codesign.design.protocol import Protocol
from codesign.errors import InvalidDesignError

QUIET_SPREAD = 3.0
"""p99 / p50 above which a measurement counts as disturbed."""


class Processor(StrEnum):
    """Where a network runs."""

    CPU = "cpu"
    GPU = "gpu"
    SERVER = "server"
    """Behind a network connection; what is inside it is the server's affair."""
    FPGA = "fpga"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """The durations of calls, in microseconds.

    Attributes:
        p50_us: The median.
        low_us: Lower end of the interval that holds the median with 95 %, by a block bootstrap.
        high_us: Its upper end.
        p90_us: 90 % of the calls are faster.
        p99_us: 99 % are.
        p999_us: 99.9 % are; None below a thousand calls.
    """

    p50_us: float
    low_us: float
    high_us: float
    p90_us: float
    p99_us: float
    p999_us: float | None

    def __post_init__(self) -> None:
        rising = 0 < self.p50_us <= self.p90_us <= self.p99_us <= (self.p999_us or self.p99_us)
        if not rising or not self.low_us <= self.p50_us <= self.high_us:
            msg = f"quantiles of durations rise from above 0, got {self}"
            raise InvalidDesignError(msg)

    @property
    def spread(self) -> float:
        """p99 over p50."""
        return self.p99_us / self.p50_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far outputs are from a reference.

    Attributes:
        reference: What they were held against.
        measure: What ``difference`` is.
        difference: Dimensionless.
        tolerance: What it may be.
        events: How many were compared.
    """

    reference: str
    measure: str
    difference: float
    tolerance: float
    events: int

    @property
    def holds(self) -> bool:
        """Whether both compute the same; a NaN never does."""
        return self.difference <= self.tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One runtime at one batch size.

    Attributes:
        runtime: Its name in the table of runtimes.
        version: Of the package behind it.
        processor: Where it runs.
        threads: It was given.
        cpus: The processors it was pinned to.
        batch: Events a call.
        calls: That were timed.
        warmup: Calls before them.
        latency: Of one call.
        events_per_s: Events of all timed calls over the sum of their times.
        cpu_us: Time a call kept cores busy, all threads together.
        foreign_cores: Cores that other programs kept busy meanwhile; None where not known.
        agreement: With Keras, before timing.
        energy: Of one call.
        included: What lies between the two readings of the clock.
    """

    runtime: str
    version: str
    processor: Processor
    threads: int
    cpus: tuple[int, ...]
    batch: int
    calls: int
    warmup: int
    latency: Quantiles
    events_per_s: float
    cpu_us: float
    foreign_cores: float | None
    agreement: Agreement
    energy: Energy
    included: str

    @property
    def is_noisy(self) -> bool:
        """Whether its slowest calls say that something else disturbed it."""
        return self.latency.spread > QUIET_SPREAD


class Absence(StrEnum):
    """Why there is no number."""

    NOT_INSTALLED = "not installed"
    NOT_THERE = "no such device"
    NOT_ASKED = "not asked for"
    REFUSED = "refused"
    """It does not compute the same."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A runtime, or some of its batch sizes, without numbers.

    Attributes:
        runtime: Which.
        threads: Of the attempt; 0 where there was none.
        batches: Without numbers; empty for all.
        why: In a word.
        reason: In a sentence, with the remedy.
    """

    runtime: str
    threads: int = 0
    batches: tuple[int, ...] = ()
    why: Absence
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """How the network that CPUs run differs from the firmware.

    The weights are those of the firmware; what lies between layers is not rounded and leaves no
    format.

    Attributes:
        events: Compared.
        rms: Root mean square of the difference of outputs over the spread of the firmware's.
        same_argmax: Share of events with the largest output at the same place; None for one output.
        rank_correlation: Spearman's, of the first output.
    """

    events: int
    rms: float
    same_argmax: float | None
    rank_correlation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineReport:
    """What the runtimes of one host take for a network.

    Attributes:
        design: The network.
        network_digest: Of the quantized network.
        host: That measured.
        protocol: How.
        twin: What was run, against the firmware.
        measured: One entry a runtime, number of threads and batch size.
        missing: What has no number, and why.
        clock_ns: What two readings of the clock with nothing between them differ by.
        utc: When it began, ISO 8601.
    """

    design: str
    network_digest: str
    host: Host
    protocol: Protocol
    twin: Twin
    measured: tuple[Measured, ...]
    missing: tuple[Missing, ...]
    clock_ns: float
    utc: str

    @property
    def is_partial(self) -> bool:
        """Whether a runtime that is installed has no number for something."""
        return any(each.why in (Absence.FAILED, Absence.REFUSED) for each in self.missing)

    def noise(self, batch: int) -> tuple[str, ...]:
        """Return why no ratio should be drawn at a batch size, in sentences; empty where quiet."""
        cells, found = self.of(batch=batch), list(self.host.noise)
        noisy = sorted({each.runtime for each in cells if each.is_noisy})
        if noisy:
            found.append(
                f"batch {batch}: p99 is above {QUIET_SPREAD:g} times p50 for {', '.join(noisy)}"
            )
        most = max((each.foreign_cores or 0.0 for each in cells), default=0.0)
        if most > QUIET_LOAD * self.host.cores:
            found.append(
                f"batch {batch}: other programs kept up to {most:.2f} of {self.host.cores} cores "
                "busy during the calls"
            )
        return tuple(found)

    def of(
        self, *, batch: int, threads: int | None = None, processor: Processor | None = None
    ) -> tuple[Measured, ...]:
        """Return what was measured at a batch size, fastest first."""
        chosen = (
            each
            for each in self.measured
            if each.batch == batch
            and threads in (None, each.threads)
            and processor in (None, each.processor)
        )
        return tuple(sorted(chosen, key=lambda each: each.latency.p50_us))
