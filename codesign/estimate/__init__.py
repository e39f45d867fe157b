"""What a network costs on an FPGA, before any tool has run."""

from codesign.estimate.calibrate import calibrate
from codesign.estimate.energy import EnergyEstimate, energy
from codesign.estimate.estimate import estimate
from codesign.estimate.facts import read_facts, shipped_facts, write_facts
from codesign.estimate.fits import Fit, Verdict, check_fit
from codesign.estimate.forecast import Forecast, forecast
from codesign.estimate.profile import find_profile, read_profile, shipped_profiles
from codesign.estimate.rtl import estimate_rtl
from codesign.estimate.rtl_calibrate import calibrate_rtl
from codesign.estimate.rtl_facts import read_rtl_facts, shipped_rtl_facts, write_rtl_facts
from codesign.estimate.rtl_tables import read_rtl_table
from codesign.estimate.tables import read_table
from codesign.estimate.what_if import suggest_changes, sweep_reuse

__all__ = [
    "EnergyEstimate",
    "Fit",
    "Forecast",
    "Verdict",
    "calibrate",
    "calibrate_rtl",
    "check_fit",
    "energy",
    "estimate",
    "estimate_rtl",
    "find_profile",
    "forecast",
    "read_facts",
    "read_profile",
    "read_rtl_facts",
    "read_rtl_table",
    "read_table",
    "shipped_facts",
    "shipped_profiles",
    "shipped_rtl_facts",
    "suggest_changes",
    "sweep_reuse",
    "write_facts",
    "write_rtl_facts",
]
