"""``codesign read-report``: what a vendor's report says, in numbers with units."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codesign.cli.options import Json

if TYPE_CHECKING:
    from codesign.synthesis.reports import HardwareReports


def read_report(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A report, or a folder with reports.")
    ],
    *,
    part: Annotated[
        str | None, typer.Option("--part", metavar="PART", help="Refuse reports of another part.")
    ] = None,
    period: Annotated[
        float | None,
        typer.Option("--period", metavar="NS", help="Refuse reports of another clock period."),
    ] = None,
    json: Json = False,
) -> None:
    """Read reports of Vivado HLS, Vitis HLS and Vivado, made on any machine.

    C-synthesis, utilization (flat, hierarchical), timing, power, co-simulation and export reports
    are told by their content. What a report says twice must agree.

    \b
    Example:
      codesign read-report myproject_prj/solution1/syn/report/csynth.xml
      codesign read-report hls_projects/build/jet_tagger --part xcvu9p-flga2104-2L-e
    """
    from codesign.cli.output import show, show_json
    from codesign.cli.report_tables import files_table, modules_table, report_tables
    from codesign.design.codec import encode
    from codesign.reporting import to_rich
    from codesign.synthesis.reports import alone, read_reports
    from codesign.synthesis.reports import read_report as read

    found: HardwareReports
    if path.is_dir():
        found = read_reports(path, part=part, period_ns=period)
    else:
        found = alone(read(path), part=part, period_ns=period)
    if json:
        show_json(encode(found))
        return
    tables = [*report_tables(found), *(modules_table(report) for report in found.reports)]
    show(*(to_rich(table) for table in (*tables, files_table(found)) if table.rows))
