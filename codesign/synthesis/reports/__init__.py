"""Readers of what Vivado HLS, Vitis HLS and Vivado report."""

from codesign.synthesis.reports.folder import HardwareReports, alone, read_reports
from codesign.synthesis.reports.read import read_report
from codesign.synthesis.reports.record import Format, ToolReport

__all__ = ["Format", "HardwareReports", "ToolReport", "alone", "read_report", "read_reports"]
