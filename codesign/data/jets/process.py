"""The hard processes behind the five jet classes: the gate to Pythia 8.

Partons and bosons have about 1 TeV of transverse momentum in 13 TeV proton collisions, without
multiparton interactions. W and Z bosons decay to quarks and are longitudinal, as in the benchmark:
they come from a narrow scalar of 2.1 TeV, for which Pythia's heavy Higgs boson stands.

Source: Coleman et al., arXiv:1709.08705, section 3 (event samples of the jet benchmark), rebuilt
with the processes of Pythia 8.317 (Bierlich et al., arXiv:2203.11601).
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from codesign.data.jets.particles import Particles
from codesign.data.optional import optional_module
from codesign.errors import ToolFailedError, ToolNotFoundError

PT_HAT_GEV = (990.0, 1010.0)
"""Transverse momentum of the hard scattering, for the classes without a resonance."""

_COMMON = (
    "Print:quiet = on",
    "Beams:eCM = 13000.",
    "PartonLevel:MPI = off",
)
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


class Collisions:
    """A started Pythia that makes collisions of one jet class.

    Args:
        jet_class: One of the keys of `SETTINGS`.
        seed: From 1 to 900,000,000; the same seed gives the same collisions.

    Raises:
        ToolNotFoundError: If Pythia 8 or awkward is not installed (extra ``gen``).
        ToolFailedError: If Pythia refuses a setting or does not start.
    """

    def __init__(self, jet_class: str, *, seed: int) -> None:
        module = optional_module("pythia8mc", extra="gen")
        self._awkward = optional_module("awkward", extra="gen")
        self._pythia = module.Pythia(str(_data_folder()), False)  # no banner
        settings = (*_COMMON, *SETTINGS[jet_class], "Random:setSeed = on", f"Random:seed = {seed}")
        for setting in settings:
            if not self._pythia.readString(setting):
                msg = f"Pythia refused {setting!r} for jet class {jet_class!r}; use 8.317.2"
                raise ToolFailedError(msg)
        if not self._pythia.init():
            msg = f"Pythia did not start for jet class {jet_class!r} with seed {seed}"
            raise ToolFailedError(msg)

    def next(self, num_events: int) -> Particles:
        """Return the final-state particles of the next collisions, perhaps of a few less."""
        ak = self._awkward
        record: Any = self._pythia.nextBatch(num_events).prt
        record = record[record.status > 0]
        event = np.repeat(np.arange(len(record)), ak.to_numpy(ak.num(record)))
        components = (record.p.px, record.p.py, record.p.pz, record.p.e)
        momenta = [ak.to_numpy(ak.flatten(part)).astype(np.float64) for part in components]
        return Particles(
            event=event,
            pdg_id=ak.to_numpy(ak.flatten(record.id)).astype(np.int64),
            momenta=np.stack(momenta, axis=1),
        )


def _data_folder() -> Path:
    """Return where the wheel of Pythia keeps its particle data."""
    folder = Path(sys.prefix) / "share" / "Pythia8" / "xmldoc"
    if not folder.is_dir():
        msg = f"Pythia's data are not at {folder}; run `pip install codesign[gen]`"
        raise ToolNotFoundError(msg)
    return folder
