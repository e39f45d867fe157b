"""How right the estimator is on measured layers, claim by claim.

What follows by construction (DSP blocks, intervals, cycles, memories) is compared layer by layer.
What is fitted is judged on layers whose group had no part in the fit; so is the share of figures
inside their 90 % range.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from codesign.design.device import Family
from codesign.design.hardware import Backend, Strategy
from codesign.estimate.calibrate import calibrate, learn, studies_of
from codesign.estimate.cost import Cost
from codesign.estimate.facts import Fact
from codesign.estimate.features import Quantity
from codesign.estimate.profile import Profile
from codesign.estimate.shared import shared, shared_convolution
from codesign.estimate.studies import (
    Study,
    is_alone,
    is_convolution,
    is_counted,
    is_shared,
    is_timed,
    is_unrolled,
)
from codesign.estimate.unrolled import unrolled

_FOLDS = 5
_FEWEST_GROUPS = 3  # one held out, and two that judge each other
_ONE_CHANNEL = 3
_ONE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is claimed of the estimator and what is found.

    Attributes:
        text: The claim, with its unit.
        found: The number.
        bound: What it is held to.
        is_least: Whether the bound is a least, else a most.
        layers: How many were judged.
    """

    text: str
    found: float
    bound: float
    is_least: bool
    layers: int

    @property
    def holds(self) -> bool:
        """Whether the bound is kept."""
        return self.found >= self.bound if self.is_least else self.found <= self.bound


def judge(facts: Sequence[Fact], *, backend: Backend, seed: int = 1) -> tuple[Claim, ...]:
    """Return every claim that these layers can judge.

    Args:
        facts: Measured layers.
        backend: The tool generation whose profile is judged.
        seed: Of the splits.
    """
    family = Family.ULTRASCALE_PLUS
    profile = calibrate(facts, name="judged", backend=backend, family=family, seed=seed)
    known = [fact for fact in facts if fact.family is family]
    own = [fact for fact in known if fact.backend is backend]
    claims = (*_compared(own, profile), *_fitted(profile), *_covered(known, backend, seed))
    return tuple(claim for claim in claims if claim.layers)


def cost_of(fact: Fact, profile: Profile) -> Cost:
    """Return what the estimator says of a measured layer."""
    kernel, factor, period = fact.kernel, fact.reuse_factor, fact.period_ns
    if is_convolution(fact):
        return shared_convolution(
            kernel, reuse_factor=factor, steps=fact.pixels, period_ns=period, profile=profile
        )
    if is_shared(fact):
        return shared(kernel, reuse_factor=factor, period_ns=period, profile=profile)
    pipelined = fact.strategy is Strategy.LATENCY
    return unrolled(
        kernel, reuse_factor=factor, period_ns=period, profile=profile, is_pipelined=pipelined
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """What follows by construction, compared layer by layer.

    Attributes:
        text: The claim.
        takes: Which layers it is about.
        read: The difference of a cost to what was measured.
        within: The difference that is allowed.
        bound: The least share of layers within it.
    """

    text: str
    takes: Callable[[Fact], bool]
    read: Callable[[Cost, Fact], float]
    within: float = 0
    bound: float = 1.0


def _dsp(cost: Cost, fact: Fact) -> float:
    return cost.csynth.dsp.value - (fact.csynth.dsp or 0)


def _interval(cost: Cost, fact: Fact) -> float:
    return cost.initiation_interval.value - (fact.csynth.initiation_interval or 0)


def _cycles(cost: Cost, fact: Fact) -> float:
    return cost.latency_cycles.value - (fact.csynth.latency_cycles or 0)


def _cycles_a_pixel(cost: Cost, fact: Fact) -> float:
    return _cycles(cost, fact) / fact.pixels


def _brams(cost: Cost, fact: Fact) -> float:
    return cost.csynth.bram_18k.value - (fact.csynth.bram_18k or 0)


def _is_searched(fact: Fact) -> bool:
    return fact.source.startswith("Dendendelen/")


def _is_reused(fact: Fact) -> bool:
    return fact.strategy is Strategy.LATENCY and fact.reuse_factor > 1


def _is_used_once(fact: Fact) -> bool:
    once = fact.strategy is Strategy.RESOURCE and fact.reuse_factor == 1
    return once and _is_searched(fact)


_COMPARISONS = (
    _Comparison(
        text="strategy latency, reuse factor 1: share with exact DSP (wa-hls4ml)",
        takes=lambda fact: is_unrolled(fact) and _is_searched(fact),
        read=_dsp,
    ),
    _Comparison(
        text="strategy latency, reuse factor above 1: share with exact DSP (wa-hls4ml)",
        takes=_is_reused,
        read=_dsp,
    ),
    _Comparison(
        text="strategy resource, weights >= 8 or <= 4 bits: share with exact DSP (wa-hls4ml)",
        takes=lambda fact: is_alone(fact) and not 4 < fact.kernel.weight_width < 8,
        read=_dsp,
    ),
    _Comparison(
        text="strategy resource, reuse factor 1: share with exact DSP (wa-hls4ml)",
        takes=_is_used_once,
        read=_dsp,
    ),
    _Comparison(
        text="strategy latency, reuse factor 1: share with exact initiation interval",
        takes=is_unrolled,
        read=_interval,
    ),
    _Comparison(
        text="strategy resource: share with exact initiation interval",
        takes=is_alone,
        read=_interval,
    ),
    _Comparison(
        text="strategy resource: share with latency within 1 cycle",
        takes=is_alone,
        read=_cycles,
        within=1,
        bound=0.99,
    ),
    _Comparison(
        text="strategy resource: share with block RAM within 1 (wa-hls4ml)",
        takes=is_alone,
        read=_brams,
        within=1,
        bound=0.95,
    ),
    _Comparison(
        text="convolution, io_stream, strategy resource: share with exact DSP (N-TORC)",
        takes=is_counted,
        read=lambda cost, fact: round(_dsp(cost, fact)),
    ),
    _Comparison(
        text="the same: share with latency within 1 cycle a pixel",
        takes=is_timed,
        read=_cycles_a_pixel,
        within=1,
        bound=0.95,
    ),
    _Comparison(
        text="the same, of more than one channel: share with block RAM within 1",
        takes=lambda fact: is_counted(fact) and fact.kernel.inputs > _ONE_CHANNEL,
        read=_brams,
        within=1,
        bound=0.95,
    ),
)


def _compared(facts: Sequence[Fact], profile: Profile) -> tuple[Claim, ...]:
    """Return the claims on what follows by construction."""
    claims = []
    for each in _COMPARISONS:
        chosen = [fact for fact in facts if each.takes(fact)]
        close = [abs(each.read(cost_of(fact, profile), fact)) <= each.within for fact in chosen]
        found = float(np.mean(close)) if close else 0.0
        claims.append(
            Claim(
                text=each.text,
                found=found,
                bound=each.bound,
                is_least=True,
                layers=len(chosen),
            )
        )
    return tuple(claims)


_BOUNDS = {
    (Quantity.LATENCY_CYCLES, "group"): _ONE,
    (Quantity.LATENCY_LUT, "group"): 0.10,
    (Quantity.LATENCY_LUT, "source"): 0.15,
    (Quantity.LATENCY_FF, "group"): 0.40,
    (Quantity.LOGIC_LUT, "group"): 0.20,
    (Quantity.DOUBLE_LUT, "group"): 0.02,
    (Quantity.DEEP_LUT, "group"): 0.02,
    (Quantity.SHALLOW_LUT, "group"): 0.20,
    (Quantity.SHALLOW_FF, "group"): 0.40,
    (Quantity.DEEP_FF, "group"): 0.40,
    (Quantity.CONV_SHALLOW_LUT, "group"): 0.25,
    (Quantity.CONV_DEEP_LUT, "group"): 0.25,
    (Quantity.CONV_SHALLOW_FF, "group"): 0.40,
    (Quantity.CONV_DEEP_FF, "group"): 0.40,
    (Quantity.CONV_CYCLES, "group"): _ONE,
}
"""The largest mean error on held-out layers, by quantity and what is held out."""


def _fitted(profile: Profile) -> tuple[Claim, ...]:
    own = [model for model in profile.models if not model.is_borrowed(profile.versions)]
    errors = [error for model in own for error in model.held_out]
    return tuple(
        Claim(
            text=f"{error.quantity}: mean {error.unit} error, each {error.split} held out",
            found=error.error,
            bound=_BOUNDS[Quantity(error.quantity), error.split],
            is_least=False,
            layers=error.designs,
        )
        for error in errors
        if (error.quantity, error.split) in _BOUNDS
    )


def _covered(facts: Sequence[Fact], backend: Backend, seed: int) -> tuple[Claim, ...]:
    """Return how often a figure of a held-out layer has the measured one in its range."""
    places = {"resource": "strategy resource", "conv": "convolution, io_stream, strategy resource"}
    inside: dict[str, list[bool]] = {
        "strategy latency": [],
        **{each: [] for each in places.values()},
    }
    for study in studies_of(facts, backend=backend, seed=seed):
        place = places.get(study.quantity.partition(".")[0], "strategy latency")
        inside[place] += _inside(study, facts, backend, seed)
    claims = []
    for place, found in inside.items():
        text = f"{place}: share of held-out figures (LUT, FF, logic synthesis) in their 90 % range"
        share = float(np.mean(found)) if found else 0.0
        claims.append(Claim(text=text, found=share, bound=0.85, is_least=True, layers=len(found)))
        text += ", at most"
        claims.append(Claim(text=text, found=share, bound=0.95, is_least=False, layers=len(found)))
    return tuple(claims)


def _inside(study: Study, facts: Sequence[Fact], backend: Backend, seed: int) -> list[bool]:
    """Return for each layer whether the range learnt from other groups holds its figure."""
    own = [fact for fact in facts if study.takes(fact) and fact.backend is backend]
    groups = sorted({fact.group for fact in own})
    if len(groups) < _FEWEST_GROUPS:
        return []
    order = np.random.default_rng(seed).permutation(len(groups))
    fold = {groups[index]: place % _FOLDS for place, index in enumerate(order)}
    found = []
    for number in sorted(set(fold.values())):
        seen = [fact for fact in facts if fold.get(fact.group) != number]
        model = learn(study, seen, backend=backend, seed=seed)
        for fact in own:
            if fold[fact.group] == number:
                figure = model.figure(model.predict(study.linear.features(fact)))
                found.append(figure.low <= study.linear.target(fact) <= figure.high)
    return found
