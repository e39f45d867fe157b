"""From counted modules and designs of RTL to a profile.

Residuals are those of networks that had no part in the fit. Of single modules and of whole designs
there are two ranges: what one module has too much another has too little.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from codesign.design.device import Family, find_device
from codesign.design.hardware import Backend
from codesign.design.report import Evidence, HeldOut
from codesign.errors import InvalidDesignError
from codesign.estimate.features import Features, Quantity
from codesign.estimate.fit import relative_least_squares
from codesign.estimate.profile import Model, Profile, Range, Term, quantiles
from codesign.estimate.rtl_facts import RtlFact
from codesign.estimate.rtl_features import (
    USABLE,
    cost_features,
    engine_features,
    graph_features,
    register_features,
)
from codesign.estimate.rtl_sums import design_models

TRAINED = "trained:"
"""How the group of a network of the zoo that was trained begins: never a part of any fit."""
_FOLDS = 10
_FEW = 40
_LEAST = 150
"""Modules with fewer adder bits, look-up tables or flip-flops teach nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RtlStudy:
    """How one quantity of a module is learnt.

    Attributes:
        quantity: Which.
        takes: Whether a row tells something of it.
        features: Of a row.
        target: What was counted; above 0.
        free: The names of the features that are used.
        is_product: Whether it is a product of powers.
        unit: The features whose exponent is 1.
        prior: What each coefficient of a sum is pulled to where rows are few.
    """

    quantity: Quantity
    takes: Callable[[RtlFact], bool]
    features: Callable[[RtlFact], Features]
    target: Callable[[RtlFact], float]
    free: tuple[str, ...]
    is_product: bool = False
    unit: tuple[str, ...] = ()
    prior: tuple[float, ...] = ()

    def terms(self, facts: Sequence[RtlFact]) -> tuple[Term, ...]:
        """Return what rows teach."""
        seen = [self.features(fact) for fact in facts]
        columns = np.array([[features[name] for name in self.free] for features in seen])
        target = np.array([self.target(fact) for fact in facts])
        if self.is_product:
            for name in self.unit:
                target = target / np.array([features[name] for features in seen])
            found = np.linalg.lstsq(np.log(columns), np.log(target), rcond=None)[0]
        else:
            found = np.array(relative_least_squares(columns, target, self.prior))
        fitted = dict(zip(self.free, found.tolist(), strict=True))
        fitted |= dict.fromkeys(self.unit, 1.0)
        return tuple(Term(feature=name, coefficient=round(c, 5)) for name, c in fitted.items())


def calibrate_rtl(facts: Sequence[RtlFact], *, name: str, family: Family, seed: int = 1) -> Profile:
    """Return the profile that counted modules and designs teach.

    Args:
        facts: Of both stages; networks that were trained are left out, they judge.
        name: The profile's.
        family: The family of the parts; rows of others teach nothing.
        seed: Of the split into held-out networks.

    Raises:
        InvalidDesignError: If no row is of the family, rows were counted by several versions of a
            tool, or no row tells anything of a quantity.
    """
    facts = _of_family(facts, family)
    tools = sorted({fact.tool for fact in counted(facts)})
    if len(tools) > 1:
        msg = f"rows are of {' and '.join(tools)}; a profile is of one, calibrate them apart"
        raise InvalidDesignError(msg)
    facts = tuple(fact for fact in facts if not fact.group.startswith(TRAINED))
    models = tuple(learn_rtl(study, facts, seed=seed) for study in STUDIES)
    empty = Profile(
        name=name,
        backend=Backend.RTL,
        family=family,
        versions=tuple(sorted({fact.tool for fact in facts})),
        seed=seed,
        models=models,
    )
    folds = [
        (replace(empty, models=_models(STUDIES, seen, models)), _scheduled(seen), _scheduled(held))
        for seen, held in split_groups(facts, seed=seed)
    ]
    rows = _scheduled(facts)
    whole = design_models(folds, sources=_sources(rows), ranges=_ranges(rows))
    return replace(empty, models=(*models, *whole))


def _of_family(facts: Sequence[RtlFact], family: Family) -> tuple[RtlFact, ...]:
    own = tuple(fact for fact in facts if find_device(fact.part).family is family)
    if not own:
        others = sorted({find_device(fact.part).family for fact in facts})
        msg = f"no row is of {family} parts, those there are of {', '.join(others) or 'none'}"
        raise InvalidDesignError(msg)
    return own


def counted(facts: Sequence[RtlFact]) -> tuple[RtlFact, ...]:
    """Return the rows that open synthesis counted."""
    return tuple(fact for fact in facts if fact.stage is Evidence.LOGIC_SYNTH and _is_counted(fact))


def _scheduled(facts: Sequence[RtlFact]) -> tuple[RtlFact, ...]:
    return tuple(fact for fact in facts if fact.stage is Evidence.LOGIC_SYNTH)


def learn_rtl(study: RtlStudy, facts: Sequence[RtlFact], *, seed: int) -> Model:
    """Return what rows teach of a quantity, judged on networks that were held out.

    Raises:
        InvalidDesignError: If no row tells anything of it.
    """
    chosen = tuple(fact for fact in facts if study.takes(fact))
    if not chosen:
        msg = f"no row tells anything of {study.quantity}; add a table that does"
        raise InvalidDesignError(msg)
    empty = Model(
        quantity=study.quantity,
        terms=(),
        low=1.0,
        high=1.0,
        is_product=study.is_product,
        ranges=_ranges(chosen),
        sources=_sources(chosen),
        held_out=(),
    )
    residuals = []
    for seen, held in split_groups(chosen, seed=seed):
        model = replace(empty, terms=study.terms(seen))
        residuals += [
            study.target(fact) / max(model.predict(study.features(fact)), 1.0) for fact in held
        ]
    low, high = quantiles(residuals)
    error = HeldOut(
        quantity=study.quantity,
        error=round(float(np.mean([abs(1 / one - 1) for one in residuals])), 4),
        unit="relative",
        designs=len(residuals),
        split="network",
    )
    return replace(
        empty,
        terms=study.terms(chosen),
        low=round(low, 4),
        high=round(high, 4),
        held_out=(error,),
    )


def split_groups(
    facts: Sequence[RtlFact], *, seed: int
) -> list[tuple[tuple[RtlFact, ...], tuple[RtlFact, ...]]]:
    """Return, ten times, rows to learn from and rows of other networks to be judged."""
    groups = sorted({fact.group for fact in facts})
    order = np.random.default_rng(seed).permutation(len(groups))
    fold = {groups[index]: place % _FOLDS for place, index in enumerate(order)}
    found = []
    for number in sorted(set(fold.values())):
        seen = tuple(fact for fact in facts if fold[fact.group] != number)
        held = tuple(fact for fact in facts if fold[fact.group] == number)
        if seen:
            found.append((seen, held))
    return found


def _models(
    studies: Sequence[RtlStudy], facts: Sequence[RtlFact], shaped: Sequence[Model]
) -> tuple[Model, ...]:
    """Return models of the same shape with what other rows teach; of no row, the same model."""
    found = []
    for study, model in zip(studies, shaped, strict=True):
        chosen = [fact for fact in facts if study.takes(fact)]
        found.append(replace(model, terms=study.terms(chosen)) if chosen else model)
    return tuple(found)


def _is_graph(fact: RtlFact) -> bool:
    return fact.kind == "adder_graph" and fact.stage is Evidence.LOGIC_SYNTH and fact.cost >= _LEAST


def _has_matrix(fact: RtlFact) -> bool:
    return _is_graph(fact) and fact.counts.digits > 0


def _is_counted(fact: RtlFact) -> bool:
    return fact.lut is not None


def _luts(fact: RtlFact) -> float:
    return float(fact.lut or 0)


def _flip_flops(fact: RtlFact) -> float:
    return float(fact.ff or 0)


def _is_engine(fact: RtlFact) -> bool:
    return fact.kind == "engine"


def _is_placed(fact: RtlFact) -> bool:
    return fact.stage is Evidence.PLACED


_POWERS = ("unit", "additions", "outputs", "inputs", "digits_a_weight", "data_width", "sum_width")
STUDIES = (
    RtlStudy(
        quantity=Quantity.RTL_COST,
        takes=_has_matrix,
        features=lambda fact: cost_features(fact.counts),
        target=lambda fact: fact.cost,
        free=_POWERS,
        is_product=True,
        unit=("positions",),
    ),
    RtlStudy(
        quantity=Quantity.RTL_LUT,
        takes=lambda fact: _has_matrix(fact) and _luts(fact) >= _LEAST,
        features=lambda fact: graph_features(fact.counts, fact.cost),
        target=_luts,
        free=("plain_cost", "shift_cost", "put_bits"),
    ),
    RtlStudy(
        quantity=Quantity.RTL_MOVES_LUT,
        takes=lambda fact: (
            fact.stage is Evidence.LOGIC_SYNTH
            and fact.kind == "adder_graph"
            and not fact.counts.digits
            and _luts(fact) >= _FEW
        ),
        features=lambda fact: graph_features(fact.counts, fact.cost),
        target=_luts,
        free=("put_bits", "select_bits", "add_bits"),
        prior=(1.0, 1.0, 1.0),
    ),
    RtlStudy(
        quantity=Quantity.RTL_REGISTERS,
        takes=lambda fact: _has_matrix(fact) and fact.latency_cycles > 0,
        features=lambda fact: register_features(
            fact.counts, fact.cost, fact.latency_cycles, stage_ns=fact.period_ns * USABLE
        ),
        target=lambda fact: max(fact.registers or 0.0, 1.0),
        free=("cut_bits", "waiting_bits", "output_bits"),
    ),
    RtlStudy(
        quantity=Quantity.RTL_FF,
        takes=lambda fact: bool(fact.registers) and _flip_flops(fact) >= _LEAST,
        features=lambda fact: {"registers": fact.registers or 0.0},
        target=_flip_flops,
        free=("registers",),
    ),
    RtlStudy(
        quantity=Quantity.RTL_ENGINE_LUT,
        takes=_is_engine,
        features=lambda fact: engine_features(fact.engine, fact.counts),
        target=_luts,
        free=(
            "row_bits",
            "tree_bits",
            "sum_bits",
            "select_bits",
            "rom_bits",
            "bias_bits",
            "put_bits",
            "unit",
        ),
        prior=(1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 1.0, 0.0),
    ),
    RtlStudy(
        quantity=Quantity.RTL_ENGINE_FF,
        takes=_is_engine,
        features=lambda fact: engine_features(fact.engine, fact.counts),
        target=_flip_flops,
        free=("row_bits", "tree_bits", "sum_bits", "held_bits", "output_bits", "dsp", "unit"),
    ),
    RtlStudy(
        quantity=Quantity.PLACED_LUT,
        takes=_is_placed,
        features=lambda fact: {"cost": fact.cost},
        target=_luts,
        free=("cost",),
    ),
    RtlStudy(
        quantity=Quantity.PLACED_FF,
        takes=_is_placed,
        features=lambda fact: {"cost": fact.cost, "unit": 1.0},
        target=_flip_flops,
        free=("cost", "unit"),
    ),
)
"""Every quantity of a module, and of a placed design."""


def sizes(fact: RtlFact) -> Mapping[str, float]:
    """Return the sizes of a row that a profile knows the limits of."""
    found = {"cost": fact.cost, "period_ns": fact.period_ns}
    if fact.counts.digits:
        found |= {
            "inputs": fact.counts.inputs,
            "outputs": fact.counts.outputs,
            "data_width": fact.counts.data_width,
        }
    return found


def _ranges(facts: Sequence[RtlFact]) -> tuple[Range, ...]:
    seen: dict[str, list[float]] = defaultdict(list)
    for fact in facts:
        for name, value in sizes(fact).items():
            seen[name].append(value)
    return tuple(
        Range(name=name, low=float(min(all_)), high=float(max(all_))) for name, all_ in seen.items()
    )


def _sources(facts: Sequence[RtlFact]) -> tuple[str, ...]:
    return tuple(sorted({f"{fact.source}, {fact.tool}" for fact in facts}))
