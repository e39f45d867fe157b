"""The input contract: what each input of the firmware is, and how an event comes onto its grid.

A feature x in its physical unit enters the network as ``(x - offset) / 2**shift``, rounded and
saturated to the input's precision. A power of two and an offset are all a trigger can afford in
front of a network: a subtraction and a shift of wires.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Floats, Integers, quantize, round_real, saturate_real
from codesign.design.names import check_name
from codesign.design.precision import Precision
from codesign.errors import InvalidDataError, InvalidDesignError

_SMALL_BITS = 22  # float32 holds 24: a sum on the way through a wrap needs the others
_SMALLEST_EXPONENT = -100
_CACHED_EVENTS = 4096


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
        self._check_width(events)
        if not self.features:
            return events.astype(np.float64)
        offsets, shifts = self._offsets_and_shifts()
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
        self._check_width(events)
        if self._fits_float32(events):
            return self._small_integers_to_hardware(events).reshape(-1, *self.shape)
        standardized = self.standardize(events)
        return quantize(standardized, self.precision).reshape(-1, *self.shape)

    def _check_width(self, events: Floats) -> None:
        size = int(np.prod(self.shape))
        if events.ndim != 2 or events.shape[1] != size:
            msg = (
                f"input {self.name}: events of shape {events.shape} found, "
                f"expected (events, {size}); give one column a feature, in the contract's order"
            )
            raise InvalidDataError(msg)

    def _offsets_and_shifts(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return one number a feature each; zeros where the input has no features."""
        features = self.features or (InputFeature(name=""),) * int(np.prod(self.shape))
        offsets = np.array([feature.offset for feature in features], np.float64)
        return offsets, np.array([feature.shift for feature in features], np.int64)

    def _fits_float32(self, events: Floats) -> bool:
        """Whether events are integers so small that float32 is exact all the way."""
        if not np.issubdtype(events.dtype, np.integer) or not events.size:
            return False
        offsets, shifts = self._offsets_and_shifts()
        exponents = self.precision.fraction - shifts
        largest = max(int(events.max()), -int(events.min())) + float(np.abs(offsets).max())
        return bool(
            (offsets == np.floor(offsets)).all()
            and exponents.min() >= _SMALLEST_EXPONENT
            and largest * 2.0 ** max(int(exponents.max()), 0) < 2**_SMALL_BITS
            and self.precision.width < _SMALL_BITS
        )

    def _small_integers_to_hardware(self, events: Floats) -> Integers:
        """Return the hardware integers of integers that float32 holds, which is faster."""
        offsets, shifts = self._offsets_and_shifts()
        factors = np.ldexp(1.0, self.precision.fraction - shifts).astype(np.float32)
        result = np.empty(events.shape, np.int64)
        for start in range(0, len(events), _CACHED_EVENTS):
            part = slice(start, start + _CACHED_EVENTS)
            values = (events[part].astype(np.float32) - offsets.astype(np.float32)) * factors
            rounded = round_real(values, self.precision.rounding)
            result[part] = saturate_real(rounded, self.precision)
        return result
