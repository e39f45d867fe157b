"""Hold QKeras, emulator and C simulation against each other, bit for bit."""

from codesign.validation.certify import Answers, Certified, certify
from codesign.validation.compare import Sides, compare
from codesign.validation.divergence import first_divergence
from codesign.validation.overdrive import overdriven
from codesign.validation.profile import profile_tensors
from codesign.validation.strict import check_strict
from codesign.validation.suggest import suggest

__all__ = [
    "Answers",
    "Certified",
    "Sides",
    "certify",
    "check_strict",
    "compare",
    "first_divergence",
    "overdriven",
    "profile_tensors",
    "suggest",
]
