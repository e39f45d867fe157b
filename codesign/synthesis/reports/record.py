"""What one report file says."""

from dataclasses import dataclass
from enum import StrEnum

from codesign.design.report import CosimReport, Evidence, HardwareReport, PowerReport, TimingReport


class Format(StrEnum):
    """The formats that are read."""

    CSYNTH_XML = "csynth.xml"
    CSYNTH = "csynth report"
    CSYNTH_SUMMARY = "csynth summary"
    UTILIZATION = "utilization"
    HIERARCHY = "hierarchical utilization"
    TIMING = "timing summary"
    POWER = "power"
    COSIM = "cosim report"
    EXPORT = "export report"
    EXPORT_XML = "export XML"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReport:
    """What one file says; None for what files of its format do not say.

    Attributes:
        path: The file.
        format: What it was recognized as.
        tool: Name and version, e.g. ``"Vitis HLS 2022.2"``; empty where the file does not say.
        design: The top module or function, empty where the file does not say.
        part: As the file writes it, empty where it does not say.
        modified: When the file was written, UTC, in ISO 8601.
        created: What the file says of that, in the local time of the machine that wrote it; empty
            where it does not say.
        evidence: How far the design was built.
        hardware: Resources, latency and clock.
        timing: Whether the clock is kept.
        power: What the design draws.
        cosim: What co-simulation measured.
    """

    path: str
    format: Format
    tool: str
    design: str
    part: str
    modified: str
    created: str
    evidence: Evidence | None
    hardware: HardwareReport | None = None
    timing: TimingReport | None = None
    power: PowerReport | None = None
    cosim: CosimReport | None = None

    @property
    def period_ns(self) -> float | None:
        """The target clock period in nanoseconds, None where the file does not say."""
        if self.timing:
            return self.timing.period_ns
        return self.hardware.period_ns if self.hardware else None
