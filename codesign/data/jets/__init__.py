"""Simulated jets: hard process, detector, clustering, substructure (extra ``gen``)."""

from codesign.data.jets.generate import generate_jets

__all__ = ["generate_jets"]
