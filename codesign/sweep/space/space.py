"""The search space: dimensions on top of a base candidate, with conditions and ties.

One declaration makes the candidates (:meth:`Space.candidate`), the grid (:meth:`Space.points`) and
what the proposers choose from (:meth:`Space.offers`); they cannot drift apart. What can be turned
is in :mod:`codesign.sweep.space.knobs`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from codesign.design.candidate import Candidate
from codesign.design.codec import decode, encode
from codesign.design.hardware import Strategy
from codesign.design.reuse import is_legal_reuse, legal_reuse_factors
from codesign.errors import InvalidDesignError
from codesign.sweep.space.knob import EVERY, Knob, Plain, Value
from codesign.sweep.space.knobs import find_knob

Values = Mapping[str, Value]
Sizes = Callable[[Candidate], Mapping[str, tuple[int, int]]]
"""The (inputs, outputs) of the matrix of each layer that shares multipliers, of a candidate."""

LEGAL = "legal"
_REUSE = "reuse_factor"
_SHAPES_REUSE = ("widths", "strategy", "backend")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One choice that is made for each candidate.

    Attributes:
        name: Unique in its space.
        knobs: What it turns; several are tied to one value.
        layers: Whose; several are tied to one value.
        values: What to choose from; empty for the legal reuse factors.
        at_most: The largest legal reuse factor that is tried.
        when: Earlier dimensions and the values of theirs for which this one exists.
    """

    name: str
    knobs: tuple[str, ...]
    layers: tuple[str, ...] = (EVERY,)
    values: tuple[Value, ...] = ()
    at_most: int = 0
    when: tuple[tuple[str, tuple[Value, ...]], ...] = ()

    @property
    def turned(self) -> tuple[Knob, ...]:
        """What it turns."""
        return tuple(find_knob(name) for name in self.knobs)

    @property
    def is_reuse(self) -> bool:
        """Whether not every value is legal for every candidate."""
        return _REUSE in self.knobs

    def exists(self, values: Values) -> bool:
        """Return whether the earlier choices ask for this one."""
        return all(name in values and values[name] in wanted for name, wanted in self.when)

    def turn(self, plain: Plain, value: Value) -> None:
        """Set the value in the plain data of a candidate."""
        for knob in self.turned:
            for layer in self.layers:
                knob.turn(plain, layer, value)


@dataclass(frozen=True, kw_only=True)
class Space:
    """All candidates of a sweep.

    Attributes:
        base: What every candidate begins as.
        dimensions: What is chosen.
        sizes: Tells the matrices of a candidate, for the legal reuse factors.
    """

    base: Candidate
    dimensions: tuple[Dimension, ...]
    sizes: Sizes

    @cached_property
    def ordered(self) -> tuple[Dimension, ...]:
        """The dimensions, reuse factors last: what is legal depends on the others."""
        return tuple(sorted(self.dimensions, key=lambda dimension: dimension.is_reuse))

    def points(self) -> Iterator[dict[str, Value]]:
        """Yield every point of the grid, the last dimension changing fastest."""
        yield from self._points({}, self.ordered)

    def _points(
        self, chosen: dict[str, Value], rest: tuple[Dimension, ...]
    ) -> Iterator[dict[str, Value]]:
        if not rest:
            yield chosen
            return
        first, *others = rest
        if not first.exists(chosen):
            yield from self._points(chosen, tuple(others))
            return
        for value in self.legal(first, chosen):
            yield from self._points({**chosen, first.name: value}, tuple(others))

    def candidate(self, values: Values, settings: Values | None = None) -> Candidate:
        """Return the candidate of a point.

        Args:
            values: Of the dimensions.
            settings: Further hyper-parameters, by knob, set after the dimensions.

        Raises:
            InvalidDesignError: If the values do not fit together, by their place in the recipe.
        """
        plain = encode(self.base)
        for dimension in self.dimensions:
            if dimension.name in values:
                dimension.turn(plain, values[dimension.name])
        for name, value in (settings or {}).items():
            find_knob(name).turn(plain, EVERY, value)
        where = ", ".join(f"{name} = {value}" for name, value in values.items()) or "the base"
        return decode(Candidate, plain, place=where)

    def legal(self, dimension: Dimension, chosen: Values) -> tuple[Value, ...]:
        """Return the values that a dimension can have after earlier choices."""
        if not dimension.is_reuse:
            return dimension.values
        candidate = self.candidate(chosen)
        matrices = self._matrices(dimension, candidate)
        if dimension.values:
            return tuple(
                value
                for value in dimension.values
                if all(
                    is_legal_reuse(inputs=n, outputs=m, factor=int(str(value)), strategy=strategy)
                    for n, m, strategy in matrices
                )
            )
        sets = [
            set(legal_reuse_factors(inputs=n, outputs=m, strategy=strategy))
            for n, m, strategy in matrices
        ]
        common = sorted(set.intersection(*sets)) if sets else [1]
        return tuple(factor for factor in common if factor <= dimension.at_most)

    def _matrices(
        self, dimension: Dimension, candidate: Candidate
    ) -> list[tuple[int, int, Strategy]]:
        sizes, hardware = self.sizes(candidate), candidate.hardware
        names = list(sizes) if dimension.layers == (EVERY,) else dimension.layers
        unknown = [name for name in names if name not in sizes]
        if unknown:
            msg = (
                f"dimension {dimension.name!r}: layer {unknown[0]!r} shares no multipliers; "
                f"those that do are {', '.join(sizes)}"
            )
            raise InvalidDesignError(msg)
        if dimension.layers == (EVERY,):  # those of their own keep theirs
            own = {layer.name for layer in hardware.layers if layer.reuse_factor is not None}
            names = [name for name in names if name not in own]
        return [
            (*sizes[name], hardware.layer(name).strategy or hardware.strategy) for name in names
        ]

    def offers(self, dimension: Dimension) -> tuple[Value, ...]:
        """Return the values that a dimension can have anywhere in the space.

        Raises:
            InvalidDesignError: If a reuse factor is legal nowhere.
        """
        if not dimension.is_reuse:
            return dimension.values
        others = [
            other for other in self.dimensions if any(name in _SHAPES_REUSE for name in other.knobs)
        ]
        found: set[Value] = set()
        for combination in product(*(other.values for other in others)):
            chosen = dict(zip((other.name for other in others), combination, strict=True))
            kept = {d.name: chosen[d.name] for d in others if d.exists(chosen)}
            asked = [name for name, _ in dimension.when if name in chosen]
            if all(chosen[name] in dict(dimension.when)[name] for name in asked):
                found |= set(self.legal(dimension, kept))
        illegal = [value for value in dimension.values if value not in found]
        if illegal or not found:
            legal = self.offers(replace(dimension, values=(), at_most=1024))
            msg = (
                f"dimension {dimension.name!r}: reuse factor {(illegal or ['of any value'])[0]} is "
                f"legal nowhere in the space; legal are {', '.join(map(str, legal))}"
            )
            raise InvalidDesignError(msg)
        return tuple(sorted(found, key=lambda value: int(str(value))))

    def canonical(self, values: Values) -> dict[str, Value]:
        """Return a point as the grid would name it.

        Choices that do not exist for the earlier ones are dropped; a reuse factor that is not legal
        becomes the nearest that is, the smaller of two.
        """
        chosen: dict[str, Value] = {}
        for dimension in self.ordered:
            if not dimension.exists(chosen) or dimension.name not in values:
                continue
            value = values[dimension.name]
            if dimension.is_reuse:
                wanted, legal = int(str(value)), self.legal(dimension, chosen)
                if not legal:
                    continue
                value = min(legal, key=lambda v: (abs(int(str(v)) - wanted), int(str(v))))
            chosen[dimension.name] = value
        return chosen
