"""From modules of RTL to a whole design: sums, their ranges, and the cycles between its ends."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from codesign.design.report import HeldOut
from codesign.estimate.features import Features, Quantity
from codesign.estimate.fit import relative_least_squares
from codesign.estimate.profile import Model, Profile, Range, Term, quantiles
from codesign.estimate.rtl_counts import NO_LAYERS, RtlCounts
from codesign.estimate.rtl_engine import NO_ENGINE, EngineCounts
from codesign.estimate.rtl_facts import RtlFact
from codesign.estimate.rtl_features import (
    USABLE,
    cost_features,
    engine_features,
    filled_ns,
    graph_features,
    module_path,
    register_features,
)

PATH_FEATURES = ("levels", "level_bits", "puts")
Fold = tuple[Profile, tuple[RtlFact, ...], tuple[RtlFact, ...]]
"""What rows teach, these rows, and others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RtlPart:
    """A module as far as it is known before synthesis.

    Attributes:
        kind: As :class:`codesign.design.rtl.RtlModule` names it.
        counts: Over its layers.
        engine: Over its multipliers.
        cost: Adder bits of its graph, None where no graph was made.
        registers: Bits between its stages, None where no graph was made.
        cycles: From its input to its output; a fraction where only their mean is known.
        stage_ns: The longest path between two registers of a graph, in nanoseconds.
    """

    kind: str
    counts: RtlCounts = NO_LAYERS
    engine: EngineCounts = NO_ENGINE
    cost: float | None = None
    registers: float | None = None
    cycles: float
    stage_ns: float = math.inf

    @classmethod
    def of(cls, fact: RtlFact) -> "RtlPart":
        """Return a module of a table as its schedule says it is."""
        return cls(
            kind=fact.kind,
            counts=fact.counts,
            engine=fact.engine,
            cost=fact.cost,
            registers=fact.registers,
            cycles=fact.latency_cycles,
            stage_ns=fact.period_ns * USABLE,
        )

    @classmethod
    def expected(cls, fact: RtlFact, *, path: Model) -> "RtlPart":
        """Return a module of a table without what only its schedule says."""
        stage = fact.period_ns * USABLE
        stages = mean_stages(fact.counts, stage_ns=stage, model=path)
        return cls(
            kind=fact.kind,
            counts=fact.counts,
            engine=fact.engine,
            # what a delay holds follows from its tensor
            registers=fact.registers if fact.kind == "delay" else None,
            cycles=stages if fact.kind == "adder_graph" else fact.latency_cycles,
            stage_ns=stage,
        )


def part_cost(part: RtlPart, profile: Profile) -> float:
    """Return the adder bits of a module: those of its graph, or what its constants let expect."""
    if part.cost is not None:
        return part.cost
    if part.kind != "adder_graph" or not part.counts.digits:
        return 0.0
    return profile.model(Quantity.RTL_COST).predict(cost_features(part.counts))


def part_luts(part: RtlPart, profile: Profile) -> tuple[float, Model | None]:
    """Return the look-up tables of a module, and the model whose range they have."""
    if part.kind == "engine":
        model = profile.model(Quantity.RTL_ENGINE_LUT)
        return model.predict(engine_features(part.engine, part.counts)), model
    if part.kind != "adder_graph":
        return 0.0, None
    quantity = Quantity.RTL_LUT if part.counts.digits else Quantity.RTL_MOVES_LUT
    model = profile.model(quantity)
    found = model.predict(graph_features(part.counts, part_cost(part, profile)))
    if part.cost is None or not part.counts.digits:
        found += part.counts.table_luts + PRODUCT_LUTS * part.counts.product_bits
    return found, model


def part_ffs(part: RtlPart, profile: Profile) -> tuple[float, Model]:
    """Return the flip-flops of a module, and the model whose range they have."""
    if part.kind == "engine":
        model = profile.model(Quantity.RTL_ENGINE_FF)
        return model.predict(engine_features(part.engine, part.counts)), model
    registers, cost = part.registers, part_cost(part, profile)
    learnt = profile.model(Quantity.RTL_REGISTERS)
    if registers is None:
        features = register_features(part.counts, cost, part.cycles, stage_ns=part.stage_ns)
        registers = learnt.predict(features)
    model = profile.model(Quantity.RTL_FF)
    found = model.predict({"registers": registers})
    return found, model if part.registers is not None else learnt


PRODUCT_LUTS = 1.9
"""Look-up tables of a product of two variables, for each product of a bit with a bit.

Source: a product of 7 x 6 bits that Yosys 0.70 maps to UltraScale+ takes 81.
"""


def path_ns(parts: Sequence[RtlCounts]) -> Features:
    """Return the features of modules one after the other."""
    seen = [module_path(counts) for counts in parts]
    return {name: sum(features[name] for features in seen) for name in PATH_FEATURES}


def mean_stages(counts: RtlCounts, *, stage_ns: float, model: Model) -> float:
    """Return how many stages a graph is long: its cycles, on average over where it begins.

    Args:
        counts: Of the graph.
        stage_ns: The longest path between two registers, in nanoseconds.
        model: Of the path.
    """
    return model.predict(path_ns([counts])) / filled_ns(stage_ns)


def path_cycles(parts: Sequence[RtlCounts], *, stage_ns: float, model: Model) -> int:
    """Return the cycles of modules one after the other, at least that of the outputs' register.

    Args:
        parts: Adder graphs.
        stage_ns: The longest path between two registers, in nanoseconds.
        model: Of the path.
    """
    return max(math.ceil(model.predict(path_ns(parts)) / filled_ns(stage_ns)), 1)


def design_models(
    folds: Sequence[Fold], *, sources: tuple[str, ...], ranges: tuple[Range, ...]
) -> tuple[Model, ...]:
    """Return the models of whole designs: their path, and the ranges of their sums."""
    everything = tuple(fact for _, _, held in folds for fact in held)
    empty = Model(
        quantity=Quantity.RTL_PATH,
        terms=_path_terms(everything),
        low=0.0,
        high=0.0,
        is_relative=False,
        ranges=ranges,
        sources=sources,
        held_out=(),
    )
    judged = [
        (
            len(counts),
            cycles
            - path_cycles(counts, stage_ns=stage, model=replace(empty, terms=_path_terms(seen))),
        )
        for _, seen, held in folds
        for counts, stage, cycles in _paths(held)
    ]
    differences = [difference for _, difference in judged]
    # errors of graphs one after the other add up: the range is that of designs of several
    low, high = quantiles([difference for graphs, difference in judged if graphs > 1])
    path = replace(
        empty,
        low=float(low),
        high=float(high),
        held_out=(_error(Quantity.RTL_PATH, differences, "cycles"),),
    )
    sums = [
        _sum_model(quantity, folds, name=name, is_scheduled=is_scheduled, empty=path)
        for quantity, name, is_scheduled in (
            (Quantity.RTL_DESIGN_LUT, "lut", True),
            (Quantity.RTL_DESIGN_FF, "ff", True),
            (Quantity.RTL_FORECAST_LUT, "lut", False),
            (Quantity.RTL_FORECAST_FF, "ff", False),
        )
    ]
    return (path, *sums)


def _sum_model(
    quantity: Quantity, folds: Sequence[Fold], *, name: str, is_scheduled: bool, empty: Model
) -> Model:
    residuals = []
    for profile, seen, held in folds:
        path = replace(empty, terms=_path_terms(seen))
        for facts in by_network(held).values():
            if any(fact.kind == "engine" or fact.lut is None for fact in facts):
                continue
            counted = sum(getattr(fact, name) or 0 for fact in facts)
            parts = [
                RtlPart.of(fact) if is_scheduled else RtlPart.expected(fact, path=path)
                for fact in facts
            ]
            predict = part_luts if name == "lut" else part_ffs
            predicted = sum(predict(part, profile)[0] for part in parts)
            if min(counted, predicted) >= _LEAST:
                residuals.append(counted / predicted)
    low, high = quantiles(residuals)
    errors = [1 / one - 1 for one in residuals]
    return replace(
        empty,
        quantity=quantity,
        terms=(Term(feature="sum", coefficient=1.0),),
        low=round(min(low, 1.0), 4),
        high=round(max(high, 1.0), 4),
        is_relative=True,
        held_out=(_error(quantity, errors, "relative"),),
    )


_LEAST = 300
"""Designs of fewer look-up tables or flip-flops are no designs."""


def by_network(facts: Sequence[RtlFact]) -> dict[str, list[RtlFact]]:
    """Return rows by the network whose modules they are."""
    found: dict[str, list[RtlFact]] = defaultdict(list)
    for fact in facts:
        found[fact.group].append(fact)
    return found


def _paths(facts: Sequence[RtlFact]) -> list[tuple[list[RtlCounts], float, int]]:
    """Return counts, stage and cycles of each network without engines."""
    found = []
    for rows in by_network(facts).values():
        if not any(fact.kind == "engine" for fact in rows):
            graphs = [fact.counts for fact in rows if fact.kind == "adder_graph"]
            cycles = sum(fact.latency_cycles for fact in rows)
            found.append((graphs, rows[0].period_ns * USABLE, cycles))
    return found


def _path_terms(facts: Sequence[RtlFact]) -> tuple[Term, ...]:
    paths = [one for one in _paths(facts) if one[2] > 1]
    seen = [path_ns(counts) for counts, _, _ in paths]
    columns = np.array([[features[name] for name in PATH_FEATURES] for features in seen])
    # a path of n cycles is on average half a stage shorter than n stages
    target = np.array([(cycles - 0.5) * filled_ns(stage) for _, stage, cycles in paths])
    found = relative_least_squares(columns, target)
    return tuple(
        Term(feature=name, coefficient=round(value, 5))
        for name, value in zip(PATH_FEATURES, found, strict=True)
    )


def _error(quantity: Quantity, differences: Sequence[float], unit: str) -> HeldOut:
    return HeldOut(
        quantity=quantity,
        error=round(float(np.abs(differences).mean()), 4),
        unit=unit,
        designs=len(differences),
        split="network",
    )
