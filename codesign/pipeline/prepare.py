"""Events as the stages take them: split, standardized, on the grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.data import SAMPLES, EventSet, joined, load_events, load_sample
from codesign.data.input_contracts import Hardware, InputContracts, fit_contracts, matching, tensors
from codesign.design.candidate import Candidate
from codesign.design.contract import NetworkInput
from codesign.design.fixed_point import Integers
from codesign.design.progress import Progress
from codesign.errors import InvalidDesignError
from codesign.pipeline.measuring import check_columns, targets
from codesign.training import Examples
from codesign.validation import overdriven

_INPUT = "features"


@dataclass(frozen=True, eq=False, kw_only=True)
class Prepared:
    """The events of a candidate.

    Attributes:
        events: All of them.
        train: What the fit sees.
        validation: What decides which epoch is best.
        test: What accuracy is measured on.
        contracts: How they come onto the grid of each input.
        candidate: What they are for.
    """

    events: EventSet
    train: EventSet
    validation: EventSet
    test: EventSet
    contracts: InputContracts
    candidate: Candidate

    @property
    def num_outputs(self) -> int:
        """Outputs of the model: one a class, or the one quantity that it measures."""
        return 1 if self.candidate.regression else len(self.events.label_names)

    def on_grid(self, events: EventSet) -> Examples:
        """Return events as the quantized model sees them: exact values of the inputs' grid."""
        return self._examples(events, self.contracts.on_grid(events))

    def standardized(self, events: EventSet) -> Examples:
        """Return events as the float reference sees them: standardized, on no grid."""
        return self._examples(events, self.contracts.standardized(events))

    @cached_property
    def certified(self) -> dict[str, Hardware]:
        """The hardware integers to certify on, by kind; the test events come first."""
        parts = (self.test, self.validation, self.train)
        sources, plan = self.contracts.inputs, self.candidate.validation
        if len(sources) == 1 and not self.candidate.model.inputs:
            return dict(certified_inputs(parts, sources[0], self.candidate))
        first = joined(parts).select(np.arange(plan.events))
        events = self.contracts.to_hardware(first)
        driven = {
            source.name: _driven(values, source, self.candidate, seed=number)
            for number, (source, values) in enumerate(zip(sources, tensors(events), strict=True))
        }
        alone = driven[sources[0].name]
        return {"events": events, "overdriven": driven if len(sources) > 1 else alone}

    @property
    def certified_arrays(self) -> tuple[Integers, ...]:
        """Those hardware integers, one array a kind and input."""
        return tuple(array for values in self.certified.values() for array in tensors(values))

    def _examples(self, events: EventSet, tensors: tuple[NDArray[np.float32], ...]) -> Examples:
        plan = self.candidate.regression
        vectors = len(tensors) == 1 and tensors[0].ndim == 2
        return Examples(
            inputs=tensors[0] if vectors else tensors,
            labels=events.labels,
            targets=None if plan is None else targets(plan, events),
        )


def certified_inputs(
    parts: Sequence[EventSet], contract: NetworkInput, candidate: Candidate
) -> dict[str, Integers]:
    """Return the hardware integers that a candidate is certified on, by kind.

    Args:
        parts: The first events are taken, part after part, as many as the candidate wants.
        contract: How they come onto the grid of the input.
        candidate: How many, and how far the second kind is driven past its range.
    """
    plan = candidate.validation
    features = np.concatenate([part.features for part in parts])
    hardware = contract.to_hardware(features[: plan.events])
    return {"events": hardware, "overdriven": _driven(hardware, contract, candidate)}


def _driven(
    events: Integers, contract: NetworkInput, candidate: Candidate, *, seed: int = 0
) -> Integers:
    return overdriven(
        events,
        contract.precision,
        factor=candidate.validation.overdrive,
        events_wanted=len(events),
        seed=candidate.training.seed + seed,
    )


def prepare(candidate: Candidate, *, progress: Progress) -> Prepared:
    """Load and split the events of a candidate and choose their input contract.

    Raises:
        InvalidDataError: If the events cannot be read.
        InvalidDesignError: If there are fewer than the certificate must see.
    """
    plan = candidate.data
    if plan.sample in SAMPLES:
        events = load_sample(plan.sample)
    else:
        events = load_events(Path(plan.sample), progress=progress)
    if events.num_events < candidate.validation.events:
        msg = (
            f"{candidate.name}: validation.events = {candidate.validation.events}, but "
            f"{plan.sample} holds {events.num_events}; ask for fewer or bring more events"
        )
        raise InvalidDesignError(msg)
    if candidate.regression is not None:
        check_columns(candidate.regression, events, place=candidate.name)
        read = _read_columns(candidate, events)
        if candidate.regression.target in read:
            msg = (
                f"{candidate.name}: model.inputs read {candidate.regression.target}, the truth; "
                "name the columns that are measured"
            )
            raise InvalidDesignError(msg)
    fractions = (plan.train, plan.validation, 1.0 - plan.train - plan.validation)
    train, validation, test = events.split(fractions=fractions, seed=candidate.training.seed)
    return Prepared(
        events=events,
        train=train,
        validation=validation,
        test=test,
        contracts=fit_contracts(
            train, candidate.quantization.input, candidate.model.inputs, name=_INPUT
        ),
        candidate=candidate,
    )


def _read_columns(candidate: Candidate, events: EventSet) -> set[str]:
    return {
        name
        for source in candidate.model.inputs
        for name in matching(events.feature_names, source.columns, place=candidate.name)
    }
