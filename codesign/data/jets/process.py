"""The hard processes behind the five jet classes.

Partons and bosons have about 1 TeV of transverse momentum in 13 TeV proton collisions, without
multiparton interactions. W and Z bosons decay to quarks and are longitudinal, as in the benchmark:
they come from a narrow scalar of 2.1 TeV, for which Pythia's heavy Higgs boson stands.

Source: Coleman et al., arXiv:1709.08705, section 3 (event samples of the jet benchmark), rebuilt
with the processes of Pythia 8.317 (Bierlich et al., arXiv:2203.11601).
"""

from collections.abc import Mapping

from codesign.data.pythia import Collisions

PT_HAT_GEV = (990.0, 1010.0)
"""Transverse momentum of the hard scattering, for the classes without a resonance."""

_COMMON = ("PartonLevel:MPI = off",)
_NARROW_PT = (
    f"PhaseSpace:pTHatMin = {PT_HAT_GEV[0]}",
    f"PhaseSpace:pTHatMax = {PT_HAT_GEV[1]}",
)
_HEAVY_HIGGS = (
    "HiggsSM:gg2H = on",
    "25:m0 = 2100.",
    "25:doForceWidth = on",
    "25:mWidth = 20.",
    "25:mMin = 1900.",
    "25:mMax = 2300.",
    "25:onMode = off",
)
_W_TO_QUARKS = ("24:onMode = off", "24:onIfAny = 1 2 3 4 5")
_Z_TO_QUARKS = ("23:onMode = off", "23:onIfAny = 1 2 3 4 5")

SETTINGS: Mapping[str, tuple[str, ...]] = {
    "g": ("HardQCD:gg2gg = on", "HardQCD:qqbar2gg = on", *_NARROW_PT),
    "q": (
        "HardQCD:qq2qq = on",
        "HardQCD:gg2qqbar = on",
        "HardQCD:qqbar2qqbarNew = on",
        *_NARROW_PT,
    ),
    "t": ("Top:gg2ttbar = on", "Top:qqbar2ttbar = on", *_W_TO_QUARKS, *_NARROW_PT),
    "w": (*_HEAVY_HIGGS, "25:onIfMatch = 24 24", *_W_TO_QUARKS),
    "z": (*_HEAVY_HIGGS, "25:onIfMatch = 23 23", *_Z_TO_QUARKS),
}
"""Jet class to the settings that make it, beside those common to all."""


def jet_collisions(jet_class: str, *, seed: int) -> Collisions:
    """Return a started Pythia that makes collisions of one jet class.

    Args:
        jet_class: One of the keys of `SETTINGS`.
        seed: From 1 to 900,000,000; the same seed gives the same collisions.

    Raises:
        ToolNotFoundError: If Pythia 8 or awkward is not installed (extra ``gen``).
        ToolFailedError: If Pythia refuses a setting or does not start.
    """
    return Collisions(f"jet class {jet_class}", (*_COMMON, *SETTINGS[jet_class]), seed=seed)
