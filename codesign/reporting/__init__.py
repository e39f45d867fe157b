"""What was learnt, shown: tables for the terminal and one HTML page to take to a meeting."""

from codesign.reporting.page import render_report, write_report
from codesign.reporting.scores import Scores
from codesign.reporting.tables import Table, certificate_table, cost_table, quality_table, to_rich

__all__ = [
    "Scores",
    "Table",
    "certificate_table",
    "cost_table",
    "quality_table",
    "render_report",
    "to_rich",
    "write_report",
]
