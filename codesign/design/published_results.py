"""Comparisons that others published: latency, power and energy of a network on several devices."""

from dataclasses import dataclass

from codesign.design.baseline_results import Processor
from codesign.errors import InvalidDesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigure:
    """A row of somebody's table, as it was published.

    Attributes:
        device: As it is called there.
        processor: What it is.
        batch: Events a call.
        latency_ms: Of a call.
        power_w: While it runs.
        energy_mj: Of a call, as published.
    """

    device: str
    processor: Processor
    batch: int
    latency_ms: float
    power_w: float
    energy_mj: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedHardware:
    """What firmware of a published network takes, as it was published.

    Attributes:
        device: It was built for.
        source: Where the numbers are from.
        lut: Look-up tables.
        ff: Flip-flops.
        dsp: DSP blocks.
        bram_36k: Block RAM tiles of 36 Kb.
        uram: UltraRAM blocks.
        cycles: From input to output.
    """

    device: str
    source: str
    lut: int
    ff: int
    dsp: int
    bram_36k: int
    uram: int
    cycles: int

    @property
    def bram_18k(self) -> int:
        """Block RAMs of 18 Kb: a tile counts as two."""
        return 2 * self.bram_36k


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """A published comparison.

    Attributes:
        name: Short, as it is asked for.
        network: What was run.
        source: Where the numbers are from.
        baseline: The device that its speed-ups are against.
        rows: One a device and batch size.
        hardware: Of its firmware, None where it was not published.
    """

    name: str
    network: str
    source: str
    baseline: str
    rows: tuple[PublishedFigure, ...]
    hardware: PublishedHardware | None = None

    def __post_init__(self) -> None:
        for batch in {row.batch for row in self.rows}:
            self._baseline(batch)

    def is_of(self, design: str) -> bool:
        """Return whether a design is named after the network."""
        return design.startswith(self.name)

    def speedup(self, row: PublishedFigure) -> float:
        """Return the latency of the baseline over that of a row, at the batch size of the row."""
        return self._baseline(row.batch).latency_ms / row.latency_ms

    def _baseline(self, batch: int) -> PublishedFigure:
        for row in self.rows:
            if (row.device, row.batch) == (self.baseline, batch):
                return row
        msg = f"{self.name}: no row of {self.baseline!r} at batch {batch} to compare with"
        raise InvalidDesignError(msg)
