"""The columns and classes of the LHC jet-tagging benchmark, in the order used everywhere here.

Source: Duarte et al., arXiv:1804.06913, table 1, and the OpenML set ``hls4ml_lhc_jets_hlf``, whose
columns stand in this order and whose sorted labels are g, q, t, w, z.
"""

JET_FEATURES = (
    "zlogz",
    "c1_b0_mmdt",
    "c1_b1_mmdt",
    "c1_b2_mmdt",
    "c2_b1_mmdt",
    "c2_b2_mmdt",
    "d2_b1_mmdt",
    "d2_b2_mmdt",
    "d2_a1_b1_mmdt",
    "d2_a1_b2_mmdt",
    "m2_b1_mmdt",
    "m2_b2_mmdt",
    "n2_b1_mmdt",
    "n2_b2_mmdt",
    "mass_mmdt",
    "multiplicity",
)
"""Sixteen high-level features; ``_mmdt`` ones are of the groomed jet."""

JET_UNITS = tuple("GeV" if name == "mass_mmdt" else "" for name in JET_FEATURES)
"""One unit a feature."""

JET_CLASSES = ("g", "q", "t", "w", "z")
"""Gluon, light quark, top quark, W and Z boson."""
