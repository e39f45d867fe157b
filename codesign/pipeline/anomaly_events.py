"""Level-1 events as the stages of an anomaly trigger take them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.data import SAMPLES, EventSet, joined, load_events, load_sample
from codesign.data.l1 import ZERO_BIAS, check_objects
from codesign.data.l1.contract import objects_contract
from codesign.design.candidate import Candidate
from codesign.design.contract import NetworkInput
from codesign.design.fixed_point import Integers, dequantize
from codesign.design.progress import Progress
from codesign.errors import InvalidDataError, InvalidDesignError
from codesign.pipeline.prepare import certified_inputs
from codesign.training.anomaly import Usual
from codesign.training.reconstruction import object_ranges

_INPUT = "features"


@dataclass(frozen=True, eq=False, kw_only=True)
class AnomalyEvents:
    """The events of a candidate that learns without labels.

    Attributes:
        train: Zero-bias events that the fit sees.
        validation: Zero-bias events that decide which epoch is best.
        test: Of all classes: zero bias that the fit has not seen, and every signal event.
        contract: How they come onto the grid of the input.
        candidate: What they are for.
    """

    train: EventSet
    validation: EventSet
    test: EventSet
    contract: NetworkInput
    candidate: Candidate

    def hardware(self, events: EventSet) -> Integers:
        """Return events on the grid of the network's input, as hardware integers."""
        return self.contract.to_hardware(events.features)

    def standardized(self, events: EventSet) -> NDArray[np.float32]:
        """Return events as the float reference sees them: shifted, on no grid."""
        return self.contract.standardize(events.features).astype(np.float32)

    def on_grid(self, events: EventSet) -> NDArray[np.float32]:
        """Return events as the quantized model sees them."""
        values = dequantize(self.hardware(events), self.contract.precision)
        return values.astype(np.float32)

    def usual(self, *, quantized: bool) -> Usual:
        """Return what a fit takes."""
        view = self.on_grid if quantized else self.standardized
        train = view(self.train)
        return Usual(
            train=train,
            validation=view(self.validation),
            ranges=object_ranges(self.contract, train),
        )

    @cached_property
    def certified(self) -> dict[str, Integers]:
        """The hardware integers to certify on, by kind."""
        parts = (self.test, self.validation, self.train)
        return certified_inputs(parts, self.contract, self.candidate)


def prepare_anomaly(candidate: Candidate, *, progress: Progress) -> AnomalyEvents:
    """Load and split the events of a candidate that learns without labels.

    Zero bias is shared out as the data plan says; signals are all for the test.

    Raises:
        InvalidDataError: If the events cannot be read or are no Level-1 objects, or none of them
            is zero bias.
        InvalidDesignError: If the candidate has no score.
    """
    if candidate.score is None:
        msg = (
            f"{candidate.name}: no [score]: an anomaly trigger needs one; a model that tells "
            "classes apart is run with `codesign run`"
        )
        raise InvalidDesignError(msg)
    plan = candidate.data
    if plan.sample in SAMPLES:
        events = load_sample(plan.sample)
    else:
        events = load_events(Path(plan.sample), progress=progress)
    check_objects(events.features, place=plan.sample)
    if ZERO_BIAS not in events.label_names:
        found = ", ".join(events.label_names)
        msg = f"{plan.sample}: no class {ZERO_BIAS!r} to learn from; classes are {found}"
        raise InvalidDataError(msg)
    is_background = events.labels == events.label_names.index(ZERO_BIAS)
    fractions = (plan.train, plan.validation, 1.0 - plan.train - plan.validation)
    background = events.select(is_background)
    train, validation, rest = background.split(fractions=fractions, seed=candidate.training.seed)
    signals = [] if is_background.all() else [events.select(~is_background)]
    grid = candidate.quantization
    return AnomalyEvents(
        train=train,
        validation=validation,
        test=joined([rest, *signals]),
        contract=objects_contract(train, grid.input, name=_INPUT, headroom=grid.headroom),
        candidate=candidate,
    )
