"""Events with their scores by several versions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.errors import InvalidDataError


@dataclass(frozen=True, eq=False, kw_only=True)
class Scored:
    """The scores of events.

    Attributes:
        objects: The events, hardware integers in the order of ``FEATURE_NAMES``, (events, 57).
        labels: Of each event, an index into ``label_names``.
        label_names: The classes.
        versions: The names of the versions: the first is the reference, the last the firmware.
        scores: Shape (events, versions), finite.
        smallest_share: The share of zero-bias events below which a rate may rest on too few
            collisions; 0 where they share none.
    """

    objects: NDArray[np.integer]
    labels: NDArray[np.int64]
    label_names: tuple[str, ...]
    versions: tuple[str, ...]
    scores: NDArray[np.float64]
    smallest_share: float = 0.0

    def __post_init__(self) -> None:
        shape = (len(self.labels), len(self.versions))
        if self.scores.shape != shape or len(self.objects) != len(self.labels):
            msg = (
                f"scores of shape {self.scores.shape} for {len(self.objects)} events; expected "
                f"{shape}"
            )
            raise InvalidDataError(msg)
        bad = np.argwhere(~np.isfinite(self.scores))
        if len(bad):
            event, version = bad[0]
            msg = (
                f"event {event} has the score {self.scores[event, version]} by "
                f"{self.versions[version]}; scores are finite"
            )
            raise InvalidDataError(msg)
