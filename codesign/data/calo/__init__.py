"""Electrons and photons in a calorimeter, generated: what a network regresses energies from."""

from codesign.data.calo.generate import CaloSample, calo_chunks, feature_names, generate_chunk
from codesign.data.calo.geometry import FULL, GEOMETRIES, REDUCED, CaloGeometry, find_geometry

__all__ = [
    "FULL",
    "GEOMETRIES",
    "REDUCED",
    "CaloGeometry",
    "CaloSample",
    "calo_chunks",
    "feature_names",
    "find_geometry",
    "generate_chunk",
]
