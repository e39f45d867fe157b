"""The gate to Pythia 8: collisions of one process as flat arrays of final-state particles.

Source: Bierlich et al., arXiv:2203.11601 (Pythia 8.3).
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from codesign.data.optional import optional_module
from codesign.data.particles import Particles
from codesign.errors import ToolFailedError, ToolNotFoundError

MAX_SEED = 900_000_000
"""The largest seed that Pythia takes; the smallest is 1."""

_COMMON = ("Print:quiet = on", "Beams:eCM = 13000.")


class Collisions:
    """A started Pythia that makes proton collisions at 13 TeV.

    Args:
        name: What is made, for messages.
        settings: Lines of Pythia beside the common ones.
        seed: From 1 to `MAX_SEED`; the same seed gives the same collisions.

    Raises:
        ToolNotFoundError: If Pythia 8 or awkward is not installed (extra ``gen``).
        ToolFailedError: If Pythia refuses a setting or does not start.
    """

    def __init__(self, name: str, settings: Sequence[str], *, seed: int) -> None:
        module = optional_module("pythia8mc", extra="gen")
        self._awkward = optional_module("awkward", extra="gen")
        self._pythia = module.Pythia(str(_data_folder()), False)  # no banner
        for setting in (*_COMMON, *settings, "Random:setSeed = on", f"Random:seed = {seed}"):
            if not self._pythia.readString(setting):
                msg = f"Pythia refused {setting!r} for {name!r}; use 8.317.2"
                raise ToolFailedError(msg)
        if not self._pythia.init():
            msg = f"Pythia did not start for {name!r} with seed {seed}"
            raise ToolFailedError(msg)

    def next(self, num_events: int) -> tuple[Particles, int]:
        """Return the final-state particles of the next collisions and how many those are.

        Pythia may give a few less than asked for.
        """
        ak = self._awkward
        record: Any = self._pythia.nextBatch(num_events).prt
        record = record[record.status > 0]
        event = np.repeat(np.arange(len(record)), ak.to_numpy(ak.num(record)))
        components = (record.p.px, record.p.py, record.p.pz, record.p.e)
        momenta = [ak.to_numpy(ak.flatten(part)).astype(np.float64) for part in components]
        particles = Particles(
            event=event,
            pdg_id=ak.to_numpy(ak.flatten(record.id)).astype(np.int64),
            momenta=np.stack(momenta, axis=1),
        )
        return particles, len(record)


def _data_folder() -> Path:
    """Return where the wheel of Pythia keeps its particle data."""
    folder = Path(sys.prefix) / "share" / "Pythia8" / "xmldoc"
    if not folder.is_dir():
        msg = f"Pythia's data are not at {folder}; run `pip install codesign[gen]`"
        raise ToolNotFoundError(msg)
    return folder
