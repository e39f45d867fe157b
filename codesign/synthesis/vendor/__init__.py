"""The vendor's tools: what they would be asked as a plan, and the plan carried out."""

from codesign.synthesis.vendor.execute import StepResult, VendorResult, execute
from codesign.synthesis.vendor.make_plan import plan, write_plan
from codesign.synthesis.vendor.plan import Stage, SynthesisPlan, VendorTool

__all__ = [
    "Stage",
    "StepResult",
    "SynthesisPlan",
    "VendorResult",
    "VendorTool",
    "execute",
    "plan",
    "write_plan",
]
