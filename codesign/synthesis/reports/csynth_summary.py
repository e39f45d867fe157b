"""``csynth.rpt`` of Vitis HLS: every module of the design, one row each."""

import re

from codesign.design.report import LayerReport
from codesign.design.resources import Resources
from codesign.synthesis.reports import checks, numbers
from codesign.synthesis.reports.csynth_rpt import hls_version, target_device
from codesign.synthesis.reports.grids import Grid, Row, only, read_grids
from codesign.synthesis.reports.hls import Spread, Synthesized, date_of, usage
from codesign.synthesis.reports.parts import device_of
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import INCOMPLETE, Source

TITLE = re.compile(r"== Synthesis Summary Report of '(?P<design>[^']+)'")
_SHARED = re.compile(r"(?P<count>[0-9]+|-)(?: \((?P<share>~0|[0-9]+)%\))?")
_COLUMNS = {"lut": "LUT", "ff": "FF", "dsp": "DSP", "bram_18k": "BRAM", "uram": "URAM"}
_SECTIONS = ("== HW Interfaces", "== Bind Op Report")


def read_csynth_summary(source: Source) -> ToolReport:
    """Return what the summary of a C-synthesis says.

    The clock period is not written; it follows from the latencies in cycles and in nanoseconds.

    Raises:
        ReportError: If a number is missing or contradicts another one.
    """
    line, design = next(
        (number, found["design"])
        for number, text in enumerate(source.lines, 1)
        if (found := TITLE.fullmatch(text.strip()))
    )
    source.find("== Synthesis Summary Report of")
    for section in _SECTIONS:
        source.find(section)
    grids = read_grids(source)
    part = target_device(source)
    grid = _table(grids, source)
    rows = [row for row in grid.rows if not _name(row).startswith("o ")]
    modules = {_name(row).lstrip("+* "): _module(grid, row, part) for row in rows}
    if not rows or _name(rows[0]).lstrip("+* ") != design:
        raise source.error(grid.line, f"the first row is not of {design}; {INCOMPLETE}")
    _check_repeats(grid, rows, modules, part)
    _check_dsp(grids, source, modules)
    top = modules.pop(design)
    latency, interval = _cycles(grid, rows[0])
    return Synthesized(
        source=source,
        format=Format.CSYNTH_SUMMARY,
        tool=f"Vitis HLS {hls_version(source)}",
        design=design,
        part=part,
        created=date_of(source.find("* Date:")[1]),
        line=line,
        latency=latency,
        interval=interval,
        period_ns=_period(grid),
        estimated_ns=None,
        resources=top.usage.resources,
        available=None,
        modules=tuple(modules.values()),
    ).report()


def _table(grids: tuple[Grid, ...], source: Source) -> Grid:
    found = [grid for grid in grids if "Modules & Loops" in grid.columns]
    if len(found) != 1:
        raise source.error(0, f"{len(found)} tables of modules, expected one; {INCOMPLETE}")
    return found[0]


def _name(row: Row) -> str:
    return row.cells[0].strip()


def _module(grid: Grid, row: Row, part: str) -> LayerReport:
    latency, interval = _cycles(grid, row)
    name = numbers.name(grid.source, row.line, _name(row).lstrip("+* "), "module")
    return LayerReport(
        name=name,
        kind=name,
        usage=usage(_resources(grid, row, part)),
        latency_cycles=latency.figure,
        initiation_interval=interval.figure,
    )


def _cycles(grid: Grid, row: Row) -> tuple[Spread, Spread]:
    found = []
    for name in ("Latency (cycles)", "Interval"):
        value = numbers.maybe_count(grid.source, row.line, row.cells[grid.column(name)], name)
        found.append(Spread(low=value, high=value))
    return found[0], found[1]


def _resources(grid: Grid, row: Row, part: str) -> Resources:
    device = device_of(part)
    counts = {}
    for name, column in _COLUMNS.items():
        text = row.cells[grid.column(column)].strip()
        found = _SHARED.fullmatch(text)
        if found is None:
            msg = f"{name} is {text!r}, expected a count and its share; {INCOMPLETE}"
            raise grid.source.error(row.line, msg)
        counts[name] = numbers.none_or_count(grid.source, row.line, found["count"], name)
        share = found["share"]
        if (share is None) is not (found["count"] in ("-", "0")):
            msg = f"{name} is {text!r}: a count without its share or the reverse; {INCOMPLETE}"
            raise grid.source.error(row.line, msg)
        if device and share:
            held = getattr(device.resources, name)
            checks.percent(grid.source, row.line, name, counts[name], held, share)
    return Resources(**counts)


def _check_repeats(grid: Grid, rows: list[Row], modules: dict[str, LayerReport], part: str) -> None:
    """Check that a module that is used several times costs the same in every row."""
    for row in rows:
        again = _module(grid, row, part)
        if modules[again.name] != again:
            msg = f"{again.name} stands twice with different numbers; {INCOMPLETE}"
            raise grid.source.error(row.line, msg)


def _check_dsp(grids: tuple[Grid, ...], source: Source, modules: dict[str, LayerReport]) -> None:
    """Check the DSP blocks of each module against the list of what they compute."""
    bound = only(grids, source, title="", section="Bind Op Report")
    column = bound.column("DSP")
    for row in bound.rows:
        name = _name(row)
        if not name.startswith("+ "):
            continue
        known = modules.get(name.removeprefix("+ "))
        if known is None:
            raise source.error(row.line, f"module {name} is not in the table; {INCOMPLETE}")
        value = numbers.none_or_count(source, row.line, row.cells[column], "dsp")
        checks.agree(source, row.line, f"{name} dsp", value, known.usage.dsp.value)


def _period(grid: Grid) -> float | None:
    """Return nanoseconds a cycle of the longest latency, after all others have agreed to it."""
    seen = []
    for row in grid.rows:
        cycles, _ = _cycles(grid, row)
        text = row.cells[grid.column("Latency (ns)")]
        time = (
            numbers.maybe_time(grid.source, row.line, f"{text.strip()} ns", "Latency (ns)")
            if text.strip() not in ("-", "?")
            else None
        )
        if (cycles.high is None) is not (time is None):
            msg = f"latency in cycles without nanoseconds or the reverse; {INCOMPLETE}"
            raise grid.source.error(row.line, msg)
        if time and cycles.high:
            seen.append((row.line, cycles.high, *time))
        elif time:
            checks.agree(grid.source, row.line, "latency (ns)", time[0], 0)
    if not seen:
        return None
    longest = min(seen, key=lambda row: row[3] / row[1])
    period = longest[2] / longest[1]
    for line, cycles_seen, time_ns, half in seen:
        expected = cycles_seen * period
        by = half + cycles_seen * longest[3] / longest[1]
        checks.close(grid.source, line, "latency (ns)", time_ns, expected, by)
    return round(period, 3)
