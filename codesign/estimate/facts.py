"""Measured layers that an estimate is calibrated on, as rows of a table.

A row holds the configuration of one layer, the counts over its weights, what tools said about it,
and where that is published. A cell is empty where nothing is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from importlib import resources

from codesign.design.device import Family
from codesign.design.hardware import Backend, Strategy
from codesign.estimate.facts_table import known, read_rows, write_rows
from codesign.estimate.kernel import Kernel

_VITIS_SINCE = 2020.2


class Shape(StrEnum):
    """What a matrix is a part of."""

    DENSE = "dense"
    """A dense layer, or the matrix of a convolution alone."""
    CONV = "conv"
    """A convolution with ``io_stream``, its line buffer and control included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one stage of a tool said; None where it is not known.

    Attributes:
        lut: Look-up tables.
        ff: Flip-flops.
        dsp: DSP blocks.
        bram_18k: Block RAMs of 18 Kb.
        latency_cycles: From input to output.
        initiation_interval: Cycles between two inputs.
    """

    lut: float | None = None
    ff: float | None = None
    dsp: float | None = None
    bram_18k: float | None = None
    latency_cycles: float | None = None
    initiation_interval: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One layer as built and reported.

    Attributes:
        source: Repository and commit of the reports.
        licence: Of the source.
        group: What was trained or generated together; never split between fit and judgement.
        version: Of the HLS tool, e.g. ``"2020.1"``.
        family: Of the part.
        period_ns: The target clock period in nanoseconds.
        strategy: How the layer trades multipliers for time.
        reuse_factor: Uses of each multiplier.
        kernel: The matrix; of strategy resource, which weights do not change, its sizes only.
        csynth: By C-synthesis.
        logic: By logic synthesis.
        shape: What the matrix is a part of.
        pixels: Of a convolution, those of its padded image.
    """

    source: str
    licence: str
    group: str
    version: str
    family: Family
    period_ns: float
    strategy: Strategy
    reuse_factor: int
    kernel: Kernel
    csynth: Measured
    logic: Measured = Measured()
    shape: Shape = Shape.DENSE
    pixels: int = 1

    @property
    def backend(self) -> Backend:
        """The generation of the HLS tool.

        Source: AMD UG1399: Vitis HLS replaces Vivado HLS from version 2020.2 on.
        """
        return Backend.VITIS if float(self.version) >= _VITIS_SINCE else Backend.VIVADO


_PLAIN = ("source", "licence", "group", "version", "family", "period_ns", "strategy",
          "reuse_factor", "shape", "pixels")  # fmt: skip
_COUNTS = tuple(field.name for field in fields(Kernel))
_MEASURED = tuple(field.name for field in fields(Measured))
COLUMNS = (*_PLAIN, *_COUNTS, *_MEASURED, *(f"logic_{name}" for name in _MEASURED[:3]))
"""The columns of a table of facts."""


@cache
def shipped_facts() -> tuple[Fact, ...]:
    """Return the table of facts that comes with codesign."""
    text = (resources.files("codesign.estimate") / "facts.csv").read_text(encoding="utf-8")
    return read_facts(text, place="facts.csv")


def read_facts(text: str, *, place: str) -> tuple[Fact, ...]:
    """Return the rows of a table of facts.

    Args:
        text: Comma-separated values under the header :data:`COLUMNS`.
        place: Where it came from, for the messages.

    Raises:
        ReportError: If a column is unknown or missing or a cell does not fit.
    """
    return read_rows(text, COLUMNS, _read, place=place)


def write_facts(facts: Iterable[Fact]) -> str:
    """Return facts as the text of a table."""
    return write_rows(COLUMNS, map(_cells, facts))


def _read(row: Mapping[str, str]) -> Fact:
    return Fact(
        source=row["source"],
        licence=row["licence"],
        group=row["group"],
        version=row["version"],
        family=Family(row["family"]),
        period_ns=float(row["period_ns"]),
        strategy=Strategy(row["strategy"]),
        reuse_factor=int(row["reuse_factor"]),
        shape=Shape(row["shape"]),
        pixels=int(row["pixels"]),
        kernel=Kernel(**{name: int(row[name]) for name in _COUNTS}),
        csynth=Measured(**{name: known(row[name]) for name in _MEASURED}),
        logic=Measured(**{name: known(row[f"logic_{name}"]) for name in _MEASURED[:3]}),
    )


def _cells(fact: Fact) -> list[object]:
    return [
        *(getattr(fact, name) for name in _PLAIN),
        *(getattr(fact.kernel, name) for name in _COUNTS),
        *(getattr(fact.csynth, name) for name in _MEASURED),
        *(getattr(fact.logic, name) for name in _MEASURED[:3]),
    ]
