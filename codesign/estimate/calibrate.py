"""From measured layers to a profile: one study a quantity.

A study takes the layers of its own tool generation where there are enough, else those of all; the
profile then says whose they are. Residuals are those of held-out groups of layers.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from codesign.design.device import Family
from codesign.design.hardware import Backend
from codesign.design.report import HeldOut
from codesign.errors import InvalidDesignError
from codesign.estimate.facts import Fact
from codesign.estimate.features import (
    Quantity,
    block_rams,
    path_features,
)
from codesign.estimate.fit import Linear, hold_out, path_coefficients
from codesign.estimate.profile import Model, Profile, Range, Term, quantiles
from codesign.estimate.studies import (
    Study,
    is_alone,
    is_shared,
    is_timed,
    is_unrolled,
    studies,
)

_ENOUGH = 20
_STUDENT = {2: 6.314, 3: 2.920, 4: 2.353, 5: 2.132}
_NORMAL = 1.645
_SIZES = ("inputs", "outputs", "data_width", "weight_width")


def calibrate(
    facts: Sequence[Fact], *, name: str, backend: Backend, family: Family, seed: int = 1
) -> Profile:
    """Return the profile that measured layers teach.

    Args:
        facts: Of all tools and parts.
        name: The profile's.
        backend: The tool generation it is for.
        family: The family of parts it is for.
        seed: Of the split into held-out groups.

    Raises:
        InvalidDesignError: If no layer tells anything of a quantity.
    """
    own = [fact for fact in facts if fact.family is family]
    cycles = _cycles_model(_chosen(own, is_unrolled, backend, Quantity.LATENCY_CYCLES), seed)
    learnt = [learn(study, own, backend=backend, seed=seed) for study in studies(cycles)]
    models = [
        cycles,
        *learnt,
        _resource_cycles(own, backend),
        _resource_brams(own, backend),
        _conv_cycles(own, backend),
    ]
    versions = {fact.version for fact in own if fact.backend is backend}
    return Profile(
        name=name,
        backend=backend,
        family=family,
        versions=tuple(sorted(versions)),
        seed=seed,
        models=tuple(models),
    )


def studies_of(facts: Sequence[Fact], *, backend: Backend, seed: int) -> tuple[Study, ...]:
    """Return every quantity that is a sum of features of these layers.

    Args:
        facts: Of one family of parts.
        backend: The tool generation.
        seed: Of the split into held-out groups.
    """
    cycles = _cycles_model(_chosen(facts, is_unrolled, backend, Quantity.LATENCY_CYCLES), seed)
    return studies(cycles)


def learn(study: Study, facts: Sequence[Fact], *, backend: Backend, seed: int) -> Model:
    """Return what layers teach of a quantity.

    Args:
        study: The quantity.
        facts: Of one family of parts.
        backend: The tool generation.
        seed: Of the split into held-out groups.

    Raises:
        InvalidDesignError: If no layer tells anything of it.
    """
    return _learn(study, _chosen(facts, study.takes, backend, study.quantity), seed)


def _learn(study: Study, facts: Sequence[Fact], seed: int) -> Model:
    """Return the model of a study, judged on held-out groups and on held-out sources.

    Its range is that of both: a design of a user is of a source that no fit has seen. The range of
    a few layers of one source is wider.
    """
    splits = ["group"]
    if len({fact.source for fact in facts}) > 1:
        splits.append("source")
    groups = len({fact.group for fact in facts})
    if groups == 1:
        msg = f"{study.quantity}: the layers of one group alone judge no fit; add those of another"
        raise InvalidDesignError(msg)
    residuals = [_residuals(study.linear, facts, seed=seed, split=split) for split in splits]
    low, high = quantiles(np.concatenate(residuals).tolist())
    if len(splits) == 1 and len(facts) < _ENOUGH:
        low, high = _widened(low, high, groups=groups)
    return Model(
        quantity=study.quantity,
        terms=tuple(
            Term(feature=name, coefficient=round(value, 5))
            for name, value in study.linear.coefficients(facts)
        ),
        low=round(low, 4),
        high=round(high, 4),
        ranges=_ranges(facts),
        sources=_sources(facts),
        held_out=tuple(
            HeldOut(
                quantity=study.quantity,
                error=round(float(np.abs(1 / found - 1).mean()), 4),
                unit="relative",
                designs=len(found),
                split=split,
            )
            for split, found in zip(splits, residuals, strict=True)
        ),
    )


def _widened(low: float, high: float, *, groups: int) -> tuple[float, float]:
    """Return a range that allows for how little so few groups say of a further one.

    Source:
        Student, "The Probable Error of a Mean", Biometrika 6 (1908): the 95 % quantile of t with
        one degree of freedom less than groups, over that of the normal distribution.
    """
    power = _STUDENT.get(groups, _NORMAL) / _NORMAL
    return low**power, high**power


def _residuals(
    linear: Linear, facts: Sequence[Fact], *, seed: int, split: str
) -> NDArray[np.float64]:
    """Return measured / predicted of each layer, predicted without those it shares a split with."""
    judged = hold_out(facts, linear.fit, key=lambda fact: str(getattr(fact, split)), seed=seed)
    measured = np.array([linear.target(fact) for fact in judged.facts])
    return measured / np.maximum(judged.predicted, 1.0)


def _cycles_model(facts: Sequence[Fact], seed: int) -> Model:
    """Return nanoseconds of the longest path; its error is in cycles."""

    def terms(seen: Sequence[Fact]) -> tuple[Term, ...]:
        paths = np.array([list(path_features(fact.kernel).values()) for fact in seen])
        cycles = np.array([_latency(fact) for fact in seen])
        periods = np.array([fact.period_ns for fact in seen])
        names = path_features(seen[0].kernel)
        found = path_coefficients(paths, cycles, periods)
        return tuple(
            Term(feature=name, coefficient=round(value, 4))
            for name, value in zip(names, found, strict=True)
        )

    def fit(seen: Sequence[Fact]) -> Callable[[Fact], float]:
        model = replace(empty, terms=terms(seen))
        return lambda fact: model.predict(path_features(fact.kernel)) // fact.period_ns

    empty = Model(
        quantity=Quantity.LATENCY_CYCLES,
        terms=(),
        low=0.0,
        high=0.0,
        is_relative=False,
        ranges=_ranges(facts),
        sources=_sources(facts),
        held_out=(),
    )
    judged = hold_out(facts, fit, key=lambda fact: fact.group, seed=seed)
    differences = np.array([_latency(fact) for fact in judged.facts]) - judged.predicted
    return _with_differences(replace(empty, terms=terms(facts)), differences, unit="cycles")


def _resource_cycles(facts: Sequence[Fact], backend: Backend) -> Model:
    """Return the cycles of a loop of as many steps as the reuse factor."""
    chosen = _chosen(facts, is_alone, backend, Quantity.RESOURCE_CYCLES)
    beyond = np.array([_latency(fact) - fact.reuse_factor for fact in chosen])
    return _reuse_model(Quantity.RESOURCE_CYCLES, chosen, beyond)


def _conv_cycles(facts: Sequence[Fact], backend: Backend) -> Model:
    """Return the cycles of each pixel of a convolution: a loop of the reuse factor, and around."""
    chosen = _chosen(facts, is_timed, backend, Quantity.CONV_CYCLES)
    beyond = np.array([_latency(fact) / fact.pixels - fact.reuse_factor for fact in chosen])
    return _reuse_model(Quantity.CONV_CYCLES, chosen, beyond)


def _reuse_model(quantity: Quantity, chosen: Sequence[Fact], beyond: NDArray[np.float64]) -> Model:
    """Return the reuse factor and what is typical beyond it."""
    typical = float(np.median(beyond))
    model = Model(
        quantity=quantity,
        terms=(
            Term(feature="reuse_factor", coefficient=1.0),
            Term(feature="constant", coefficient=typical),
        ),
        low=0.0,
        high=0.0,
        is_relative=False,
        ranges=_ranges(chosen),
        sources=_sources(chosen),
        held_out=(),
    )
    return _with_differences(model, beyond - typical, unit="cycles")


def _resource_brams(facts: Sequence[Fact], backend: Backend) -> Model:
    """Return the block RAMs of the weights."""
    chosen = _chosen(facts, is_shared, backend, Quantity.RESOURCE_BRAM)
    differences = [
        (fact.csynth.bram_18k or 0.0) - block_rams(fact.kernel, fact.reuse_factor)
        for fact in chosen
    ]
    model = Model(
        quantity=Quantity.RESOURCE_BRAM,
        terms=(Term(feature="block_rams", coefficient=1.0),),
        low=0.0,
        high=0.0,
        is_relative=False,
        ranges=_ranges(chosen),
        sources=_sources(chosen),
        held_out=(),
    )
    return _with_differences(model, np.array(differences), unit="blocks")


def _with_differences(model: Model, differences: NDArray[np.float64], *, unit: str) -> Model:
    """Return an additive model with the range and error of its residuals."""
    low, high = quantiles(differences.tolist())
    error = HeldOut(
        quantity=model.quantity,
        error=round(float(np.abs(differences).mean()), 4),
        unit=unit,
        designs=len(differences),
        split="group",
    )
    return replace(model, low=low, high=high, held_out=(error,))


def _chosen(
    facts: Sequence[Fact], takes: Callable[[Fact], bool], backend: Backend, quantity: Quantity
) -> tuple[Fact, ...]:
    """Return the layers of a tool generation that tell something, of all where those are few."""
    telling = tuple(fact for fact in facts if takes(fact))
    own = tuple(fact for fact in telling if fact.backend is backend)
    if not telling:
        msg = f"no layer tells anything of {quantity}; add a table that does"
        raise InvalidDesignError(msg)
    return own if len(own) >= _ENOUGH else telling


def _latency(fact: Fact) -> float:
    return float(fact.csynth.latency_cycles or 0.0)


def _ranges(facts: Sequence[Fact]) -> tuple[Range, ...]:
    found = [
        Range(
            name=name,
            low=min(float(getattr(fact.kernel, name)) for fact in facts),
            high=max(float(getattr(fact.kernel, name)) for fact in facts),
        )
        for name in _SIZES
    ]
    periods = [fact.period_ns for fact in facts]
    return (*found, Range(name="period_ns", low=min(periods), high=max(periods)))


def _sources(facts: Sequence[Fact]) -> tuple[str, ...]:
    return tuple(sorted({f"{fact.source}, HLS {fact.version}" for fact in facts}))
