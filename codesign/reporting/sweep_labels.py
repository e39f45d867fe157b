"""What the figures of a sweep share: sizes, error bars, words."""

from collections.abc import Sequence

from codesign.reporting import notation
from codesign.reporting.plots import plain
from codesign.reporting.sweep_records import Reading, SweepSummary, figure_name

SIZE = (8.0, 4.6)
MANY = 800
"""From how many points they are drawn as a picture."""


def error_bars(readings: Sequence[Reading]) -> list[list[float]] | None:
    """Return the errors of readings, below and above; None where there are none."""
    if all(reading.low == reading.high for reading in readings):
        return None
    return [
        [reading.value - reading.low for reading in readings],
        [reading.high - reading.value for reading in readings],
    ]


def axis_label(summary: SweepSummary, figure: str) -> str:
    """Return the name of a figure with its evidence."""
    evidence = summary.evidence(figure)
    return f"{figure_name(figure)}\n({evidence})" if evidence else figure_name(figure)


def events_of(summary: SweepSummary) -> str:
    """Return on how many events of which sample the qualities were measured."""
    where = plain(summary.sample)
    return f"{notation.count(summary.events)} test events of {where}" if summary.events else where


def means_of(summary: SweepSummary) -> str:
    """Return a note on how many seeds figures are means over."""
    most = max((design.seeds for design in summary.designs), default=1)
    return f"; means over up to {most} seeds" if most > 1 else ""


def capital(text: str) -> str:
    """Return a text that begins a sentence."""
    return text[:1].upper() + text[1:]
