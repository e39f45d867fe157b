"""Anti-kT jets and their mMDT-groomed constituents: the gate to FastJet.

Jets have R = 0.8; the modified mass-drop tagger keeps the first branching whose softer part holds
at least a tenth of the transverse momentum (soft drop with beta = 0).

Source: Cacciari, Salam, Soyez, arXiv:0802.1189 and arXiv:1111.6097; Dasgupta et al.,
arXiv:1307.0007; Larkoski et al., arXiv:1402.2657.
"""

from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.data.optional import optional_module
from codesign.data.particles import Particles

RADIUS = 0.8
"""Radius parameter of the jets."""

JET_PT_GEV = (800.0, 1600.0)
"""Transverse momentum of the jets that are kept."""

MAX_JET_ETA = 2.4
"""Pseudorapidity of the jets that are kept."""

JETS_PER_EVENT = 2
"""The leading jets of a collision that are looked at."""

Z_CUT = 0.1
"""Smallest share of the softer branch that stops the grooming."""

_MIN_PT_GEV = 1e-4
_WHOLE_JET = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Jets:
    """Jets with what is needed of their constituents.

    Attributes:
        zlogz: Sum of z log z over all constituents, z their energy share, shape (jets,).
        multiplicity: Number of all constituents, shape (jets,).
        mass: Mass after grooming in GeV, shape (jets,).
        groomed: Constituents left by the grooming, px, py, pz, energy in GeV, shape (all, 4).
        offsets: Those of jet i are from ``offsets[i]`` to ``offsets[i + 1]``, shape (jets + 1,).
    """

    zlogz: NDArray[np.float64]
    multiplicity: NDArray[np.int64]
    mass: NDArray[np.float64]
    groomed: NDArray[np.float64]
    offsets: NDArray[np.int64]


def find_jets(particles: Particles, *, num_events: int) -> Jets:
    """Return the leading jets of each collision that pass `JET_PT_GEV` and `MAX_JET_ETA`.

    Args:
        particles: Tracks and cells, ordered by collision; those without a finite four-momentum are
            dropped, since FastJet does not survive them.
        num_events: How many collisions there are.

    Raises:
        ToolNotFoundError: If FastJet is not installed (extra ``gen``).
    """
    ak, fastjet = _packages()
    kept = particles.finite()
    kept = kept.where(kept.pt > _MIN_PT_GEV)
    names = ("px", "py", "pz", "E")
    columns = {name: kept.momenta[:, index] for index, name in enumerate(names)}
    flat = ak.zip(columns, with_name="Momentum4D")
    events = ak.unflatten(flat, np.bincount(kept.event, minlength=num_events))
    sequence = fastjet.ClusterSequence(
        events, fastjet.JetDefinition(fastjet.antikt_algorithm, RADIUS)
    )
    constituents = _leading(ak, sequence)
    whole = fastjet.JetDefinition(fastjet.cambridge_algorithm, _WHOLE_JET)
    groomed = fastjet.ClusterSequence(ak.Array(constituents), whole)
    groomed = groomed.exclusive_jets_softdrop_grooming(
        njets=1, beta=0.0, symmetry_cut=Z_CUT, R0=1.0
    )
    share = constituents.E / ak.sum(constituents.E, axis=1)
    left = ak.to_packed(groomed.constituents)
    return Jets(
        zlogz=_numbers(ak, ak.sum(share * np.log(share), axis=1)),
        multiplicity=ak.to_numpy(ak.num(constituents)).astype(np.int64),
        mass=np.maximum(_numbers(ak, groomed.msoftdrop), 0.0),
        groomed=np.stack([_numbers(ak, ak.flatten(left[name])) for name in names], axis=1),
        offsets=np.concatenate([[0], np.cumsum(ak.to_numpy(ak.num(left)))]).astype(np.int64),
    )


def _leading(ak: ModuleType, sequence: Any) -> Any:
    """Return the constituents of the jets that are kept, one list a jet."""
    jets = sequence.inclusive_jets(min_pt=JET_PT_GEV[0])
    constituents = sequence.constituents(min_pt=JET_PT_GEV[0])
    order = ak.argsort(jets.pt, ascending=False)[:, :JETS_PER_EVENT]
    jets, constituents = jets[order], constituents[order]
    kept = (jets.pt < JET_PT_GEV[1]) & (abs(jets.eta) < MAX_JET_ETA)
    return ak.to_packed(ak.flatten(constituents[kept], axis=1))


def _numbers(ak: ModuleType, array: Any) -> NDArray[np.float64]:
    """Return a flat awkward array as NumPy."""
    result: NDArray[np.float64] = ak.to_numpy(array).astype(np.float64)
    return result


@lru_cache(maxsize=1)
def _packages() -> tuple[ModuleType, ModuleType]:
    """Return awkward and FastJet, four-vectors registered and the banner off."""
    optional_module("vector", extra="gen").register_awkward()
    fastjet = optional_module("fastjet", extra="gen")
    optional_module("fastjet._swig", extra="gen").ClusterSequence.set_fastjet_banner_stream(None)
    return optional_module("awkward", extra="gen"), fastjet
