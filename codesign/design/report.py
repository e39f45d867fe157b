"""What a design costs on an FPGA, and how the numbers were obtained.

Numbers of different evidence are never compared. An estimate carries two: that it *is* an estimate,
and the stage of which tool it estimates; its figures have an interval, those of a tool have none.
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
        latency_cycles: From its input to its output.
        initiation_interval: Cycles between two of its inputs.
        notes: What explains or limits the figures, in sentences.
        outside: Where the layer lies outside of what the estimate was calibrated on.
    """

    name: str
    kind: str
    strategy: str = ""
    reuse_factor: int = 0
    usage: Usage
    latency_cycles: Figure = ZERO
    initiation_interval: Figure = ZERO
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
class HardwareReport:
    """What a network costs in a device, by one kind of evidence.

    Attributes:
        design: The network.
        evidence: How the numbers were obtained.
        target: The stage that the numbers are of; that of ``evidence`` where nothing is estimated.
        device: Short name of the part.
        period_ns: The target clock period in nanoseconds.
        tool: Whose numbers they are or predict.
        profile: The calibration of an estimate, empty for a tool's own report.
        layers: In the order of the network.
        usage: Of the whole design.
        latency_cycles: From input to output.
        initiation_interval: Cycles between two accepted inputs.
        held_out: How far to trust an estimate.
    """

    design: str
    evidence: Evidence
    target: Evidence
    device: str
    period_ns: float
    tool: str
    profile: str = ""
    layers: tuple[LayerReport, ...]
    usage: Usage
    latency_cycles: Figure
    initiation_interval: Figure
    held_out: tuple[HeldOut, ...] = ()

    def __post_init__(self) -> None:
        estimated = self.evidence is Evidence.ESTIMATED
        if self.target is Evidence.ESTIMATED or (not estimated and self.target != self.evidence):
            msg = f"{self.design}: evidence {self.evidence} of the stage {self.target}"
            raise InvalidDesignError(msg)

    @property
    def latency_ns(self) -> Figure:
        """Nanoseconds from input to output."""
        cycles = self.latency_cycles
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
