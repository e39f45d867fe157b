"""What a Level-1 event is: 19 objects of three hardware integers each, in a fixed order.

The order is that of the AXOL1TL trigger (cms-hls4ml/AXOL1TL): missing transverse energy, 4 e/gamma,
4 muons, 10 jets; each (pT, eta, phi); objects of a kind in falling pT; absent objects are zeros.
The scales are those of the CMS Level-1 Global Trigger: CMS Detector Note DN-2014/029, "Scales for
inputs to the micro Global Trigger".
"""

import math
from dataclasses import dataclass
from typing import Final

_CALO_ETA = 0.087 / 2
_CALO_PHI = 2 * math.pi / 144
_MUON_ETA = 0.0870 / 8
_MUON_PHI = 2 * math.pi / 576


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectKind:
    """One kind of trigger object and its hardware scales.

    Attributes:
        name: The prefix of its columns.
        count: Objects an event.
        first: The position of its first column.
        pt_gev: GeV a hardware unit of transverse momentum.
        eta: Pseudorapidity a hardware unit.
        phi_rad: Radians a hardware unit of azimuth.
        pt_bits: Bits of the unsigned transverse momentum; its largest value means "or more".
        pt_first: The hardware value of 0 GeV. That of a muon is 1: CMSSW unpacks
            ``(hwPt - 1) * 0.5`` GeV (EventFilter/L1TRawToDigi, MuonUnpacker), 0 means no muon.
    """

    name: str
    count: int
    first: int
    pt_gev: float
    eta: float
    phi_rad: float
    pt_bits: int
    pt_first: int = 0

    @property
    def pt_columns(self) -> slice:
        """The columns of the transverse momenta."""
        return slice(self.first, self.first + 3 * self.count, 3)

    @property
    def eta_columns(self) -> slice:
        """The columns of the pseudorapidities."""
        return slice(self.first + 1, self.first + 3 * self.count, 3)

    @property
    def phi_columns(self) -> slice:
        """The columns of the azimuths."""
        return slice(self.first + 2, self.first + 3 * self.count, 3)

    @property
    def pt_max(self) -> int:
        """The largest transverse momentum in hardware units."""
        return 2**self.pt_bits - 1

    @property
    def eta_max(self) -> int:
        """The largest absolute pseudorapidity in hardware units: 5, the end of the calorimeters."""
        return round(5 / self.eta)

    @property
    def phi_steps(self) -> int:
        """Hardware units of azimuth in a full turn."""
        return round(2 * math.pi / self.phi_rad)


MET: Final = ObjectKind(
    name="met", count=1, first=0, pt_gev=0.5, eta=_CALO_ETA, phi_rad=_CALO_PHI, pt_bits=12
)
EGAMMA: Final = ObjectKind(
    name="egamma", count=4, first=3, pt_gev=0.5, eta=_CALO_ETA, phi_rad=_CALO_PHI, pt_bits=9
)
MUON: Final = ObjectKind(
    name="muon",
    count=4,
    first=15,
    pt_gev=0.5,
    eta=_MUON_ETA,
    phi_rad=_MUON_PHI,
    pt_bits=9,
    pt_first=1,
)
JET: Final = ObjectKind(
    name="jet", count=10, first=27, pt_gev=0.5, eta=_CALO_ETA, phi_rad=_CALO_PHI, pt_bits=11
)
OBJECTS: Final = (MET, EGAMMA, MUON, JET)
ZERO_BIAS: Final = "zero_bias"
"""The class of crossings that no trigger has chosen."""


UNITS: Final = tuple(
    unit
    for kind in OBJECTS
    for _ in range(kind.count)
    for unit in (f"{kind.pt_gev:g} GeV", f"{kind.eta:g}", f"2 pi / {kind.phi_steps}")
)
"""Of each column: what one hardware unit is worth."""


def _names() -> tuple[str, ...]:
    numbered = [
        f"{kind.name}{index + 1 if kind.count > 1 else ''}"
        for kind in OBJECTS
        for index in range(kind.count)
    ]
    return tuple(f"{name}_{what}" for name in numbered for what in ("pt", "eta", "phi"))


FEATURE_NAMES: Final = _names()
"""The 57 columns: ``met_pt``, ``met_eta``, ``met_phi``, ``egamma1_pt``, ... ``jet10_phi``."""
