"""Read the report that nextpnr writes as JSON."""

import json
from dataclasses import dataclass
from pathlib import Path

from codesign.design.resources import Resources
from codesign.errors import ReportError


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What nextpnr says of a placed and routed design.

    Attributes:
        used: Of the part.
        available: In the part.
        clock: Name of the slowest clock, empty where no path lies between two registers.
        fmax_mhz: Its highest frequency, None where no path lies between two registers.
    """

    used: Resources
    available: Resources
    clock: str
    fmax_mhz: float | None


def read_placed(path: Path) -> Placed:
    """Return the report of nextpnr-ecp5.

    Raises:
        ReportError: If the file is missing, cut off, or not such a report.
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        utilization = plain["utilization"]
        clocks = {name: float(clock["achieved"]) for name, clock in plain["fmax"].items()}
        slowest = min(clocks, key=lambda name: clocks[name], default="")
        return Placed(
            used=_resources(utilization, "used"),
            available=_resources(utilization, "available"),
            clock=slowest,
            fmax_mhz=clocks.get(slowest),
        )
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}); place the design anew"
        raise ReportError(msg) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{path} is no whole report of nextpnr-ecp5 ({error!r}); place the design anew"
        raise ReportError(msg) from error


def _resources(utilization: dict[str, dict[str, int]], column: str) -> Resources:
    return Resources(
        lut=utilization["TRELLIS_COMB"][column],
        ff=utilization["TRELLIS_FF"][column],
        dsp=utilization["MULT18X18D"][column],
        bram_18k=utilization["DP16KD"][column],
    )
