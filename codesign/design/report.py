"""What a design costs on an FPGA, and how the numbers were obtained.

Numbers of different evidence are never compared. An estimate carries two: that it *is* an estimate,
and the stage of which tool it estimates; its figures have an interval. A tool's figures have none,
except a latency that depends on the data: its value is the longest, its range the shortest to the
longest. What a tool did not say is None, never 0.
"""

from dataclasses import dataclass
from enum import StrEnum

from codesign.design.resources import Resources
from codesign.errors import InvalidDesignError


class Evidence(StrEnum):
    """How a number was obtained, from weak to strong."""

    ESTIMATED = "estimated"
    """By a model of the tools."""
    CSYNTH = "csynth"
    """By the synthesis of an HLS tool, before any gate exists."""
    LOGIC_SYNTH = "logic_synth"
    """By logic synthesis, before placement."""
    PLACED = "placed"
    """After place and route."""

    @property
    def rank(self) -> int:
        """How strong the evidence is; a larger number is stronger."""
        return list(Evidence).index(self)

    @property
    def stage(self) -> str:
        """What is done to obtain it, in words."""
        return _STAGES[self]


_STAGES = {
    Evidence.ESTIMATED: "estimate",
    Evidence.CSYNTH: "C-synthesis",
    Evidence.LOGIC_SYNTH: "logic synthesis",
    Evidence.PLACED: "place and route",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number and the range that holds the tool's own number with 90 % probability.

    Attributes:
        value: The most likely number.
        low: The lower end of the range.
        high: The upper end of the range.
    """

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.value <= self.high:
            found = f"{self.low}, {self.value}, {self.high}"
            msg = f"a figure needs 0 <= low <= value <= high, got {found}"
            raise InvalidDesignError(msg)

    @classmethod
    def exact(cls, value: float) -> "Figure":
        """Make a figure without a range: a tool's number, or one that follows by construction."""
        return cls(value=value, low=value, high=value)

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(
            value=self.value + other.value,
            low=self.low + other.low,
            high=self.high + other.high,
        )


def known(figure: Figure | None, what: str) -> Figure:
    """Return a figure that must be there.

    Args:
        figure: Of a report.
        what: Its name, for the message.

    Raises:
        InvalidDesignError: If the report does not say it.
    """
    if figure is None:
        msg = f"the report does not say its {what}; take one that does, or an estimate"
        raise InvalidDesignError(msg)
    return figure


ZERO = Figure.exact(0)
"""Nothing, for certain."""
ONE = Figure.exact(1)
"""One, for certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Resources as figures; units as in :class:`codesign.design.resources.Resources`.

    Attributes:
        lut: Look-up tables.
        ff: Flip-flops.
        dsp: DSP blocks.
        bram_18k: Block RAMs of 18 Kb.
        uram: UltraRAM blocks.
    """

    lut: Figure = ZERO
    ff: Figure = ZERO
    dsp: Figure = ZERO
    bram_18k: Figure = ZERO
    uram: Figure = ZERO

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            lut=self.lut + other.lut,
            ff=self.ff + other.ff,
            dsp=self.dsp + other.dsp,
            bram_18k=self.bram_18k + other.bram_18k,
            uram=self.uram + other.uram,
        )

    @property
    def resources(self) -> Resources:
        """The most likely counts."""
        counts = (self.lut, self.ff, self.dsp, self.bram_18k, self.uram)
        lut, ff, dsp, bram_18k, uram = (round(figure.value) for figure in counts)
        return Resources(lut=lut, ff=ff, dsp=dsp, bram_18k=bram_18k, uram=uram)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerReport:
    """What one layer costs.

    Attributes:
        name: The layer.
        kind: Dense, activation, ...
        strategy: How it trades multipliers for time, empty where it has none.
        reuse_factor: The one it is built with, 0 where it has none.
        usage: Its resources.
        latency_cycles: From its input to its output, None where the tool does not say.
        initiation_interval: Cycles between two of its inputs, None where the tool does not say.
        notes: What explains or limits the figures, in sentences.
        outside: Where the layer lies outside of what the estimate was calibrated on.
    """

    name: str
    kind: str
    strategy: str = ""
    reuse_factor: int = 0
    usage: Usage
    latency_cycles: Figure | None = ZERO
    initiation_interval: Figure | None = ZERO
    notes: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """How wrong a model was on designs that it had not seen.

    Attributes:
        quantity: What it predicts, e.g. ``"latency.lut"``.
        error: Mean of |predicted / measured - 1|; of a number of cycles or blocks, the mean
            difference.
        unit: ``"relative"``, ``"cycles"`` or ``"blocks"``.
        designs: How many were held out in turn.
        split: What was held out together.
    """

    quantity: str
    error: float
    unit: str
    designs: int
    split: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingReport:
    """Whether a design keeps its clock.

    Attributes:
        evidence: How the slack was obtained.
        period_ns: The target clock period in nanoseconds.
        wns_ns: Worst setup slack: the target less the shortest period that works; negative where
            the clock is missed.
        whs_ns: Worst hold slack, None where the tool does not say.
        clock: Name of the clock, empty where the tool does not say.
    """

    evidence: Evidence
    period_ns: float
    wns_ns: float
    whs_ns: float | None = None
    clock: str = ""

    def __post_init__(self) -> None:
        if not self.period_ns > 0 or not self.wns_ns < self.period_ns:
            msg = f"a slack of {self.wns_ns} ns at a period of {self.period_ns} ns cannot be"
            raise InvalidDesignError(msg)

    @property
    def achieved_ns(self) -> float:
        """The shortest clock period that works, in nanoseconds."""
        return round(self.period_ns - self.wns_ns, 6)

    @property
    def fmax_mhz(self) -> float:
        """The highest clock frequency that works, in megahertz."""
        return 1000 / self.achieved_ns

    @property
    def is_met(self) -> bool:
        """Whether the design runs at its target clock."""
        return self.wns_ns >= 0 and (self.whs_ns is None or self.whs_ns >= 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerReport:
    """What a design draws, as a vendor tool models it; nothing was measured on a board.

    Attributes:
        evidence: How far the design was built when its power was modelled.
        total_w: On-chip power in watts.
        dynamic_w: What the activity of the design takes of it.
        static_w: What the part takes of it by being powered.
        confidence: The tool's own word for it, e.g. ``"Low"``.
    """

    evidence: Evidence
    total_w: float
    dynamic_w: float
    static_w: float
    confidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CosimReport:
    """What co-simulation of the RTL against the C test bench measured.

    Attributes:
        language: The RTL that was simulated, e.g. ``"Verilog"``.
        latency_cycles: From input to output, shortest to longest.
        initiation_interval: Cycles between two inputs, None where fewer than two were sent.
    """

    language: str
    latency_cycles: Figure
    initiation_interval: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HardwareReport:
    """What a network costs in a device, by one kind of evidence.

    Attributes:
        design: The network.
        evidence: How the numbers were obtained.
        target: The stage that the numbers are of; that of ``evidence`` where nothing is estimated.
        device: Short name of the part; the part as the tool writes it where the catalog has none.
        part: The part as the tool writes it, empty for an estimate.
        period_ns: The target clock period in nanoseconds, None where the tool does not say.
        tool: Whose numbers they are or predict, with its version.
        profile: The calibration of an estimate, empty for a tool's own report.
        layers: In the order of the network; of a tool, its modules in the order of its report.
        usage: Of the whole design.
        available: What the tool says that the part holds, None where it does not say.
        latency_cycles: From input to output, None where the tool does not say.
        initiation_interval: Cycles between two accepted inputs, None where the tool does not say.
        timing: Whether the clock is kept, None where the tool does not say.
        power: What it draws, None where the tool does not say.
        held_out: How far to trust an estimate.
    """

    design: str
    evidence: Evidence
    target: Evidence
    device: str
    part: str = ""
    period_ns: float | None
    tool: str
    profile: str = ""
    layers: tuple[LayerReport, ...]
    usage: Usage
    available: Resources | None = None
    latency_cycles: Figure | None
    initiation_interval: Figure | None
    timing: TimingReport | None = None
    power: PowerReport | None = None
    held_out: tuple[HeldOut, ...] = ()

    def __post_init__(self) -> None:
        estimated = self.evidence is Evidence.ESTIMATED
        if self.target is Evidence.ESTIMATED or (not estimated and self.target != self.evidence):
            msg = f"{self.design}: evidence {self.evidence} of the stage {self.target}"
            raise InvalidDesignError(msg)

    @property
    def latency_ns(self) -> Figure | None:
        """Nanoseconds from input to output, None where latency or clock is not known."""
        cycles = self.latency_cycles
        if cycles is None or self.period_ns is None:
            return None
        ends = (cycles.value, cycles.low, cycles.high)
        value, low, high = (number * self.period_ns for number in ends)
        return Figure(value=value, low=low, high=high)

    @property
    def outside(self) -> tuple[str, ...]:
        """Where the design lies outside of what the estimate was calibrated on."""
        layers: dict[str, list[str]] = {}
        for layer in self.layers:
            for text in layer.outside:
                layers.setdefault(text, []).append(layer.name)
        return tuple(f"{', '.join(names)}: {text}" for text, names in layers.items())
