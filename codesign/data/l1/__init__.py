"""Level-1 trigger objects in the hardware units of a Global Trigger."""

from codesign.data.l1.check import check_objects
from codesign.data.l1.layout import (
    EGAMMA,
    FEATURE_NAMES,
    JET,
    MET,
    MUON,
    OBJECTS,
    UNITS,
    ZERO_BIAS,
    ObjectKind,
)

__all__ = [
    "EGAMMA",
    "FEATURE_NAMES",
    "JET",
    "MET",
    "MUON",
    "OBJECTS",
    "UNITS",
    "ZERO_BIAS",
    "ObjectKind",
    "check_objects",
]
