"""Where the objects of a Level-1 event stand in the trees of CMS and of Delphes.

A source is one collection: its branches of pT, eta and phi, perhaps of the bunch crossing, perhaps
of a type. Several sources of one kind are merged, as electrons and photons are.

Sources: L1Nano: CMSSW DPGAnalysis/L1TNanoAOD, type 2 of ``L1EtSum`` is missing ET
(DataFormats/L1Trigger, EtSum.h). NanoAOD: cms-nanoAOD documentation. Delphes: de Favereau et al.,
arXiv:1307.6346.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from codesign.data.l1.layout import EGAMMA, JET, MET, MUON, ObjectKind

_MISSING_ET = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A collection of objects in a tree.

    Attributes:
        pt: The branch of the transverse momentum in GeV.
        phi: That of the azimuth in radians.
        eta: That of the pseudorapidity; None for missing energy.
        crossing: That of the bunch crossing, of which 0 is taken.
        type_branch: That of a type, or None.
        type_value: The type that is taken.
    """

    pt: str
    phi: str
    eta: str | None = None
    crossing: str | None = None
    type_branch: str | None = None
    type_value: int = 0

    @property
    def branches(self) -> tuple[str, ...]:
        """Every branch that is read."""
        names = (self.pt, self.eta, self.phi, self.crossing, self.type_branch)
        return tuple(name for name in names if name is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFormat:
    """A kind of file.

    Attributes:
        name: The word for it.
        tree: The tree of events.
        sources: Of each kind of object: alternatives, each some collections to merge. The first
            alternative whose branches are all there is taken.
    """

    name: str
    tree: str
    sources: tuple[tuple[ObjectKind, tuple[tuple[Source, ...], ...]], ...]


def _flat(prefix: str, *, separator: str = "_", crossing: bool = False) -> Source:
    pt, eta, phi = ("PT", "Eta", "Phi") if separator == "." else ("pt", "eta", "phi")
    return Source(
        pt=f"{prefix}{separator}{pt}",
        eta=f"{prefix}{separator}{eta}",
        phi=f"{prefix}{separator}{phi}",
        crossing=f"{prefix}{separator}bx" if crossing else None,
    )


_L1_MET = Source(
    pt="L1EtSum_pt",
    phi="L1EtSum_phi",
    crossing="L1EtSum_bx",
    type_branch="L1EtSum_etSumType",
    type_value=_MISSING_ET,
)
_DELPHES_MET = Source(pt="MissingET.MET", phi="MissingET.Phi")

FORMATS: Final[Mapping[str, ObjectFormat]] = {
    "l1nano": ObjectFormat(
        name="l1nano",
        tree="Events",
        sources=(
            (MET, ((_L1_MET,),)),
            (EGAMMA, ((_flat("L1EG", crossing=True),),)),
            (MUON, ((_flat("L1Mu", crossing=True),),)),
            (JET, ((_flat("L1Jet", crossing=True),),)),
        ),
    ),
    "nanoaod": ObjectFormat(
        name="nanoaod",
        tree="Events",
        sources=(
            (
                MET,
                tuple(
                    (Source(pt=f"{name}_pt", phi=f"{name}_phi"),)
                    for name in ("PuppiMET", "MET", "PFMET")
                ),
            ),
            (EGAMMA, ((_flat("Electron"),),)),
            (MUON, ((_flat("Muon"),),)),
            (JET, ((_flat("Jet"),),)),
        ),
    ),
    "delphes": ObjectFormat(
        name="delphes",
        tree="Delphes",
        sources=(
            (MET, ((_DELPHES_MET,),)),
            (
                EGAMMA,
                (
                    (_flat("Electron", separator="."), _flat("Photon", separator=".")),
                    (_flat("Electron", separator="."),),
                ),
            ),
            (MUON, ((_flat("Muon", separator="."),),)),
            (JET, ((_flat("Jet", separator="."),),)),
        ),
    ),
}
"""The trees that `read_objects_root` knows, by the word for them."""
