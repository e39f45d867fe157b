"""Level-1 trigger objects in the hardware units of a Global Trigger."""

from codesign.data.l1.adc2021 import iterate_adc2021
from codesign.data.l1.assemble import Conversion, L1Chunk
from codesign.data.l1.check import check_objects
from codesign.data.l1.formats import FORMATS
from codesign.data.l1.generate import L1Sample, l1_chunks, l1_events
from codesign.data.l1.layout import (
    EGAMMA,
    FEATURE_NAMES,
    JET,
    MET,
    MUON,
    OBJECTS,
    UNITS,
    ZERO_BIAS,
    ObjectKind,
)
from codesign.data.l1.pool import Pool, Stratum
from codesign.data.l1.pool_file import read_pool, write_pool
from codesign.data.l1.pool_making import make_pool
from codesign.data.l1.process import SIGNALS
from codesign.data.l1.root_objects import ObjectReading, iterate_objects_root

__all__ = [
    "EGAMMA",
    "FEATURE_NAMES",
    "FORMATS",
    "JET",
    "MET",
    "MUON",
    "OBJECTS",
    "SIGNALS",
    "UNITS",
    "ZERO_BIAS",
    "Conversion",
    "L1Chunk",
    "L1Sample",
    "ObjectKind",
    "ObjectReading",
    "Pool",
    "Stratum",
    "check_objects",
    "iterate_adc2021",
    "iterate_objects_root",
    "l1_chunks",
    "l1_events",
    "make_pool",
    "read_pool",
    "write_pool",
]
