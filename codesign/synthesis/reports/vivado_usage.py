"""``report_utilization`` of Vivado for the whole design, as hls4ml's ``vivado_synth.rpt``.

Vivado counts block RAM in tiles of 36 Kb, half a tile for one block of 18 Kb. hls4ml prints these
tiles under the name ``BRAM_18K``; here a tile is two blocks of 18 Kb.
"""

from codesign.design.device import Device
from codesign.design.report import HardwareReport, LayerReport
from codesign.design.resources import Resources
from codesign.synthesis.reports import checks, numbers
from codesign.synthesis.reports.grids import Grid, Row, read_grids
from codesign.synthesis.reports.hls import usage
from codesign.synthesis.reports.parts import device_of
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import INCOMPLETE, Source
from codesign.synthesis.reports.vivado import Head, check_contents, read_head, stated

_LUT = ("Slice LUTs", "CLB LUTs")
_FF = ("Slice Registers", "CLB Registers")
_DSP = ("DSPs",)
_MEMORY = frozenset({"Block RAM Tile", "URAM"})


def read_utilization(source: Source) -> ToolReport:
    """Return what a flat report of utilization says.

    Raises:
        ReportError: If a number is missing or contradicts another one.
    """
    head = read_head(source)
    check_contents(source)
    # A placed design has the rows again, by where they went, under "... Distribution".
    grids = read_grids(source)
    sites = [
        grid
        for grid in grids
        if "Site Type" in grid.columns and not grid.title.endswith("Distribution")
    ]
    for grid in sites:
        for row in grid.rows:
            _check_share(grid, row)
    pairs = {
        "lut": _pair(source, sites, _LUT),
        "ff": _pair(source, sites, _FF),
        "dsp": _pair(source, sites, _DSP),
    }
    device = device_of(head.part)
    used, held = (Resources(**{name: pair[index] for name, pair in pairs.items()},
                            bram_18k=_blocks(source, sites)[index],
                            uram=_uram(source, sites, device)[index])
                  for index in (0, 1))  # fmt: skip
    _check_sums(source, sites)
    _check_parts(source, sites, device)
    merged = sum(_used(grid, row) for grid, row in _find(sites, ("Register as AND/OR",)))
    _check_primitives(source, grids, used, merged)
    return vivado_report(source, head, Format.UTILIZATION, used, held)


def vivado_report(
    source: Source,
    head: Head,
    kind: Format,
    used: Resources,
    held: Resources | None,
    layers: tuple[LayerReport, ...] = (),
) -> ToolReport:
    """Return the record of a report that knows resources and nothing else.

    Raises:
        ReportError: If the report does not say how far the design was built.
    """
    evidence = stated(source, head)
    device = device_of(head.part)
    hardware = HardwareReport(
        design=head.design,
        evidence=evidence,
        target=evidence,
        device=device.name if device else head.part,
        part=head.part,
        period_ns=None,
        tool=head.tool,
        layers=layers,
        usage=usage(used),
        available=held,
        latency_cycles=None,
        initiation_interval=None,
    )
    return ToolReport(
        path=source.name,
        format=kind,
        tool=head.tool,
        design=head.design,
        part=head.part,
        modified=source.modified.isoformat(),
        created=head.created,
        evidence=evidence,
        hardware=hardware,
    )


def _find(sites: list[Grid], labels: tuple[str, ...]) -> list[tuple[Grid, Row]]:
    return [(grid, row) for grid in sites for row in grid.rows_of(*labels)]


def _one(source: Source, sites: list[Grid], labels: tuple[str, ...]) -> tuple[Grid, Row]:
    found = _find(sites, labels)
    if len(found) != 1:
        msg = f"{len(found)} rows {labels[0]!r}, expected one; {INCOMPLETE}"
        raise source.error(found[1][1].line if found else 0, msg)
    return found[0]


def _used(grid: Grid, row: Row) -> float:
    """Return what is used; half a tile of block RAM is possible."""
    return numbers.decimal(grid.source, row.line, row.cells[grid.column("Used")], row.cells[0])


def _pair(source: Source, sites: list[Grid], labels: tuple[str, ...]) -> tuple[int, int]:
    grid, row = _one(source, sites, labels)
    used, held = row.cells[grid.column("Used")], row.cells[grid.column("Available")]
    what = labels[0]
    return (
        numbers.count(source, row.line, used, what),
        numbers.count(source, row.line, held, f"{what} available"),
    )


def _blocks(source: Source, sites: list[Grid]) -> tuple[int, int]:
    """Return blocks of 18 Kb, used and available."""
    grid, row = _one(source, sites, ("Block RAM Tile",))
    tiles = _used(grid, row)
    large, small = (_pair(source, sites, labels)[0] for labels in (("RAMB36/FIFO",), ("RAMB18",)))
    checks.agree(source, row.line, "tiles of block RAM", tiles, large + small / 2)
    held = numbers.count(source, row.line, row.cells[grid.column("Available")], "tiles available")
    return 2 * large + small, 2 * held


def _uram(source: Source, sites: list[Grid], device: Device | None) -> tuple[int, int]:
    """Return UltraRAM blocks; a part without them has no row for them."""
    memory, tiles = _one(source, sites, ("Block RAM Tile",))
    for row in memory.rows:
        label = row.cells[0].strip().rstrip("*")
        if _depth(row) == _depth(tiles) and label not in _MEMORY:
            raise source.error(row.line, f"memory {label!r} is not known; {INCOMPLETE}")
    expected = device is not None and device.resources.uram > 0
    if not _find(sites, ("URAM",)) and not expected:
        return 0, 0
    return _pair(source, sites, ("URAM",))


def _check_share(grid: Grid, row: Row) -> None:
    """Check used, available and percent of a row, where all three are given."""
    texts = [row.cells[grid.column(name)].strip() for name in ("Used", "Available", "Util%")]
    if not all(texts):
        return
    available = numbers.count(grid.source, row.line, texts[1], "available")
    label = row.cells[0].strip()
    checks.percent(grid.source, row.line, label, _used(grid, row), available, texts[2])


def _check_parts(source: Source, sites: list[Grid], device: Device | None) -> None:
    """Check what is available and what is prohibited against the data sheet."""
    if device is None:
        return
    whole = device.resources
    expected = ((_LUT, whole.lut), (_FF, whole.ff), (_DSP, whole.dsp),
                (("Block RAM Tile",), whole.bram_18k / 2), (("URAM",), whole.uram))  # fmt: skip
    for labels, total in expected:
        for grid, row in _find(sites, labels):
            names = [name for name in ("Available", "Prohibited") if name in grid.columns]
            texts = (row.cells[grid.column(name)] for name in names)
            held = (numbers.count(source, row.line, text, labels[0]) for text in texts)
            checks.adds_up(source, row.line, f"{labels[0]} of {device.part}", held, total)


def _check_sums(source: Source, sites: list[Grid]) -> None:
    """Check that rows are the sum of those indented below them."""
    for labels in (_LUT, ("LUT as Memory",), _FF, _DSP):
        grid, row = _one(source, sites, labels)
        index = grid.rows.index(row)
        depth = _depth(row)
        below: list[Row] = []
        for other in grid.rows[index + 1 :]:
            if _depth(other) <= depth:
                break
            if _depth(other) == depth + 2:
                below.append(other)
        if below:
            parts = [_used(grid, other) for other in below]
            checks.adds_up(source, row.line, labels[0], parts, _used(grid, row))


def _depth(row: Row) -> int:
    return len(row.cells[0]) - len(row.cells[0].lstrip())


def _check_primitives(
    source: Source, tables: tuple[Grid, ...], used: Resources, merged: float
) -> None:
    """Check registers and UltraRAM against the list of primitives.

    Registers that work as AND or OR, ``merged``, may stand there under another category.
    """
    grids = [grid for grid in tables if "Functional Category" in grid.columns]
    if len(grids) != 1:
        raise source.error(0, f"{len(grids)} lists of primitives, expected one; {INCOMPLETE}")
    grid = grids[0]
    counts: dict[str, int] = {}
    registers = 0
    for row in grid.rows:
        name, kind = row.cells[0].strip(), row.cells[grid.column("Functional Category")].strip()
        if name in counts:
            raise source.error(row.line, f"primitive {name} stands twice; {INCOMPLETE}")
        counts[name] = numbers.count(source, row.line, row.cells[grid.column("Used")], name)
        if kind in ("Flop & Latch", "Register"):
            registers += counts[name]
    if registers != used.ff - merged:
        checks.agree(source, grid.line, "registers among the primitives", registers, used.ff)
    uram = sum(count for name, count in counts.items() if name.startswith("URAM288"))
    checks.agree(source, grid.line, "UltraRAM among the primitives", uram, used.uram)
