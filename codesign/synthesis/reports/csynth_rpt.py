"""``<top>_csynth.rpt`` of Vivado HLS and Vitis HLS."""

import re
from collections.abc import Sequence

from codesign.design.report import LayerReport
from codesign.design.resources import Resources
from codesign.synthesis.reports import checks, numbers
from codesign.synthesis.reports.grids import Grid, Row, only, read_grids
from codesign.synthesis.reports.hls import Spread, Synthesized, date_of, usage
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import INCOMPLETE, Source

TITLE = re.compile(r"== (?P<tool>Vivado HLS|Vitis HLS) Report for '(?P<design>[^']+)'")
_VERSION = re.compile(r"(?P<version>20[0-9]{2}\.[0-9]{1,2}(\.[0-9]+)?) +\(Build .*\)")
_SECTIONS = ("== Performance Estimates", "== Utilization Estimates", "== Interface")
_COLUMNS = {
    "lut": ("LUT",),
    "ff": ("FF",),
    "dsp": ("DSP", "DSP48E"),
    "bram_18k": ("BRAM_18K",),
    "uram": ("URAM",),
}
_TOTAL = frozenset(
    {"Total", "Available", "Utilization (%)", "Available SLR", "Utilization SLR (%)"}
)
_OWN = frozenset({"DSP", "DSP48E", "Expression", "FIFO", "Instance", "Memory", "Multiplexer",
                  "Register"})  # fmt: skip


def read_csynth_rpt(source: Source) -> ToolReport:
    """Return what the report of one function says.

    Raises:
        ReportError: If a number is missing or contradicts another one.
    """
    line, rest = next(
        (number, found)
        for number, text in enumerate(source.lines, 1)
        if (found := TITLE.fullmatch(text.strip()))
    )
    source.find(f"== {rest['tool']} Report for")
    for section in _SECTIONS:
        source.find(section)
    grids = read_grids(source)
    target, estimated = _clock(only(grids, source, title="Timing * Summary"))
    periods = (target, estimated)
    latency, interval = _cycles(only(grids, source, title="Latency * Summary"), periods)
    area = only(grids, source, title="* Summary", section="Utilization Estimates")
    resources, available = _area(area)
    return Synthesized(
        source=source,
        format=Format.CSYNTH,
        tool=f"{rest['tool']} {hls_version(source)}",
        design=numbers.name(source, line, rest["design"], "design"),
        part=target_device(source),
        created=date_of(source.find("* Date:")[1]),
        line=line,
        latency=latency,
        interval=interval,
        period_ns=target,
        estimated_ns=estimated,
        resources=resources,
        available=available,
        modules=_modules(grids, area, periods),
    ).report()


def hls_version(source: Source) -> str:
    """Return the release that a report names.

    Raises:
        ReportError: If it names none.
    """
    line, text = source.find("* Version:")
    found = _VERSION.fullmatch(text)
    if found is None:
        msg = f"version {text!r}, expected such as '2022.2 (Build ...)'; {INCOMPLETE}"
        raise source.error(line, msg)
    return found["version"]


def target_device(source: Source) -> str:
    """Return the part that a report names."""
    line, text = source.find("* Target device:")
    return numbers.part(source, line, text)


def _clock(grid: Grid) -> tuple[float, float]:
    row = _single(grid)
    found = []
    for name in ("Target", "Estimated"):
        text = row.cells[grid.column(name)]
        found.append(numbers.period(grid.source, row.line, text, name))
    return found[0], found[1]


def _single(grid: Grid) -> Row:
    if len(grid.rows) != 1:
        msg = f"{len(grid.rows)} rows in {grid.part} {grid.title}, expected one; {INCOMPLETE}"
        raise grid.source.error(grid.line, msg)
    return grid.rows[0]


def _cycles(grid: Grid, periods: tuple[float, float]) -> tuple[Spread, Spread]:
    return _row_cycles(grid, _single(grid), periods)


def _row_cycles(grid: Grid, row: Row, periods: tuple[float, float]) -> tuple[Spread, Spread]:
    """Return latency and interval of a row, checked against the latency in nanoseconds."""
    pairs: list[Spread] = []
    for what in ("Latency", "Interval"):
        ends = []
        for end in ("min", "max"):
            text = row.cells[grid.column(f"{what} (cycles) {end}", f"{what} {end}")]
            ends.append(numbers.maybe_count(grid.source, row.line, text, f"{what} {end}"))
        checks.ordered(grid.source, row.line, what, ends)
        pairs.append(Spread(low=ends[0], high=ends[1]))
    latency, interval = pairs
    for end, cycles in (("min", latency.low), ("max", latency.high)):
        name = f"Latency (absolute) {end}"
        if name in grid.columns:
            text = row.cells[grid.column(name)]
            time = numbers.maybe_time(grid.source, row.line, text, name)
            checks.latency(grid.source, row.line, cycles, time, periods)
    return latency, interval


def _area(grid: Grid) -> tuple[Resources, Resources]:
    total, available = grid.row("Total"), grid.row("Available")
    used = _counts(grid, total)
    held = _counts(grid, available)
    own = [row for row in grid.rows if row.cells[0].strip() not in _TOTAL]
    odd = [row for row in own if row.cells[0].strip() not in _OWN]
    if odd or len(own) != len({row.cells[0].strip() for row in own}):
        line = odd[0].line if odd else grid.line
        raise grid.source.error(line, f"an unknown or repeated row of resources; {INCOMPLETE}")
    for name, column in _indices(grid).items():
        parts = (
            numbers.none_or_count(grid.source, row.line, row.cells[column], name) for row in own
        )
        checks.adds_up(grid.source, total.line, name, parts, used[name])
    _shares(grid, grid.row("Utilization (%)"), used, held)
    if grid.rows_of("Available SLR"):
        region = _counts(grid, grid.row("Available SLR"))
        _shares(grid, grid.row("Utilization SLR (%)"), used, region)
    return Resources(**used), Resources(**held)


def _indices(grid: Grid) -> dict[str, int]:
    """Return the column of each resource; a part without UltraRAM may have none for it."""
    unknown = set(grid.columns) - {"Name", "Instance", "Module"}.union(*_COLUMNS.values())
    if unknown:
        msg = f"columns {', '.join(sorted(unknown))} are not known; {INCOMPLETE}"
        raise grid.source.error(grid.line, msg)
    return {
        name: grid.column(*names)
        for name, names in _COLUMNS.items()
        if name != "uram" or "URAM" in grid.columns
    }


def _counts(grid: Grid, row: Row) -> dict[str, int]:
    found = dict.fromkeys(_COLUMNS, 0)
    for name, column in _indices(grid).items():
        found[name] = numbers.none_or_count(grid.source, row.line, row.cells[column], name)
    return found


def _shares(grid: Grid, row: Row, used: dict[str, int], held: dict[str, int]) -> None:
    for name, column in _indices(grid).items():
        checks.percent(
            grid.source, row.line, name, used[name], held[name], row.cells[column].strip()
        )


def _modules(
    grids: Sequence[Grid], area: Grid, periods: tuple[float, float]
) -> tuple[LayerReport, ...]:
    """Return the instances inside: resources of one table, cycles of another."""
    source = area.source
    places = [grid for grid in grids if grid.part == "Detail" and grid.title == "* Instance"]
    sizes = [grid for grid in places if grid.section == "Utilization Estimates"]
    speeds = [grid for grid in places if grid.section == "Performance Estimates"]
    if not sizes:
        _no_instances(area)
        return ()
    cycles = {}
    for grid in speeds:
        for row in grid.rows:
            name = row.cells[grid.column("Instance")].strip()
            if name in cycles:
                raise source.error(row.line, f"instance {name} stands twice; {INCOMPLETE}")
            cycles[name] = _row_cycles(grid, row, periods)
    grid = only(tuple(sizes), source, title="* Instance")
    rows = _summed(grid, area)
    missing = set(cycles) - {row.cells[0].strip() for row in rows}
    if missing:
        msg = f"no resources of {', '.join(sorted(missing))}; {INCOMPLETE}"
        raise source.error(grid.line, msg)
    return tuple(_module(grid, row, cycles.get(row.cells[0].strip())) for row in rows)


def _no_instances(area: Grid) -> None:
    for row in area.rows_of("Instance"):
        if any(cell.strip() not in ("-", "0") for cell in row.cells[1:]):
            raise area.source.error(row.line, f"instances that are not listed; {INCOMPLETE}")


def _summed(grid: Grid, area: Grid) -> list[Row]:
    """Return the rows of the instances, checked against their sum and the table above."""
    total = grid.row("Total")
    above = area.row("Instance")
    rows = [row for row in grid.rows if row is not total]
    if len({row.cells[0].strip() for row in rows}) != len(rows):
        raise grid.source.error(grid.line, f"an instance stands twice; {INCOMPLETE}")
    sums, outer = _counts(grid, total), _counts(area, above)
    for name in _indices(grid):
        parts = (_counts(grid, row)[name] for row in rows)
        checks.adds_up(grid.source, total.line, name, parts, sums[name])
        checks.agree(grid.source, total.line, f"{name} of instances", sums[name], outer[name])
    return rows


def _module(grid: Grid, row: Row, cycles: tuple[Spread, Spread] | None) -> LayerReport:
    latency, interval = cycles or (Spread(low=None, high=None), Spread(low=None, high=None))
    return LayerReport(
        name=numbers.name(grid.source, row.line, row.cells[0], "instance"),
        kind=numbers.name(grid.source, row.line, row.cells[grid.column("Module")], "module"),
        usage=usage(Resources(**_counts(grid, row))),
        latency_cycles=latency.figure,
        initiation_interval=interval.figure,
    )
