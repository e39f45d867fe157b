"""Read a sweep: ``sweeps/<name>.toml``, strictly; a mistake is named with its line."""

import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

from codesign.data import SAMPLES, load_sample
from codesign.design.codec import decode, encode
from codesign.design.names import check_name
from codesign.errors import CodesignError, InvalidDesignError
from codesign.pipeline import read_recipe
from codesign.sweep.goals import Constraint, Objective
from codesign.sweep.space.hyper_model import check_own, own_candidate, own_dimensions
from codesign.sweep.space.knob import EVERY, Value
from codesign.sweep.space.knobs import find_knob
from codesign.sweep.space.space import LEGAL, Dimension, Sizes, Space
from codesign.sweep.space.sweep import Limits, Search, Sweep, Then
from codesign.sweep.space.toml_lines import line_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    """Values between two ends: ``{ from = 1e-4, to = 1e-2, count = 5, log = true }``."""

    first: float
    last: float
    count: int
    log: bool = False

    def values(self, *, whole: bool) -> list[Value]:
        steps = [index / max(1, self.count - 1) for index in range(self.count)]
        if self.log:
            found = [self.first * (self.last / self.first) ** step for step in steps]
        else:
            found = [self.first + (self.last - self.first) * step for step in steps]
        return [round(value) if whole else float(f"{value:.6g}") for value in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class _DimensionTable:
    set: Any
    values: Any
    name: str = ""
    layers: tuple[str, ...] = (EVERY,)
    each: bool = False
    at_most: int = 64
    when: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ThenTable:
    over: tuple[str, ...]
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    recipe: str
    dimensions: tuple[_DimensionTable, ...] = ()
    hyper_model: str = ""
    objectives: tuple[str, ...] = ("max accuracy", "min lut")
    constraints: tuple[str, ...] = ()
    base: dict[str, Any] = field(default_factory=dict)
    search: Search = field(default_factory=Search)
    limits: Limits = field(default_factory=Limits)
    then: _ThenTable | None = None


class _PlaceError(InvalidDesignError):
    """A mistake at a path of the file."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(text)
        self.path = path


def _refuse(path: str, text: str) -> NoReturn:
    raise _PlaceError(path, text)


def read_sweep(path: Path, *, sizes: Sizes) -> Sweep:
    """Return the sweep of a file.

    Args:
        path: A TOML file as in ``sweeps/``; its recipe is looked for beside it, then here.
        sizes: Tells the matrices of a candidate, for the legal reuse factors.

    Raises:
        InvalidDesignError: If the file is missing or not TOML, or a key or value does not fit;
            every mistake is listed with its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        plain = tomllib.loads(text)
    except FileNotFoundError as error:
        msg = f"{path}: no such sweep; sweeps are TOML files, as in sweeps/"
        raise InvalidDesignError(msg) from error
    except (OSError, ValueError, RecursionError) as error:
        msg = f"{path}: not a TOML file: {error}"
        raise InvalidDesignError(msg) from error
    try:
        file = decode(_File, plain, place=str(path))
    except InvalidDesignError as error:
        raise InvalidDesignError(_with_lines(str(error), str(path), text)) from error
    try:
        return _sweep(file, plain, path=path, sizes=sizes)
    except _PlaceError as error:
        msg = f"{path}:{line_of(text, error.path)}: {error.path}: {error}"
        raise InvalidDesignError(msg) from error


def _with_lines(message: str, place: str, text: str) -> str:
    """Put the line behind the file's name in each complaint of the codec."""
    lines = []
    for complaint in message.splitlines():
        rest = complaint.removeprefix(f"{place}: ")
        where = rest.partition(": ")[0]
        unknown = re.match(r"unknown key '([^']+)'", rest.removeprefix(f"{where}: "))
        prefix = "" if rest.startswith("unknown key") else where
        key = f"{prefix}.{unknown[1]}".lstrip(".") if unknown else prefix
        lines.append(f"{place}:{line_of(text, key)}: {rest}")
    return "\n".join(lines)


def _sweep(file: _File, plain: dict[str, Any], *, path: Path, sizes: Sizes) -> Sweep:
    _checked("name", lambda: check_name(file.name, what="a sweep"))
    base = _base(file, path)
    placed = [
        (dimension, f"dimensions[{index}]")
        for index, table in enumerate(file.dimensions)
        for dimension in _dimensions(table, f"dimensions[{index}]")
    ]
    if base.model.own is not None:
        own = _checked("hyper_model", lambda: own_dimensions(base))
        placed = [*((dimension, "hyper_model") for dimension in own), *placed]
    if not placed:
        _refuse("dimensions", "nothing to choose: write [[dimensions]], or hyper_model = ...")
    _check_names(placed)
    dimensions = tuple(dimension for dimension, _ in placed)
    space = Space(base=base, dimensions=dimensions, sizes=sizes)
    for dimension, place in placed:
        _checked(f"{place}.values", lambda d=dimension: space.offers(d))
    if base.model.own is not None:
        _checked("hyper_model", lambda: _check_own(space))
    declared = {
        "base": {**encode(base), "name": ""},
        "dimensions": [encode(dimension) for dimension in dimensions],
        "search": encode(file.search),
        "then": plain.get("then"),
    }
    return Sweep(
        name=file.name,
        space=space,
        search=file.search,
        objectives=tuple(
            _checked(f"objectives[{i}]", lambda t=t: Objective.from_text(t))
            for i, t in enumerate(file.objectives)
        ),
        constraints=tuple(
            _checked(f"constraints[{i}]", lambda t=t: Constraint.from_text(t))
            for i, t in enumerate(file.constraints)
        ),
        limits=file.limits,
        then=_then(file.then, dimensions),
        declared=declared,
    )


def _base(file: _File, path: Path) -> Any:
    places = (path.parent / file.recipe, Path(file.recipe))
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        _refuse("recipe", f"neither {places[0]} nor {places[1]} is a file")
    recipe = _checked("recipe", lambda: read_recipe(found))
    space = Space(base=recipe, dimensions=(), sizes=lambda _: {})
    settings = {
        name: _checked(f"base.{name}", lambda n=name, v=value: find_knob(n).check(v))
        for name, value in file.base.items()
    }
    base = _checked("base", lambda: space.candidate({}, settings))
    if not file.hyper_model:
        return base
    return _checked("hyper_model", lambda: own_candidate(base, file.hyper_model, path.parent))


def _check_own(space: Space) -> None:
    events = load_sample(space.base.data.sample) if space.base.data.sample in SAMPLES else None
    if events is not None:
        check_own(space, inputs=len(events.feature_names), outputs=len(events.label_names))


def _dimensions(table: _DimensionTable, path: str) -> list[Dimension]:
    names = [table.set] if isinstance(table.set, str) else table.set
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        _refuse(f"{path}.set", f"expected the name of a hyper-parameter, got {table.set!r}")
    knobs = [_checked(f"{path}.set", lambda n=n: find_knob(n)) for n in names]
    if table.layers != (EVERY,) and not all(knob.of_layers for knob in knobs):
        _refuse(f"{path}.layers", f"{names[0]} is one for all layers; leave layers out")
    if table.each and table.layers == (EVERY,):
        _refuse(f"{path}.each", "name the layers that get a choice each: layers = [...]")
    when = tuple(
        (name, tuple(_frozen(v) for v in (wanted if isinstance(wanted, list) else [wanted])))
        for name, wanted in table.when.items()
    )
    whole = Dimension(
        name=table.name or names[0],
        knobs=tuple(names),
        layers=table.layers,
        values=_values(table, knobs, f"{path}.values"),
        at_most=table.at_most,
        when=when,
    )
    if table.each:
        return [
            replace(whole, name=f"{whole.name}_{layer}", layers=(layer,)) for layer in table.layers
        ]
    return [whole]


def _values(table: _DimensionTable, knobs: list[Any], path: str) -> tuple[Value, ...]:
    given, first = table.values, knobs[0]
    if given == LEGAL:
        if first.name != "reuse_factor":
            _refuse(path, f"'{LEGAL}' is for reuse_factor, not for {first.name}")
        return ()
    if isinstance(given, dict):
        renamed = {{"from": "first", "to": "last"}.get(key, key): v for key, v in given.items()}
        limits = _checked(path, lambda: decode(_Range, renamed, place="a range"))
        if limits.count < 1 or (limits.log and min(limits.first, limits.last) <= 0):
            _refuse(path, "a range has a count from 1 and, with log, positive ends")
        given = limits.values(whole=first.kind is int)
    if not isinstance(given, list) or not given:
        _refuse(path, f"expected a list of values, a range or '{LEGAL}', got {given!r}")
    found = tuple(
        _checked(path, lambda v=v, k=knob: k.check(v)) for v in given for knob in knobs[:1]
    )
    for knob in knobs[1:]:
        for value in found:
            _checked(path, lambda v=value, k=knob: k.check(v))
    if len(set(found)) != len(found):
        _refuse(path, f"a value stands twice: {given}")
    return found


def _check_names(placed: list[tuple[Dimension, str]]) -> None:
    known: dict[str, Dimension] = {}
    for dimension, path in placed:
        if dimension.name in known:
            text = f"two dimensions are named {dimension.name!r}; give one another name"
            _refuse(path, text)
        for name, wanted in dimension.when:
            if name not in known:
                text = f"{name!r} is no earlier dimension; those are {', '.join(known) or 'none'}"
                _refuse(f"{path}.when", text)
            odd = [
                value for value in wanted if known[name].values and value not in known[name].values
            ]
            if odd:
                text = f"{name} is never {odd[0]!r}; its values are {list(known[name].values)}"
                _refuse(f"{path}.when", text)
        known[dimension.name] = dimension


def _then(table: _ThenTable | None, dimensions: tuple[Dimension, ...]) -> Then | None:
    if table is None:
        return None
    names = [dimension.name for dimension in dimensions]
    odd = [name for name in table.over if name not in names]
    if odd:
        _refuse("then.over", f"{odd[0]!r} is no dimension; those are {', '.join(names)}")
    settings = tuple(
        (name, _checked(f"then.settings.{name}", lambda n=name, v=value: find_knob(n).check(v)))
        for name, value in table.settings.items()
    )
    return Then(over=table.over, settings=settings)


def _frozen(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value


def _checked(path: str, make: Any) -> Any:
    """Return what is made; what is wrong about it gets the place in the file."""
    try:
        return make()
    except _PlaceError:
        raise
    except CodesignError as error:
        raise _PlaceError(path, str(error)) from error
