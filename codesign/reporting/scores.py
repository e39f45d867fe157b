"""The scores of single events, from which curves are drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.errors import InvalidDataError
from codesign.metrics import RocCurve, roc_curve, softmax

_FIRMWARE_FIRST = ("csim", "emulator", "qkeras")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """What each stage said about the same events.

    Attributes:
        labels: Shape (events,), indices into ``label_names``.
        label_names: The classes.
        feature_names: The inputs of the network, in order.
        logits: Pairs of stage (``"float"``, ``"qkeras"``, ``"emulator"``, ``"csim"``) and logits of
            shape (events, classes), as real numbers.
    """

    labels: NDArray[np.integer]
    label_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    logits: tuple[tuple[str, NDArray[np.floating]], ...]

    def __post_init__(self) -> None:
        events, classes = len(self.labels), len(self.label_names)
        if self.labels.ndim != 1 or not events or not self.logits:
            msg = (
                f"scores of {len(self.logits)} stages for labels of shape {self.labels.shape}; "
                "expected at least one stage and labels of shape (events,)"
            )
            raise InvalidDataError(msg)
        for stage, logits in self.logits:
            if logits.shape != (events, classes) or not np.isfinite(logits).all():
                msg = (
                    f"{stage}: logits have shape {logits.shape}; expected finite numbers of shape "
                    f"{(events, classes)}, one row a label and one column for each of "
                    f"{', '.join(self.label_names)}"
                )
                raise InvalidDataError(msg)
        counts = [int((self.labels == index).sum()) for index in range(classes)]
        if sum(counts) != events or not all(counts):
            msg = (
                f"labels of shape {self.labels.shape} hold {counts} events of classes 0 to "
                f"{classes - 1}; expected all {events}, some of each of "
                f"{', '.join(self.label_names)}"
            )
            raise InvalidDataError(msg)

    @property
    def num_events(self) -> int:
        """How many events there are."""
        return len(self.labels)

    @property
    def output_word(self) -> str:
        """What an output is called."""
        return "logit"

    @property
    def firmware_stage(self) -> str:
        """The stage nearest to the firmware: csim, else the emulator, else QKeras."""
        stages = [stage for stage, _ in self.logits]
        return next((stage for stage in _FIRMWARE_FIRST if stage in stages), stages[-1])

    @property
    def drawn_stages(self) -> tuple[str, ...]:
        """The stages of a drawing: float, QKeras and the one nearest to the firmware."""
        wanted = ("float", "qkeras", self.firmware_stage)
        stages = dict(self.logits)
        return tuple(stage for stage in dict.fromkeys(wanted) if stage in stages)

    def of(self, stage: str) -> NDArray[np.floating]:
        """Return the logits of a stage, shape (events, classes).

        Raises:
            InvalidDataError: If there are none.
        """
        stages = dict(self.logits)
        if stage not in stages:
            msg = f"no scores of stage {stage!r}; there are {', '.join(stages)}"
            raise InvalidDataError(msg)
        return stages[stage]

    def curves(self, stage: str) -> tuple[RocCurve, ...]:
        """Return the ROC curve of each class against the rest, by softmax probability."""
        probabilities = softmax(self.of(stage))
        return tuple(
            roc_curve(probabilities[:, index], self.labels == index)
            for index in range(len(self.label_names))
        )
