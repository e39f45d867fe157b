"""Events for training and certification: the record, the shipped samples, and the readers."""

from codesign.data.catalog import load_events, load_sample
from codesign.data.event_set import EventSet
from codesign.data.jet_features import JET_CLASSES, JET_FEATURES, JET_UNITS
from codesign.data.npz import read_npz, write_npz

__all__ = [
    "JET_CLASSES",
    "JET_FEATURES",
    "JET_UNITS",
    "EventSet",
    "load_events",
    "load_sample",
    "read_npz",
    "write_npz",
]
