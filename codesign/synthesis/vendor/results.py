"""The reports of a step, read as reports of the right design, part and clock or not at all."""

from datetime import UTC, datetime
from pathlib import PurePosixPath

from codesign.design.report import Evidence
from codesign.errors import ReportError
from codesign.synthesis.reports import HardwareReports, read_reports
from codesign.synthesis.vendor.plan import PlannedCommand, SynthesisPlan

_ROUNDING_NS = {Evidence.CSYNTH: 0.005 + 1e-9}
"""HLS tools print two places of a clock period: 3.12 or 3.13 for 3.125."""
_EXACT_NS = 0.0005 + 1e-9


def read_step(
    plan: SynthesisPlan, command: PlannedCommand, *, newer_than: float
) -> HardwareReports | None:
    """Return what the reports of a step say, None for a step that makes none.

    Args:
        plan: What was to be done.
        command: How it was done.
        newer_than: When it began, in seconds since 1970.

    Raises:
        ReportError: If a report is incomplete, older, or of another design, part or clock.
    """
    if not command.reports:
        return None
    found = read_reports(
        plan.folder / PurePosixPath(command.reports[0]).parent,
        part=plan.part,
        newer_than=datetime.fromtimestamp(newer_than, tz=UTC),
    )
    for report in found.reports:
        period = report.period_ns
        limit = _ROUNDING_NS.get(report.evidence, _EXACT_NS)
        if report.design != plan.top:
            raise _other(found, "design", report.design, plan.top)
        if period is None or abs(period - plan.period_ns) > limit:
            raise _other(found, "clock", f"{period} ns", f"{plan.period_ns} ns")
    return found


def _other(found: HardwareReports, what: str, is_of: str, expected: str) -> ReportError:
    return ReportError(
        f"{found.folder} holds reports of {what} {is_of}, expected {expected}: they were made by "
        "another run; empty the folder and run the plan again"
    )
