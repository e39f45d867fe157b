"""Level-1 trigger objects in the hardware units of a Global Trigger."""

from codesign.data.l1.layout import EGAMMA, FEATURE_NAMES, JET, MET, MUON, OBJECTS, ObjectKind

__all__ = ["EGAMMA", "FEATURE_NAMES", "JET", "MET", "MUON", "OBJECTS", "ObjectKind"]
