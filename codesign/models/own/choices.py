"""What ``build(hp)`` is given: it answers as keras-tuner's ``HyperParameters``, and takes note.

Source of names, arguments and defaults: keras-tuner 1.4.8, ``engine/hyperparameters``. What is
answered is decided before: nothing is drawn here.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from codesign.errors import InvalidDesignError

Answer = bool | int | float | str
Condition = tuple[str, tuple[Answer, ...]]
_SPREAD = 8
"""Values of a range without a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A hyper-parameter that was asked for.

    Attributes:
        name: With its scopes, as keras-tuner names it.
        values: What to choose from.
        when: Names and values of others for which it exists.
    """

    name: str
    values: tuple[Answer, ...]
    when: tuple[Condition, ...] = ()


class Choices:
    """The hyper-parameters of one call of ``build(hp)``.

    Args:
        values: What to answer, by name.
        strict: Whether what has no value is an error; else its default is the answer.
    """

    def __init__(self, values: Mapping[str, Answer], *, strict: bool) -> None:
        self.values: dict[str, Answer] = dict(values)
        self.offers: dict[str, Offer] = {}
        self.closed: list[Condition] = []
        self._strict = strict
        self._when: list[Condition] = []
        self._names: list[str] = []

    def Choice(  # noqa: N802 - the names of keras-tuner
        self,
        name: str,
        values: Sequence[Answer],
        ordered: bool | None = None,  # noqa: FBT001
        default: Answer | None = None,
        **parent: object,
    ) -> Answer:
        """Answer with one of some values."""
        del ordered
        return self._answer(name, tuple(values), default, parent)

    def Boolean(  # noqa: N802
        self,
        name: str,
        default: bool = False,  # noqa: FBT001, FBT002
        **parent: object,
    ) -> Answer:
        """Answer yes or no."""
        return self._answer(name, (False, True), default, parent)

    def Fixed(self, name: str, value: Answer, **parent: object) -> Answer:  # noqa: N802
        """Answer with the only value."""
        return self._answer(name, (value,), value, parent)

    def Int(  # noqa: N802
        self,
        name: str,
        min_value: int,
        max_value: int,
        step: int | None = None,
        sampling: str | None = "linear",
        default: int | None = None,
        **parent: object,
    ) -> Answer:
        """Answer with a whole number of a range."""
        step = step if step or sampling == "log" else 1
        found = _range(name, (min_value, max_value), step, sampling)
        values = tuple(dict.fromkeys(round(value) for value in found))
        return self._answer(name, values, default, parent)

    def Float(  # noqa: N802
        self,
        name: str,
        min_value: float,
        max_value: float,
        step: float | None = None,
        sampling: str | None = "linear",
        default: float | None = None,
        **parent: object,
    ) -> Answer:
        """Answer with a number of a range."""
        found = _range(name, (min_value, max_value), step, sampling)
        return self._answer(name, tuple(float(f"{v:.6g}") for v in found), default, parent)

    def get(self, name: str) -> Answer:
        """Answer what was answered before."""
        return self.values[self._full(name)]

    __getitem__ = get

    def __contains__(self, name: str) -> bool:
        return self._full(name) in self.values

    @contextmanager
    def name_scope(self, name: str) -> Iterator[None]:
        """Put a name before those of what is asked for inside."""
        self._names.append(name)
        try:
            yield
        finally:
            self._names.pop()

    @contextmanager
    def conditional_scope(
        self, parent_name: str, parent_values: Answer | Sequence[Answer]
    ) -> Iterator[None]:
        """Let what is asked for inside exist for some values of another one only."""
        several = isinstance(parent_values, list | tuple)
        values = tuple(parent_values) if several else (parent_values,)  # type: ignore[arg-type]
        self._when.append((self._full(parent_name), values))  # type: ignore[arg-type]
        try:
            if not self._is_open():
                self.closed.append(self._when[-1])
            yield
        finally:
            self._when.pop()

    def _full(self, name: str) -> str:
        return "/".join([*self._names, name])

    def _is_open(self) -> bool:
        return all(self.values.get(name) in wanted for name, wanted in self._when)

    def _answer(
        self,
        name: str,
        values: tuple[Answer, ...],
        default: Answer | None,
        parent: Mapping[str, object],
    ) -> Answer:
        if parent.get("parent_name"):
            with self.conditional_scope(parent["parent_name"], parent["parent_values"]):  # type: ignore[arg-type]
                return self._answer(name, values, default, {})
        full = self._full(name)
        first = values[0] if default is None else default
        if not self._is_open():
            return first
        if full not in self.values and self._strict:
            msg = (
                f"build(hp) asks for {full!r} for some choices only; put it into "
                "hp.conditional_scope, so that this is known before"
            )
            raise InvalidDesignError(msg)
        offer = Offer(name=full, values=values, when=tuple(self._when))
        if self.offers.setdefault(full, offer).values != values:
            msg = f"build(hp) asks for {full!r} twice, of different values; give one another name"
            raise InvalidDesignError(msg)
        return self.values.setdefault(full, first)


def _range(
    name: str, ends: tuple[float, float], step: float | None, sampling: str | None
) -> list[float]:
    low, high = ends
    if sampling not in (None, "linear", "log") or low > high or (sampling == "log" and low <= 0):
        msg = f"{name}: from {low} to {high}, sampling {sampling!r}; known are linear and log"
        raise InvalidDesignError(msg)
    if step is None:
        shares = [index / (_SPREAD - 1) for index in range(_SPREAD)]
        if sampling == "log":
            return [low * (high / low) ** share for share in shares]
        return [low + (high - low) * share for share in shares]
    if sampling == "log":
        count = math.floor(math.log(high / low) / math.log(step) + 1e-9)
        return [low * step**index for index in range(count + 1)]
    return [low + step * index for index in range(math.floor((high - low) / step + 1e-9) + 1)]
