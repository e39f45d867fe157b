"""Events as a fit takes them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.errors import InvalidDataError

Inputs = NDArray[np.float32] | tuple[NDArray[np.float32], ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Examples:
    """Inputs of a model and their classes, or what it should measure.

    Attributes:
        inputs: Standardized features, float32, shape (events, features); one array of any shape an
            input where there are several or they are no vectors.
        labels: Classes, int64, shape (events,).
        targets: Of a regression, shape (events, 2): what the output should be, and by how much an
            error of the output changes the measured quantity, relative to the truth. None where
            classes are told apart.
        taught: The logits of a teacher, shape (events, classes); None without one.
    """

    inputs: Inputs
    labels: NDArray[np.int64]
    targets: NDArray[np.float32] | None = None
    taught: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        vectors = not isinstance(self.inputs, tuple)
        shapes = [values.shape for values in self.tensors]
        if any(shape[:1] != self.labels.shape for shape in shapes) or (
            vectors and len(shapes[0]) != 2
        ):
            msg = (
                f"inputs of shape {' and '.join(map(str, shapes))} with labels of shape "
                f"{self.labels.shape}; expected (events, features) and (events,)"
            )
            raise InvalidDataError(msg)
        if not self.labels.size:
            msg = "no events to train on"
            raise InvalidDataError(msg)
        if self.targets is not None and self.targets.shape != (len(self.labels), 2):
            msg = (
                f"targets of shape {self.targets.shape} for {len(self.labels)} events; expected "
                "(events, 2): what the output should be, and what its error is worth"
            )
            raise InvalidDataError(msg)

    @property
    def wanted(self) -> NDArray[np.int64] | NDArray[np.float32]:
        """What the loss of a fit compares with: classes, classes and logits, or targets."""
        if self.targets is not None:
            return self.targets
        if self.taught is None:
            return self.labels
        return np.column_stack([self.labels.astype(np.float32), self.taught])

    @property
    def tensors(self) -> tuple[NDArray[np.float32], ...]:
        """The inputs, one array a tensor of the model."""
        return self.inputs if isinstance(self.inputs, tuple) else (self.inputs,)

    @property
    def given(self) -> NDArray[np.float32] | list[NDArray[np.float32]]:
        """The inputs as Keras takes them."""
        return list(self.inputs) if isinstance(self.inputs, tuple) else self.inputs

    @property
    def size(self) -> int:
        """Features an event."""
        return sum(int(np.prod(values.shape[1:])) for values in self.tensors)
