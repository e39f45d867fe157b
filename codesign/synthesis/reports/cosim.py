"""``<top>_cosim.rpt`` of Vivado HLS and Vitis HLS."""

import re

from codesign.design.report import CosimReport
from codesign.synthesis.reports import checks, numbers
from codesign.synthesis.reports.grids import Grid, Row, read_grids
from codesign.synthesis.reports.hls import Spread, date_of
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import INCOMPLETE, Source

HEAD = re.compile(r"Simulation tool *: *\S+")
_LATENCY = ("Latency", "Latency(Clock Cycles)")
_INTERVAL = ("Interval", "Interval(Clock Cycles)")
_DATE = re.compile(r"(.*) \S+ ([0-9]{4})\.?")


def read_cosim(source: Source) -> ToolReport:
    """Return what co-simulation measured; the file names neither design nor part nor clock.

    Raises:
        ReportError: If it failed, or a number is missing or contradicts another one.
    """
    grids = [grid for grid in read_grids(source) if "RTL Status" in " ".join(grid.columns[:2])]
    if len(grids) != 1:
        raise source.error(0, f"{len(grids)} tables of results, expected one; {INCOMPLETE}")
    grid = grids[0]
    ran = [row for row in grid.rows if row.cells[1].strip() != "NA"]
    if len(ran) != 1:
        msg = f"{len(ran)} languages were simulated, expected one; {INCOMPLETE}"
        raise source.error(grid.line, msg)
    row = ran[0]
    status = row.cells[1].strip()
    if status != "Pass":
        msg = f"co-simulation ended with {status!r}: RTL and C disagree; read its log"
        raise source.error(row.line, msg)
    latency = _spread(grid, row, _LATENCY).figure
    if latency is None:
        raise source.error(row.line, f"no latency was measured; {INCOMPLETE}")
    cosim = CosimReport(
        language=row.cells[0].strip(),
        latency_cycles=latency,
        initiation_interval=_spread(grid, row, _INTERVAL).figure,
    )
    _check_total(grid, row, cosim)
    date = _DATE.fullmatch(source.find("Report time")[1].lstrip(": "))
    return ToolReport(
        path=source.name,
        format=Format.COSIM,
        tool="",
        design="",
        part="",
        modified=source.modified.isoformat(),
        created=date_of(" ".join(date.groups())) if date else "",
        evidence=None,
        cosim=cosim,
    )


def _spread(grid: Grid, row: Row, names: tuple[str, ...]) -> Spread:
    values = []
    for end in ("min", "avg", "max"):
        text = row.cells[_column(grid, names, end)]
        values.append(numbers.maybe_count(grid.source, row.line, text, f"{names[0]} {end}"))
    checks.ordered(grid.source, row.line, names[0], values)
    if len({value is None for value in values}) != 1:
        msg = f"{names[0]} is known in part only; {INCOMPLETE}"
        raise grid.source.error(row.line, msg)
    return Spread(low=values[0], high=values[2])


def _column(grid: Grid, names: tuple[str, ...], end: str) -> int:
    return grid.column(*(f"{name} {end}" for name in names))


def _check_total(grid: Grid, row: Row, cosim: CosimReport) -> None:
    """Check the time of the whole run, which newer versions print: no shorter than one pass."""
    columns = [index for index, name in enumerate(grid.columns) if "Total Execution" in name]
    if not columns:
        return
    total = numbers.maybe_count(grid.source, row.line, row.cells[columns[0]], "total time")
    checks.ordered(grid.source, row.line, "cycles", (cosim.latency_cycles.value, total))
