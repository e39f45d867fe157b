"""What each stage measured of single events, from which resolutions are drawn."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from codesign.errors import InvalidDataError

Reals = NDArray[np.float64]
_FIRMWARE_FIRST = ("csim", "emulator", "qkeras")


class Answered(Protocol):
    """Outputs of several stages for the same events."""

    @property
    def num_events(self) -> int:
        """How many events there are."""

    @property
    def logits(self) -> tuple[tuple[str, NDArray[np.floating]], ...]:
        """Pairs of stage and outputs."""

    @property
    def output_word(self) -> str:
        """What an output is called, in the singular."""

    @property
    def firmware_stage(self) -> str:
        """The stage nearest to the firmware."""

    def of(self, stage: str) -> NDArray[np.floating]:
        """Return the outputs of a stage."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Responses:
    """What each stage measured of the same events.

    Attributes:
        labels: Shape (events,), indices into ``label_names``.
        label_names: The kinds of events.
        feature_names: The inputs of the network, in order.
        truth: Shape (events,), above 0.
        against: What the resolution is shown against, the truth first: name, unit and values of
            shape (events,).
        estimates: Pairs of stage or baseline and estimates of shape (events,).
        logits: Pairs of stage and outputs of the network, shape (events, 1).
    """

    labels: NDArray[np.integer]
    label_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    truth: Reals
    against: tuple[tuple[str, str, Reals], ...]
    estimates: tuple[tuple[str, Reals], ...]
    logits: tuple[tuple[str, NDArray[np.floating]], ...]

    def __post_init__(self) -> None:
        shape = self.truth.shape
        values = (*(v for *_, v in self.against), *(v for _, v in self.estimates))
        if len(shape) != 1 or not len(self.truth) or any(v.shape != shape for v in values):
            shapes = ", ".join(sorted({str(v.shape) for v in values}))
            msg = f"a truth of shape {shape} with estimates of shapes {shapes}; expected (events,)"
            raise InvalidDataError(msg)
        if not self.estimates or self.truth.min() <= 0:
            msg = "responses need estimates, and a truth above 0"
            raise InvalidDataError(msg)

    @property
    def num_events(self) -> int:
        """How many events there are."""
        return len(self.truth)

    @property
    def output_word(self) -> str:
        """What an output is called."""
        return "output"

    @property
    def stages(self) -> tuple[str, ...]:
        """Baselines and stages, in order."""
        return tuple(stage for stage, _ in self.estimates)

    @property
    def firmware_stage(self) -> str:
        """The stage nearest to the firmware: csim, else the emulator, else QKeras."""
        return next((stage for stage in _FIRMWARE_FIRST if stage in self.stages), self.stages[-1])

    @property
    def drawn_stages(self) -> tuple[str, ...]:
        """Those of a drawing: the baselines, float, and the one nearest to the firmware."""
        left_out = {"qkeras", "emulator", "csim"} - {self.firmware_stage}
        return tuple(stage for stage in self.stages if stage not in left_out)

    def of(self, stage: str) -> NDArray[np.floating]:
        """Return the outputs of a stage, shape (events, 1).

        Raises:
            InvalidDataError: If there are none.
        """
        return _found(self.logits, stage)

    def response(self, stage: str) -> Reals:
        """Return estimate over truth of a stage, shape (events,).

        Raises:
            InvalidDataError: If there are no estimates of it.
        """
        ratio: Reals = _found(self.estimates, stage) / self.truth
        return ratio


def _found(pairs: tuple[tuple[str, NDArray[np.floating]], ...], stage: str) -> NDArray[np.floating]:
    known = dict(pairs)
    if stage not in known:
        msg = f"nothing of stage {stage!r}; there are {', '.join(known)}"
        raise InvalidDataError(msg)
    return known[stage]
