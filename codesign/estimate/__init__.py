"""What a network costs on an FPGA, before any tool has run."""

from codesign.estimate.calibrate import calibrate
from codesign.estimate.estimate import estimate
from codesign.estimate.facts import read_facts, shipped_facts, write_facts
from codesign.estimate.fits import Fit, Verdict, check_fit
from codesign.estimate.forecast import Forecast, forecast
from codesign.estimate.profile import find_profile, read_profile, shipped_profiles
from codesign.estimate.tables import read_table
from codesign.estimate.what_if import suggest_changes, sweep_reuse

__all__ = [
    "Fit",
    "Forecast",
    "Verdict",
    "calibrate",
    "check_fit",
    "estimate",
    "find_profile",
    "forecast",
    "read_facts",
    "read_profile",
    "read_table",
    "shipped_facts",
    "shipped_profiles",
    "suggest_changes",
    "sweep_reuse",
    "write_facts",
]
