"""Events as a fit takes them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.errors import InvalidDataError


@dataclass(frozen=True, eq=False, kw_only=True)
class Examples:
    """Inputs of a model and their classes.

    Attributes:
        inputs: Standardized features, float32, shape (events, features).
        labels: Classes, int64, shape (events,).
    """

    inputs: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.inputs.ndim != 2 or self.labels.shape != self.inputs.shape[:1]:
            msg = (
                f"inputs of shape {self.inputs.shape} with labels of shape {self.labels.shape}; "
                "expected (events, features) and (events,)"
            )
            raise InvalidDataError(msg)
        if not self.labels.size:
            msg = "no events to train on"
            raise InvalidDataError(msg)
