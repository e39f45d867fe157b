"""What was proved about the RTL of a design: bits, latency, interval, and for which inputs."""

from dataclasses import dataclass

from codesign.design.results import Divergence
from codesign.errors import InvalidDesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class RtlRun:
    """One simulation of the RTL against the emulator.

    Attributes:
        inputs: ``"events"`` or ``"overdriven"``.
        pattern: How events followed each other, e.g. ``"back_to_back"``.
        simulator: Name and version of the program.
        sent: Events that were sent.
        events: Events that came out and were compared; fewer only where resets lost some.
        exact_events: Those whose every output agrees in every bit.
        outputs: Compared numbers.
        exact_outputs: Numbers that agree in every bit.
        cycles: Clock cycles simulated.
        latency_cycles: Measured, from the last beat in to the last beat out.
        initiation_interval: Measured where events followed back to back, else None.
        divergence: The first difference, None where there is none.
    """

    inputs: str
    pattern: str
    simulator: tuple[str, str]
    sent: int
    events: int
    exact_events: int
    outputs: int
    exact_outputs: int
    cycles: int
    latency_cycles: int | None
    initiation_interval: int | None
    divergence: Divergence | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.exact_events <= self.events <= self.sent:
            found = f"{self.exact_events} exact of {self.events} compared of {self.sent} sent"
            msg = f"{self.inputs}, {self.pattern}: {found} events"
            raise InvalidDesignError(msg)

    @property
    def exact_share(self) -> float:
        """Share of compared numbers that agree in every bit."""
        return self.exact_outputs / self.outputs if self.outputs else 0.0

    @property
    def is_bit_exact(self) -> bool:
        """Whether events were compared and every number agrees in every bit."""
        return self.events > 0 and self.exact_outputs == self.outputs


@dataclass(frozen=True, slots=True, kw_only=True)
class RtlCertificate:
    """The proof that RTL computes the network on its schedule, and what it holds for.

    Attributes:
        design: The network's name.
        network_digest: Of the quantized network.
        firmware_digest: Of the generated project.
        inputs_digest: Of the hardware integers, before they were brought into range.
        period_ns: The clock it is pipelined for.
        latency_cycles: As scheduled; every run measured the same, or there is no certificate.
        initiation_interval: As scheduled; likewise.
        runs: One a kind of input and pattern.
        tool_versions: (name, version) of everything that took part.
    """

    design: str
    network_digest: str
    firmware_digest: str
    inputs_digest: str
    period_ns: float
    latency_cycles: int
    initiation_interval: int
    runs: tuple[RtlRun, ...]
    tool_versions: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        for run in self.runs:
            measured = (run.latency_cycles, run.initiation_interval)
            scheduled = (self.latency_cycles, self.initiation_interval)
            for found, expected in zip(measured, scheduled, strict=True):
                if found not in {None, expected}:
                    msg = (
                        f"{self.design}: latency and interval {measured} measured, {scheduled} "
                        f"scheduled ({run.pattern}); generate and simulate the design anew"
                    )
                    raise InvalidDesignError(msg)

    @property
    def is_bit_exact(self) -> bool:
        """Whether there are runs and every number of every run agrees in every bit."""
        return bool(self.runs) and all(run.is_bit_exact for run in self.runs)

    @property
    def events(self) -> int:
        """Events compared, over all runs."""
        return sum(run.events for run in self.runs)

    @property
    def divergence(self) -> Divergence | None:
        """The first difference of the first run that has one."""
        return next((run.divergence for run in self.runs if run.divergence), None)
