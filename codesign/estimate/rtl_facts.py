"""Counted modules and designs of RTL that estimates of RTL are calibrated on, as rows of a table.

A row of open synthesis is one module: its layers' counts, what the schedule says of it, and what
the tool counted. A row after place and route is a whole design of which only the schedule is known.
A cell is empty where nothing is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import TypeVar

from codesign.design.report import Evidence
from codesign.estimate.facts_table import known, read_rows, write_rows
from codesign.estimate.rtl_counts import NO_LAYERS, RtlCounts
from codesign.estimate.rtl_engine import NO_ENGINE, EngineCounts

_Record = TypeVar("_Record", RtlCounts, EngineCounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RtlFact:
    """One module, or one design, as built and counted.

    Attributes:
        source: Who made it: repository and commit, or the command that makes it again.
        licence: Of the source.
        group: The network; never split between fit and judgement.
        tool: With its version.
        stage: Logic synthesis or after place and route.
        part: The device.
        period_ns: The target clock period in nanoseconds.
        kind: As :class:`codesign.design.rtl.RtlModule` names it.
        counts: Over its layers.
        engine: Over its multipliers.
        cost: Adder bits as the graph's compiler counts them.
        registers: Bits between its stages, None where they are not known.
        latency_cycles: As scheduled.
        lut: Look-up tables; None where only a schedule was made.
        ff: Flip-flops, the same.
        dsp: DSP blocks, the same.
    """

    source: str
    licence: str
    group: str
    tool: str
    stage: Evidence
    part: str
    period_ns: float
    kind: str
    counts: RtlCounts = NO_LAYERS
    engine: EngineCounts = NO_ENGINE
    cost: float
    registers: float | None
    latency_cycles: int
    lut: int | None
    ff: int | None
    dsp: int | None


_PLAIN = ("source", "licence", "group", "tool", "stage", "part", "period_ns", "kind", "cost",
          "registers", "latency_cycles", "lut", "ff", "dsp")  # fmt: skip
_COUNTS = tuple(field.name for field in fields(RtlCounts))
_ENGINE = tuple(f"engine_{field.name}" for field in fields(EngineCounts))
RTL_COLUMNS = (*_PLAIN, *_COUNTS, *_ENGINE)
"""The columns of a table of RTL facts."""


@cache
def shipped_rtl_facts() -> tuple[RtlFact, ...]:
    """Return the table of RTL facts that comes with codesign."""
    text = (resources.files("codesign.estimate") / "rtl_facts.csv").read_text(encoding="utf-8")
    return read_rtl_facts(text, place="rtl_facts.csv")


def read_rtl_facts(text: str, *, place: str) -> tuple[RtlFact, ...]:
    """Return the rows of a table of RTL facts.

    Args:
        text: Comma-separated values under the header :data:`RTL_COLUMNS`.
        place: Where it came from, for the messages.

    Raises:
        ReportError: If a column is unknown or missing or a cell does not fit.
    """
    return read_rows(text, RTL_COLUMNS, _read, place=place)


def write_rtl_facts(facts: Iterable[RtlFact]) -> str:
    """Return facts as the text of a table."""
    return write_rows(RTL_COLUMNS, map(_cells, facts))


def _read(row: Mapping[str, str]) -> RtlFact:
    return RtlFact(
        source=row["source"],
        licence=row["licence"],
        group=row["group"],
        tool=row["tool"],
        stage=Evidence(row["stage"]),
        part=row["part"],
        period_ns=float(row["period_ns"]),
        kind=row["kind"],
        counts=_counts(RtlCounts, row, ""),
        engine=_counts(EngineCounts, row, "engine_"),
        cost=float(row["cost"]),
        registers=known(row["registers"]),
        latency_cycles=int(row["latency_cycles"]),
        lut=_whole(row["lut"]),
        ff=_whole(row["ff"]),
        dsp=_whole(row["dsp"]),
    )


def _cells(fact: RtlFact) -> list[object]:
    return [
        *(getattr(fact, name) for name in _PLAIN),
        *(getattr(fact.counts, name) for name in _COUNTS),
        *(getattr(fact.engine, name.removeprefix("engine_")) for name in _ENGINE),
    ]


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None


def _counts(record: type[_Record], row: Mapping[str, str], prefix: str) -> _Record:
    return record(**{f.name: int(row[f"{prefix}{f.name}"] or 0) for f in fields(record)})
