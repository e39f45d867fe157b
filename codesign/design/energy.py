"""The energy of a call, and how it was obtained."""

from dataclasses import dataclass
from enum import StrEnum

from codesign.errors import InvalidDesignError


class EnergySource(StrEnum):
    """How an energy was obtained."""

    RAPL = "measured RAPL"
    """By the counters of the CPU package, everything else that runs there included."""
    NVML = "measured NVML"
    """By the counter of the GPU board, its idle power included."""
    TDP = "modelled from TDP"
    """A stated power times the measured time."""
    VENDOR = "vendor report"
    """Modelled by a synthesis tool for the part, times the time."""
    PUBLISHED = "published"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Energy:
    """The energy of one call.

    Attributes:
        source: How it was obtained.
        power_w: Mean power in watts, None where it is unavailable.
        call_mj: Energy of one call in millijoules, None where it is unavailable.
        detail: What was read, or why nothing could be.
    """

    source: EnergySource
    power_w: float | None = None
    call_mj: float | None = None
    detail: str = ""

    def __post_init__(self) -> None:
        unavailable = self.source is EnergySource.UNAVAILABLE
        if unavailable != (self.call_mj is None) or unavailable != (self.power_w is None):
            msg = f"an energy of source {self.source!r} with {self.call_mj} mJ, {self.power_w} W"
            raise InvalidDesignError(msg)
