"""Events as the stages take them: split, standardized, on the grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from codesign.data import SAMPLES, EventSet, load_events, load_sample
from codesign.data.standardize import fit_contract
from codesign.design.candidate import Candidate
from codesign.design.contract import NetworkInput
from codesign.design.fixed_point import Integers, dequantize
from codesign.design.progress import Progress
from codesign.errors import InvalidDesignError
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
        contract: How they come onto the grid of the input.
        candidate: What they are for.
    """

    events: EventSet
    train: EventSet
    validation: EventSet
    test: EventSet
    contract: NetworkInput
    candidate: Candidate

    def on_grid(self, events: EventSet) -> Examples:
        """Return events as the quantized model sees them: exact values of the input's grid."""
        hardware = self.contract.to_hardware(events.features)
        values = dequantize(hardware, self.contract.precision)
        return Examples(inputs=values.astype(np.float32), labels=events.labels)

    def standardized(self, events: EventSet) -> Examples:
        """Return events as the float reference sees them: standardized, on no grid."""
        values = self.contract.standardize(events.features)
        return Examples(inputs=values.astype(np.float32), labels=events.labels)

    @cached_property
    def certified(self) -> dict[str, Integers]:
        """The hardware integers to certify on, by kind; the test events come first."""
        parts = (self.test, self.validation, self.train)
        return certified_inputs(parts, self.contract, self.candidate)


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
    driven = overdriven(
        hardware,
        contract.precision,
        factor=plan.overdrive,
        events_wanted=len(hardware),
        seed=candidate.training.seed,
    )
    return {"events": hardware, "overdriven": driven}


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
    fractions = (plan.train, plan.validation, 1.0 - plan.train - plan.validation)
    train, validation, test = events.split(fractions=fractions, seed=candidate.training.seed)
    return Prepared(
        events=events,
        train=train,
        validation=validation,
        test=test,
        contract=fit_contract(train, candidate.quantization.input, name=_INPUT),
        candidate=candidate,
    )
