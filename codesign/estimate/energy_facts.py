"""Power that vendor tools modelled for public designs, as rows of a table.

A row is one line of a ``report_power``: the watts of one kind of thing, how many of it the design
has, and its clock. All were made without recorded activity, at the tool's default toggle rate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from codesign.design.device import Family
from codesign.estimate.facts_table import read_rows

TOGGLE_RATE = 0.125
"""Changes of a signal a clock cycle where nothing is known of it.

Source: AMD UG907, "Power Analysis and Optimization": the default toggle rate is 12.5 %.
"""


class Component(StrEnum):
    """What draws power, and what is counted for it."""

    CLOCKS = "clocks"
    """Clock trees; flip-flops are counted."""
    REGISTERS = "registers"
    """Flip-flops that change; flip-flops are counted."""
    LOGIC = "logic"
    """Look-up tables, carry chains and multiplexers; look-up tables are counted."""
    SIGNALS = "signals"
    """Wires between them; look-up tables are counted."""
    BRAM_18K = "bram_18k"
    """Block RAMs of 18 Kb."""
    STATIC = "static"
    """Leakage; look-up tables that the part holds are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerFact:
    """One line of a power report.

    Attributes:
        source: Who published the report.
        licence: Of the source.
        part: The device.
        family: Of the part.
        tool: That modelled it.
        clock_mhz: Of the design, in megahertz.
        component: What draws it.
        watts: What it draws.
        used: How many there are.
    """

    source: str
    licence: str
    part: str
    family: Family
    tool: str
    clock_mhz: float
    component: Component
    watts: float
    used: int

    @property
    def cycles_hz(self) -> float:
        """How many of it are clocked a second."""
        return self.used * self.clock_mhz * 1e6


COLUMNS = ("source", "licence", "part", "family", "tool", "clock_mhz", "component", "watts",
           "used")  # fmt: skip
"""The columns of the table."""


@cache
def power_facts() -> tuple[PowerFact, ...]:
    """Return the table that comes with codesign."""
    text = (resources.files("codesign.estimate") / "energy_facts.csv").read_text(encoding="utf-8")
    return read_power_facts(text, place="energy_facts.csv")


def read_power_facts(text: str, *, place: str) -> tuple[PowerFact, ...]:
    """Return the rows of a table.

    Args:
        text: Comma-separated values under the header :data:`COLUMNS`.
        place: Where it came from, for the messages.

    Raises:
        ReportError: If a column is unknown or missing or a cell does not fit.
    """
    return read_rows(text, COLUMNS, _read, place=place)


def _read(row: Mapping[str, str]) -> PowerFact:
    return PowerFact(
        source=row["source"],
        licence=row["licence"],
        part=row["part"],
        family=Family(row["family"]),
        tool=row["tool"],
        clock_mhz=float(row["clock_mhz"]),
        component=Component(row["component"]),
        watts=float(row["watts"]),
        used=int(row["used"]),
    )
