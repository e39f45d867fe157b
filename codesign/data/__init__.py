"""Events for training and certification: the record, the shipped samples, and the readers.

Importing this package loads NumPy and nothing heavier; uproot, h5py, pyarrow and the generators
are loaded by the function that needs them.
"""

from codesign.data.catalog import SAMPLES, load_events, load_sample
from codesign.data.columns import ColumnSummary, class_counts, summarize_columns
from codesign.data.event_set import EventSet, joined
from codesign.data.jet_features import JET_CLASSES, JET_FEATURES, JET_UNITS
from codesign.data.jet_hdf5 import read_jets_hdf5
from codesign.data.jet_tables import (
    read_events_npz,
    read_jets_arff,
    read_jets_csv,
    read_jets_parquet,
)
from codesign.data.npz import read_npz, write_npz
from codesign.data.root import iterate_root, read_root
from codesign.data.root_layout import RootLayout
from codesign.data.root_write import write_root, write_root_chunks

__all__ = [
    "JET_CLASSES",
    "JET_FEATURES",
    "JET_UNITS",
    "SAMPLES",
    "ColumnSummary",
    "EventSet",
    "RootLayout",
    "class_counts",
    "iterate_root",
    "joined",
    "load_events",
    "load_sample",
    "read_events_npz",
    "read_jets_arff",
    "read_jets_csv",
    "read_jets_hdf5",
    "read_jets_parquet",
    "read_npz",
    "read_root",
    "summarize_columns",
    "write_npz",
    "write_root",
    "write_root_chunks",
]
