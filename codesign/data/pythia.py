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
        hardest: Least and first too large transverse momentum, in GeV, of the hardest parton
            interaction of a soft collision; others are given up before they cost much. None
            takes all.

    Raises:
        ToolNotFoundError: If Pythia 8 or awkward is not installed (extra ``gen``).
        ToolFailedError: If Pythia refuses a setting or does not start.
    """

    def __init__(
        self,
        name: str,
        settings: Sequence[str],
        *,
        seed: int,
        hardest: tuple[float, float] | None = None,
    ) -> None:
        module = optional_module("pythia8mc", extra="gen")
        self._awkward = optional_module("awkward", extra="gen")
        self._pythia = module.Pythia(str(_data_folder()), False)  # no banner
        for setting in (*_COMMON, *settings, "Random:setSeed = on", f"Random:seed = {seed}"):
            if not self._pythia.readString(setting):
                msg = f"Pythia refused {setting!r} for {name!r}; use 8.317.2"
                raise ToolFailedError(msg)
        if hardest is not None:
            self._hook = _hook_between(module, *hardest)  # Pythia does not keep it alive
            self._pythia.setUserHooksPtr(self._hook)
        if not self._pythia.init():
            msg = f"Pythia did not start for {name!r} with seed {seed}"
            raise ToolFailedError(msg)

    @property
    def cross_section_mb(self) -> tuple[float, float]:
        """The cross section of what was made up to now, and its error, in mb."""
        info = self._pythia.infoPython()
        return float(info.sigmaGen()), float(info.sigmaErr())

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


def _hook_between(module: Any, low: float, high: float) -> Any:
    """Return what tells Pythia to go on only where the hardest interaction is within bounds."""

    class Between(module.UserHooks):  # type: ignore[misc]
        def canVetoMPIStep(self) -> bool:  # noqa: N802 - Pythia's name
            return True

        def numberVetoMPIStep(self) -> int:  # noqa: N802 - Pythia's name
            return 1

        def doVetoMPIStep(self, _step: int, event: Any) -> bool:  # noqa: N802 - Pythia's name
            last = event.size()
            return not low <= max(event[last - 1].pT(), event[last - 2].pT()) < high

    return Between()


def _data_folder() -> Path:
    """Return where the wheel of Pythia keeps its particle data."""
    folder = Path(sys.prefix) / "share" / "Pythia8" / "xmldoc"
    if not folder.is_dir():
        msg = f"Pythia's data are not at {folder}; run `pip install codesign[gen]`"
        raise ToolNotFoundError(msg)
    return folder
