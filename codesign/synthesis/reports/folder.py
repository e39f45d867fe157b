"""All reports of a folder, held to be of one design, part and clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path

from codesign.design.report import CosimReport, Evidence, HardwareReport
from codesign.errors import ReportError
from codesign.synthesis.reports.agreement import check_agreement
from codesign.synthesis.reports.parts import same_part
from codesign.synthesis.reports.read import read_source, recognize
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import LIMIT_BYTES, Source

_FILES = 20_000
_ZONES = timedelta(hours=26)
"""A report tells local time without its zone: zones are up to 26 hours apart."""
_HLS = (Format.CSYNTH_XML, Format.CSYNTH, Format.CSYNTH_SUMMARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class HardwareReports:
    """What the reports of a folder say.

    Attributes:
        folder: Where they were found.
        reports: One a kind of evidence, from weak to strong, each put together from its files.
        cosim: What co-simulation measured, None where it was not run.
        files: Every file that is a part of it.
        passed_over: Files that are not, each with the reason, as sentences.
    """

    folder: str
    reports: tuple[HardwareReport, ...]
    cosim: CosimReport | None
    files: tuple[ToolReport, ...]
    passed_over: tuple[str, ...] = ()

    def of(self, evidence: Evidence) -> HardwareReport | None:
        """Return what is known by one kind of evidence, None where nothing is."""
        return next((report for report in self.reports if report.evidence is evidence), None)

    @property
    def strongest(self) -> HardwareReport | None:
        """What is known by the strongest evidence, None where only co-simulation was run."""
        return max(self.reports, key=lambda report: report.evidence.rank, default=None)


def read_reports(
    folder: Path,
    *,
    part: str | None = None,
    period_ns: float | None = None,
    newer_than: datetime | None = None,
) -> HardwareReports:
    """Return what the reports of a folder, and of the folders in it, say.

    Of each kind of evidence the newest run counts: the files of one folder. A run is complete or
    refused; files of one run that say one thing differently are refused.

    Args:
        folder: A project of hls4ml or codesign, or any folder with reports.
        part: The part that every report must be of.
        period_ns: The target clock period that every run must state.
        newer_than: When what they report on was begun; older files are refused.

    Raises:
        ReportError: If there is no report, a report cannot be read, or reports are old, of another
            part or clock, or contradict each other.
    """
    found = tuple(_all(folder))
    if not found:
        msg = f"{folder}: no report of Vivado HLS, Vitis HLS or Vivado; run the tool first"
        raise ReportError(msg)
    for report in found:
        _check_asked(report, part=part, period_ns=period_ns, newer_than=newer_than)
    return _put_together(found, folder=str(folder), period_ns=period_ns)


def alone(
    report: ToolReport, *, part: str | None = None, period_ns: float | None = None
) -> HardwareReports:
    """Return what one file says, as :func:`read_reports` does of a folder.

    Raises:
        ReportError: If it is of another part or clock.
    """
    _check_asked(report, part=part, period_ns=period_ns, newer_than=None)
    hardware = report.hardware
    return HardwareReports(
        folder=str(Path(report.path).parent),
        reports=(hardware,) if hardware else (),
        cosim=report.cosim,
        files=(report,),
    )


def _put_together(
    found: Sequence[ToolReport], *, folder: str, period_ns: float | None
) -> HardwareReports:
    kept: list[ToolReport] = []
    passed: list[str] = []
    reports = []
    for evidence in (Evidence.CSYNTH, Evidence.LOGIC_SYNTH, Evidence.PLACED):
        own = [report for report in found if report.evidence is evidence]
        run = _newest_run(_tops(own, passed), passed)
        kept += run
        if any(report.hardware for report in run):
            reports.append(_together(run, period_ns=period_ns))
        else:
            passed += [f"{report.path}: no report of resources beside it" for report in run]
    cosims = _newest_run([report for report in found if report.cosim], passed)
    _check_one(kept)
    return HardwareReports(
        folder=folder,
        reports=tuple(reports),
        cosim=cosims[-1].cosim if cosims else None,
        files=(*kept, *cosims),
        passed_over=tuple(passed),
    )


def _all(folder: Path) -> Iterable[ToolReport]:
    for path in _paths(folder):
        source = Source.load(path)
        if recognize(source) is not None:
            yield read_source(source)


def _paths(folder: Path) -> list[Path]:
    """Return files that may be reports; hidden folders hold the data bases of the tools."""
    if not folder.is_dir():
        msg = f"{folder} is not a folder; name one, or read the file alone"
        raise ReportError(msg)
    found = []
    for number, path in enumerate(folder.rglob("*")):
        if number > _FILES:
            msg = f"{folder} holds more than {_FILES} files; name the folder of the reports"
            raise ReportError(msg)
        inside = path.relative_to(folder).parts
        plain = path.suffix.lower() in (".rpt", ".xml") and path.is_file() and not path.is_symlink()
        if plain and not any(name.startswith(".") for name in inside):
            size = path.stat().st_size
            if path.suffix.lower() == ".rpt" or 0 < size <= LIMIT_BYTES:
                found.append(path)
    return sorted(found)


def _check_asked(
    report: ToolReport,
    *,
    part: str | None,
    period_ns: float | None,
    newer_than: datetime | None,
) -> None:
    if part is not None and report.format is not Format.COSIM and not same_part(report.part, part):
        msg = f"{report.path}: of part {report.part or 'not said'}, expected {part}; run it again"
        raise ReportError(msg)
    found = report.period_ns
    if period_ns is not None and found is not None and abs(found - period_ns) > 0.0005 + 1e-9:
        msg = f"{report.path}: of a clock of {found:g} ns, expected {period_ns:g} ns; run it again"
        raise ReportError(msg)
    if newer_than is None:
        return
    written = datetime.fromisoformat(report.modified)
    begun = newer_than.astimezone(UTC)
    says = datetime.fromisoformat(report.created) if report.created else None
    old = says is not None and says.replace(tzinfo=UTC) + _ZONES < begun
    if written < begun or old:
        when = report.created if old else report.modified
        msg = f"{report.path}: of {when}, older than {begun.isoformat()}; run the tool again"
        raise ReportError(msg)


def _tops(reports: Sequence[ToolReport], passed: list[str]) -> list[ToolReport]:
    """Return the reports of the top function; a C-synthesis reports on every function inside."""
    named = {report.design for report in reports if report.format in _HLS}
    if len(named) < 2:
        return list(reports)
    inside = {
        name
        for report in reports
        if report.hardware
        for layer in report.hardware.layers
        for name in (layer.kind, f"{report.design}_{layer.kind}")
    }
    tops = {report.design for report in reports if _says_top(report)} or named - inside
    if len(tops) > 1:
        places = ", ".join(report.path for report in reports if report.design in tops)
        msg = f"several designs, {', '.join(sorted(tops))}: {places}; name the folder of one"
        raise ReportError(msg)
    passed += [
        f"{report.path}: of a function inside; the top is {min(tops)}"
        for report in reports
        if report.design not in tops and report.format in _HLS
    ]
    return [r for r in reports if r.design in tops or r.format not in _HLS]


def _says_top(report: ToolReport) -> bool:
    return report.format is Format.CSYNTH_SUMMARY or Path(report.path).name == "csynth.xml"


def _newest_run(reports: Sequence[ToolReport], passed: list[str]) -> list[ToolReport]:
    """Return the files of the folder whose newest file is the newest of all."""
    if not reports:
        return []
    newest = max(reports, key=lambda report: report.modified)
    folder = Path(newest.path).parent
    passed += [
        f"{report.path}: older than {newest.path}"
        for report in reports
        if Path(report.path).parent != folder
    ]
    return [report for report in reports if Path(report.path).parent == folder]


def _together(run: Sequence[ToolReport], *, period_ns: float | None) -> HardwareReport:
    """Return one report of the files of a run, after they agreed with each other."""
    for one, two in combinations(run, 2):
        check_agreement(one, two)
    reports = [report.hardware for report in run if report.hardware]
    timing = next((report.timing for report in run if report.timing), None)
    period = next((r.period_ns for r in run if r.period_ns is not None), None)
    if period_ns is not None and period is None:
        msg = f"{run[0].path}: no file beside it states the clock; report the timing too"
        raise ReportError(msg)
    first = reports[0]
    return replace(
        first,
        design=next((report.design for report in run if report.design), first.design),
        period_ns=period,
        layers=max((report.layers for report in reports), key=len),
        available=next((r.available for r in reports if r.available), None),
        latency_cycles=next((r.latency_cycles for r in reports if r.latency_cycles), None),
        initiation_interval=next(
            (r.initiation_interval for r in reports if r.initiation_interval), None
        ),
        timing=timing,
        power=next((report.power for report in run if report.power), None),
    )


def _check_one(kept: Sequence[ToolReport]) -> None:
    """Check that all runs are of one part and clock."""
    known = [report for report in kept if report.part]
    for one, two in pairwise(known):
        if not same_part(one.part, two.part):
            msg = f"{one.path} is of part {one.part}, {two.path} of {two.part}; keep one of them"
            raise ReportError(msg)
    clocked = [(report.path, report.period_ns) for report in kept if report.period_ns is not None]
    for (path, period), (other, its) in pairwise(clocked):
        if abs((period or 0.0) - (its or 0.0)) > 0.0005 + 1e-9:
            msg = f"{path} is of a clock of {period} ns, {other} of {its} ns; keep one of them"
            raise ReportError(msg)
