"""``report_utilization -hierarchical`` of Vivado."""

from codesign.design.report import LayerReport
from codesign.design.resources import Resources
from codesign.synthesis.reports import checks, numbers
from codesign.synthesis.reports.grids import Grid, Row, read_grids
from codesign.synthesis.reports.hls import usage
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import INCOMPLETE, Source
from codesign.synthesis.reports.vivado import check_contents, read_head
from codesign.synthesis.reports.vivado_usage import vivado_report

_LUTS = ("Logic LUTs", "LUTRAMs", "SRLs")
_EXACT = {
    "LUTRAMs": ("LUTRAMs",),
    "SRLs": ("SRLs",),
    "FFs": ("FFs",),
    "RAMB36": ("RAMB36",),
    "RAMB18": ("RAMB18",),
    "URAM": ("URAM",),
    "DSP Blocks": ("DSP Blocks", "DSP48 Blocks"),
}
_KNOWN = {"Instance", "Module", "Total LUTs", *_LUTS}.union(*_EXACT.values())
_STEP = 2


def read_hierarchy(source: Source) -> ToolReport:
    """Return what a hierarchical report of utilization says.

    Raises:
        ReportError: If a number is missing or contradicts another one.
    """
    head = read_head(source)
    check_contents(source)
    grids = [grid for grid in read_grids(source) if grid.columns[:2] == ("Instance", "Module")]
    if len(grids) != 1 or not grids[0].rows:
        raise source.error(0, f"{len(grids)} tables of instances, expected one; {INCOMPLETE}")
    grid = grids[0]
    unknown = set(grid.columns) - _KNOWN
    if unknown:
        msg = f"columns {', '.join(sorted(unknown))} are not known; {INCOMPLETE}"
        raise source.error(grid.line, msg)
    top, *rest = grid.rows
    name = top.cells[0].strip()
    if name != head.design or top.cells[1].strip() != "(top)":
        msg = f"the first row is of {name!r}, expected the top {head.design!r}; {INCOMPLETE}"
        raise source.error(top.line, msg)
    for row in grid.rows:
        _check_luts(grid, row)
    _check_level(grid, 0)
    layers = tuple(_module(grid, row) for row in rest if _depth(row) == _depth(top) + _STEP)
    return vivado_report(source, head, Format.HIERARCHY, _resources(grid, top), None, layers)


def _depth(row: Row) -> int:
    return len(row.cells[0]) - len(row.cells[0].lstrip())


def _value(grid: Grid, row: Row, column: int) -> int:
    """Return a count; the report may print its share behind it."""
    text = row.cells[column].partition("(")[0]
    return numbers.count(grid.source, row.line, text, grid.columns[column])


def _check_luts(grid: Grid, row: Row) -> None:
    total = _value(grid, row, grid.column("Total LUTs"))
    parts = (_value(grid, row, grid.column(name)) for name in _LUTS)
    checks.adds_up(grid.source, row.line, f"LUTs of {row.cells[0].strip()}", parts, total)


def _check_level(grid: Grid, index: int) -> int:
    """Check a row against the rows below it; return the index of the next row of its level.

    Look-up tables of two children may share one primitive, so their sum may be larger.
    """
    row, depth = grid.rows[index], _depth(grid.rows[index])
    children: list[Row] = []
    place = index + 1
    while place < len(grid.rows) and _depth(grid.rows[place]) > depth:
        child = grid.rows[place]
        if _depth(child) != depth + _STEP:
            raise grid.source.error(child.line, f"an instance without its parent; {INCOMPLETE}")
        children.append(child)
        place = _check_level(grid, place)
    if children:
        _check_children(grid, row, children)
    return place


def _check_children(grid: Grid, row: Row, children: list[Row]) -> None:
    source, name = grid.source, row.cells[0].strip()
    seen = [child.cells[0].strip() for child in children]
    if len(set(seen)) != len(seen):
        raise source.error(row.line, f"an instance of {name} stands twice; {INCOMPLETE}")
    for what, names in _EXACT.items():
        if what == "URAM" and what not in grid.columns:
            continue
        column = grid.column(*names)
        parts = (_value(grid, child, column) for child in children)
        checks.adds_up(source, row.line, f"{what} of {name}", parts, _value(grid, row, column))
    column = grid.column("Total LUTs")
    total = _value(grid, row, column)
    parts_sum = sum(_value(grid, child, column) for child in children)
    if parts_sum < total:
        checks.adds_up(source, row.line, f"LUTs of {name}", [parts_sum], total)


def _resources(grid: Grid, row: Row) -> Resources:
    def value(*names: str) -> int:
        return _value(grid, row, grid.column(*names))

    return Resources(
        lut=value("Total LUTs"),
        ff=value("FFs"),
        dsp=value(*_EXACT["DSP Blocks"]),
        bram_18k=2 * value("RAMB36") + value("RAMB18"),
        uram=value("URAM") if "URAM" in grid.columns else 0,
    )


def _module(grid: Grid, row: Row) -> LayerReport:
    return LayerReport(
        name=row.cells[0].strip(),
        kind=row.cells[1].strip(),
        usage=usage(_resources(grid, row)),
        latency_cycles=None,
        initiation_interval=None,
    )
