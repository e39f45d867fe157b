"""A model that measures a quantity: its targets, its estimates, and what they are compared with."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from codesign.data import EventSet
from codesign.data.input_contracts import matching
from codesign.design.regression import RegressionPlan
from codesign.design.results import Resolution
from codesign.errors import InfeasibleDesignError, InvalidDataError
from codesign.metrics.regression import Binning, equal_edges, resolution
from codesign.reporting.responses import Responses
from codesign.training.energy_baselines import boosted, calibrated

Reals = NDArray[np.float64]
CALIBRATED, BOOSTED = "calibrated sum", "boosted trees"
_MOST_BINS, _EVENTS_A_BIN = 6, 50
_BOOSTED_FROM = 100


def check_columns(plan: RegressionPlan, events: EventSet, *, place: str) -> None:
    """Refuse events without the columns of a regression, or with values that are not above 0.

    Raises:
        InvalidDataError: Naming the column.
    """
    for name in (plan.target, *((plan.scale,) if plan.scale else ())):
        values = events.column(name)
        if values.min() <= 0:
            msg = f"{place}: {name} is {values.min():g} in one event; expected values above 0"
            raise InvalidDataError(msg)
    for name in plan.against:
        events.column(name)
    matching(events.feature_names, plan.baseline or ("*",), place=f"{place}: regression.baseline")


def targets(plan: RegressionPlan, events: EventSet) -> NDArray[np.float32]:
    """Return what an output should be and what its error is worth, shape (events, 2)."""
    truth, scale = _truth(plan, events), _scale(plan, events)
    wanted = truth / scale - 1 if plan.scale else truth
    return np.stack([wanted, scale / truth], axis=1).astype(np.float32)


def estimates(plan: RegressionPlan, events: EventSet, outputs: NDArray[np.floating]) -> Reals:
    """Return the quantity that outputs of shape (events, 1) stand for, shape (events,)."""
    found: Reals = np.asarray(outputs, np.float64).reshape(-1)
    return _scale(plan, events) * (1 + found) if plan.scale else found


def baselines(
    plan: RegressionPlan, train: EventSet, test: EventSet, *, seed: int
) -> dict[str, Reals]:
    """Return what other methods estimate, by their names; nothing without a scale."""
    if not plan.scale:
        return {}
    truth, scale = _truth(plan, train), _scale(plan, train)
    of = _scale(plan, test)
    found = {CALIBRATED: calibrated(scale, truth, of)}
    if plan.baseline and train.num_events >= _BOOSTED_FROM:
        names = matching(train.feature_names, plan.baseline, place="regression.baseline")
        inputs, seen = train.only(names).features, test.only(names).features
        corrections = boosted(inputs, truth / scale, seen, seed=seed)
        found[BOOSTED] = np.multiply(of, corrections)
    return found


def responses(
    plan: RegressionPlan,
    events: EventSet,
    *,
    estimated: Mapping[str, Reals],
    outputs: Mapping[str, NDArray[np.floating]],
    feature_names: tuple[str, ...],
) -> Responses:
    """Return what baselines and stages say about events.

    Args:
        plan: What is measured.
        events: Which.
        estimated: Of the baselines, by name.
        outputs: Of the model, by stage, shape (events, 1).
        feature_names: What the model reads.
    """
    shown = (plan.target, *(name for name in plan.against if name != plan.target))
    units = dict(zip(events.feature_names, events.units, strict=True))
    measured = {stage: estimates(plan, events, values) for stage, values in outputs.items()}
    return Responses(
        labels=events.labels,
        label_names=events.label_names,
        feature_names=feature_names,
        truth=_truth(plan, events),
        against=tuple(
            (name, units[name], np.asarray(events.column(name), np.float64)) for name in shown
        ),
        estimates=tuple({**estimated, **measured}.items()),
        logits=tuple(outputs.items()),
    )


def resolutions(found: Responses) -> tuple[Resolution, ...]:
    """Return how well each stage measures.

    Raises:
        InfeasibleDesignError: If the estimates of one are not above 0 on the whole.
    """
    bins = max(1, min(_MOST_BINS, found.num_events // _EVENTS_A_BIN))
    binnings = [
        Binning(variable=name, values=values, edges=equal_edges(values, bins))
        for name, _, values in found.against
    ]
    try:
        return tuple(resolution(stage, found.response(stage), binnings) for stage in found.stages)
    except InvalidDataError as error:
        raise InfeasibleDesignError(str(error)) from error


def _truth(plan: RegressionPlan, events: EventSet) -> Reals:
    return np.asarray(events.column(plan.target), np.float64)


def _scale(plan: RegressionPlan, events: EventSet) -> Reals:
    if not plan.scale:
        return np.ones(events.num_events)
    return np.asarray(events.column(plan.scale), np.float64)
