"""The contracts of all inputs of a model, and how events come to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import prod

import numpy as np
from numpy.typing import NDArray

from codesign.data.event_set import EventSet
from codesign.data.event_set import Features as Columns
from codesign.data.standardize import fit_contract
from codesign.design.contract import InputFeature, NetworkInput
from codesign.design.fixed_point import Integers, dequantize
from codesign.design.precision import Precision
from codesign.design.regression import InputPlan
from codesign.errors import InvalidDataError, InvalidDesignError

Features = tuple[InputFeature, ...]
Hardware = Integers | dict[str, Integers]
"""Hardware integers of the only input, or of each by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputContracts:
    """The contract of every input of a model, in the model's order.

    Attributes:
        inputs: One a tensor; each names the columns that it reads.
    """

    inputs: tuple[NetworkInput, ...]

    @property
    def size(self) -> int:
        """Features of all inputs."""
        return sum(len(source.features) for source in self.inputs)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The columns, input after input."""
        return tuple(feature.name for source in self.inputs for feature in source.features)

    @property
    def features(self) -> Features | dict[str, Features]:
        """The features as lowering takes them: of the only input, or by the input's name."""
        if len(self.inputs) == 1:
            return self.inputs[0].features
        return {source.name: source.features for source in self.inputs}

    def to_hardware(self, events: EventSet) -> Hardware:
        """Return the hardware integers of events: shape (events, *shape) an input.

        Raises:
            InvalidDataError: If the events lack a column.
        """
        found = {
            source.name: source.to_hardware(_columns(events, source)) for source in self.inputs
        }
        return found if len(found) > 1 else found[self.inputs[0].name]

    def on_grid(self, events: EventSet) -> tuple[NDArray[np.float32], ...]:
        """Return events as a quantized model sees them, one array an input."""
        hardware = self.to_hardware(events)
        return tuple(
            dequantize(values, source.precision).astype(np.float32)
            for source, values in zip(self.inputs, tensors(hardware), strict=True)
        )

    def standardized(self, events: EventSet) -> tuple[NDArray[np.float32], ...]:
        """Return events as the float reference sees them, on no grid, one array an input."""
        return tuple(
            source.standardize(_columns(events, source))
            .astype(np.float32)
            .reshape(-1, *source.shape)
            for source in self.inputs
        )


def tensors(hardware: Hardware) -> tuple[Integers, ...]:
    """Return the array of each input."""
    return tuple(hardware.values()) if isinstance(hardware, dict) else (hardware,)


def fit_contracts(
    events: EventSet, precision: Precision, plans: Sequence[InputPlan], *, name: str
) -> InputContracts:
    """Return the contracts that standardize events.

    Args:
        events: The events to standardize, as a rule those of training alone.
        precision: The grid of every input.
        plans: What each input reads; where there are none, one input reads every column.
        name: The name of that input.

    Raises:
        InvalidDesignError: If columns do not fill the shape of an input.
        InvalidDataError: If the events lack a column.
    """
    if not plans:
        return InputContracts(inputs=(fit_contract(events, precision, name=name),))
    return InputContracts(inputs=tuple(_fitted(events, precision, plan) for plan in plans))


def matching(names: Sequence[str], patterns: Sequence[str], *, place: str) -> tuple[str, ...]:
    """Return the names that patterns stand for, pattern after pattern, in their own order.

    Raises:
        InvalidDataError: If a pattern stands for nothing.
    """
    found: list[str] = []
    for pattern in patterns:
        new = [name for name in names if fnmatchcase(name, pattern)]
        if not new:
            shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
            msg = f"{place}: no column {pattern!r}; the events have {shown}"
            raise InvalidDataError(msg)
        found += new
    return tuple(found)


def _fitted(events: EventSet, precision: Precision, plan: InputPlan) -> NetworkInput:
    names = matching(events.feature_names, plan.columns, place=f"model.inputs {plan.name}")
    shape = plan.shape or (len(names),)
    if prod(shape) != len(names):
        msg = (
            f"model.inputs {plan.name}: {len(names)} columns match {', '.join(plan.columns)}, "
            f"shape {shape} holds {prod(shape)}; correct one of them"
        )
        raise InvalidDesignError(msg)
    chosen = events.only(names)
    if not plan.together:
        features = fit_contract(chosen, precision, name=plan.name).features
    else:
        shift = _common_shift(chosen, precision)
        pairs = zip(names, chosen.units, strict=True)
        features = tuple(InputFeature(name=n, unit=unit, shift=shift) for n, unit in pairs)
    return NetworkInput(
        name=plan.name, shape=shape, precision=precision.as_quantizer(), features=features
    )


def _common_shift(events: EventSet, precision: Precision) -> int:
    """Return the shift that brings the largest value just into the range of a format."""
    largest = float(np.abs(events.features).max())
    limit = 2.0 ** (precision.integer - precision.signed)
    return int(np.ceil(np.log2(largest / limit))) if largest > 0 else 0


def _columns(events: EventSet, source: NetworkInput) -> Columns:
    names = tuple(feature.name for feature in source.features)
    if names == events.feature_names:
        return events.features
    first = events.feature_names.index(names[0]) if names[0] in events.feature_names else 0
    if events.feature_names[first : first + len(names)] == names:
        return events.features[:, first : first + len(names)]
    return events.only(names).features
