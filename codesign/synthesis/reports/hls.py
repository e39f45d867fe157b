"""What the reports of HLS tools have in common, whatever their format."""

from dataclasses import dataclass
from datetime import datetime

from codesign.design.report import (
    Evidence,
    Figure,
    HardwareReport,
    LayerReport,
    TimingReport,
    Usage,
)
from codesign.design.resources import Resources
from codesign.synthesis.reports import checks
from codesign.synthesis.reports.parts import device_of
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The shortest and the longest of a number of cycles, None where the tool leaves it open."""

    low: int | None
    high: int | None

    @property
    def figure(self) -> Figure | None:
        """The longest, with the range from the shortest."""
        if self.low is None or self.high is None:
            return None
        return Figure(value=self.high, low=self.low, high=self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesized:
    """What C-synthesis says of its top function.

    Attributes:
        source: The file.
        format: Of the file.
        tool: Name and version.
        design: The top function.
        part: As the tool writes it.
        created: When, as the tool writes it.
        line: Where the resources stand.
        latency: In cycles.
        interval: Cycles between two inputs.
        period_ns: The target clock period, None where it cannot be told.
        estimated_ns: The estimated one, None where it is not said.
        resources: Of the top function, everything included.
        available: What the part holds.
        modules: The functions and instances inside.
    """

    source: Source
    format: Format
    tool: str
    design: str
    part: str
    created: str
    line: int
    latency: Spread
    interval: Spread
    period_ns: float | None
    estimated_ns: float | None
    resources: Resources
    available: Resources | None
    modules: tuple[LayerReport, ...]

    def report(self) -> ToolReport:
        """Return the record, after the checks that all formats share.

        Raises:
            ReportError: If what the part holds is not what its data sheet says, or shortest and
                longest are not in order.
        """
        for what, pair in (("latency", self.latency), ("interval", self.interval)):
            checks.ordered(self.source, self.line, what, (pair.low, pair.high))
        device = device_of(self.part)
        if self.available:
            checks.catalog(self.source, self.line, self.available, device)
        timing = None
        if self.period_ns is not None and self.estimated_ns is not None:
            slack = round(self.period_ns - self.estimated_ns, 6)
            timing = TimingReport(evidence=Evidence.CSYNTH, period_ns=self.period_ns, wns_ns=slack)
        hardware = HardwareReport(
            design=self.design,
            evidence=Evidence.CSYNTH,
            target=Evidence.CSYNTH,
            device=device.name if device else self.part,
            part=self.part,
            period_ns=self.period_ns,
            tool=self.tool,
            layers=self.modules,
            usage=usage(self.resources),
            available=self.available,
            latency_cycles=self.latency.figure,
            initiation_interval=self.interval.figure,
            timing=timing,
        )
        return ToolReport(
            path=self.source.name,
            format=self.format,
            tool=self.tool,
            design=self.design,
            part=self.part,
            modified=self.source.modified.isoformat(),
            created=self.created,
            evidence=Evidence.CSYNTH,
            hardware=hardware,
            timing=timing,
        )


def usage(resources: Resources) -> Usage:
    """Return counts as figures without a range."""
    return Usage(**{name: Figure.exact(getattr(resources, name)) for name in checks.NAMES})


def hls_tool(version: str) -> str:
    """Return name and version of the HLS tool of a release.

    Source: AMD UG1399: Vitis HLS replaces Vivado HLS from version 2020.2 on.

    Examples:
        >>> hls_tool("2020.1"), hls_tool("2022.2")
        ('Vivado HLS 2020.1', 'Vitis HLS 2022.2')
    """
    year, _, release = version.partition(".")
    name = "Vitis HLS" if (int(year), int(release)) >= (2020, 2) else "Vivado HLS"
    return f"{name} {version}"


def date_of(text: str) -> str:
    """Return a date in ISO 8601, empty where it is not written as tools do.

    Examples:
        >>> date_of("Tue Jan 28 04:09:34 2025")
        '2025-01-28T04:09:34'
    """
    try:
        # The tool writes local time and does not say of which zone.
        found = datetime.strptime(" ".join(text.split()), "%a %b %d %H:%M:%S %Y")  # noqa: DTZ007
    except ValueError:
        return ""
    return found.isoformat()
