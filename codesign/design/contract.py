"""The input contract: what each input of the firmware is, and how an event comes onto its grid.

A feature x in its physical unit enters the network as ``(x - offset) / 2**shift``, rounded and
saturated to the input's precision. A power of two and an offset are all a trigger can afford in
front of a network: a subtraction and a shift of wires.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Floats, Integers, quantize
from codesign.design.names import check_name
from codesign.design.precision import Precision
from codesign.errors import InvalidDataError, InvalidDesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFeature:
    """One input of the network.

    Attributes:
        name: The feature's name in the events.
        unit: Its unit there; empty for a pure number.
        offset: Subtracted first, in that unit.
        shift: Divided by ``2**shift`` then; may be negative.
    """

    name: str
    unit: str = ""
    offset: float = 0.0
    shift: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkInput:
    """An input tensor and the contract of its features.

    Attributes:
        name: The tensor's name, a C identifier.
        shape: Without the batch.
        precision: The grid of the input, with the rounding and overflow that bring events onto it.
        features: One entry an element, in order; empty where the input has no physical meaning.
    """

    name: str
    shape: tuple[int, ...]
    precision: Precision
    features: tuple[InputFeature, ...] = ()

    def __post_init__(self) -> None:
        check_name(self.name, what="an input")
        size = int(np.prod(self.shape))
        if not self.shape or min(self.shape) < 1:
            msg = f"{self.name}: shape {self.shape} has no elements"
            raise InvalidDesignError(msg)
        if self.features and len(self.features) != size:
            msg = f"{self.name}: {len(self.features)} features for an input of shape {self.shape}"
            raise InvalidDesignError(msg)

    def standardize(self, events: Floats) -> NDArray[np.float64]:
        """Return events shifted and scaled, not yet on the grid.

        Args:
            events: Features in physical units, shape (events, features).

        Raises:
            InvalidDataError: If the number of columns is not that of the contract.
        """
        size = int(np.prod(self.shape))
        if events.ndim != 2 or events.shape[1] != size:
            msg = (
                f"input {self.name}: events of shape {events.shape} found, "
                f"expected (events, {size}); give one column a feature, in the contract's order"
            )
            raise InvalidDataError(msg)
        if not self.features:
            return events.astype(np.float64)
        offsets = np.array([feature.offset for feature in self.features])
        shifts = np.array([feature.shift for feature in self.features])
        return np.ldexp(events - offsets, -shifts)

    def to_hardware(self, events: Floats) -> Integers:
        """Return the hardware integers of events.

        Args:
            events: Features in physical units, shape (events, features).

        Returns:
            Shape (events, *shape).

        Raises:
            InvalidDataError: If the width is wrong or a feature is NaN or infinite.
        """
        standardized = self.standardize(events)
        return quantize(standardized, self.precision).reshape(-1, *self.shape)
