"""``report_power`` of Vivado."""

from codesign.design.report import PowerReport
from codesign.synthesis.reports import checks, numbers
from codesign.synthesis.reports.grids import Grid, only, read_grids
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import INCOMPLETE, Source
from codesign.synthesis.reports.vivado import check_contents, read_head, stated

_ROUNDING = 0.00151
"""Three numbers, each rounded to a milliwatt."""


def read_power(source: Source) -> ToolReport:
    """Return what a power report says.

    Raises:
        ReportError: If a number is missing or contradicts another one.
    """
    head = read_head(source)
    check_contents(source)
    grids = read_grids(source)
    summary = only(grids, source, title="1. Summary")
    total = _watts(summary, "Total On-Chip Power (W)")
    dynamic = _watts(summary, "Dynamic (W)")
    static = _watts(summary, "Device Static (W)")
    line = summary.line
    checks.close(source, line, "total power", total, dynamic + static, _ROUNDING)
    parts = only(grids, source, title="1.1 On-Chip Components")
    column = parts.column("Power (W)")
    for label, expected in (("Total", total), ("Static Power", static)):
        row = parts.row(label)
        value = numbers.decimal(source, row.line, row.cells[column], label)
        checks.close(source, row.line, label, value, expected, 0.00051)
    power = PowerReport(
        evidence=stated(source, head),
        total_w=total,
        dynamic_w=dynamic,
        static_w=static,
        confidence=_text(summary, "Confidence Level")[1],
    )
    return ToolReport(
        path=source.name,
        format=Format.POWER,
        tool=head.tool,
        design=head.design,
        part=head.part,
        modified=source.modified.isoformat(),
        created=head.created,
        evidence=power.evidence,
        power=power,
    )


def _watts(summary: Grid, label: str) -> float:
    line, text = _text(summary, label)
    # Vivado adds a warning to the number when the junction gets too hot.
    plain = text.partition("(")[0]
    value = numbers.decimal(summary.source, line, plain, label)
    if value < 0:
        raise summary.source.error(line, f"{label} is {value}; {INCOMPLETE}")
    return value


def _text(summary: Grid, label: str) -> tuple[int, str]:
    """Return a line of the summary, which has no header: its rows stand where others have it."""
    found = [row for row in summary.head if row.cells[0].strip() == label]
    if len(found) != 1 or len(found[0].cells) != 2:
        line = found[1].line if found[1:] else summary.line
        raise summary.source.error(line, f"{len(found)} rows {label!r}, expected one; {INCOMPLETE}")
    return found[0].line, found[0].cells[1].strip()
