"""One hyper-parameter: its name, its values, what it changes in a candidate."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from codesign.errors import InvalidDesignError

Value = int | float | str | bool | tuple[int, ...]
Plain = dict[str, Any]
EVERY = "*"
"""Names all layers that have no entry of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One hyper-parameter.

    Attributes:
        name: As a sweep file names it.
        turn: Sets it in the plain data of a candidate, for one layer or :data:`EVERY`.
        kind: The type of its values.
        help: What it is, with its unit.
        of_layers: Whether layers can have values of their own.
        retrains: Whether another value is another training; the rest is hardware only.
        choices: The legal words of a knob that is one.
    """

    name: str
    turn: Callable[[Plain, str, Value], None]
    kind: type
    help: str
    of_layers: bool = False
    retrains: bool = True
    choices: type[StrEnum] | None = None

    def check(self, value: object) -> Value:
        """Return a value as TOML or JSON gives it, checked.

        Raises:
            InvalidDesignError: If its type or word is not one of this knob.
        """
        if self.kind is tuple:
            return self._widths(value)
        if self.kind is float and type(value) is int:
            return float(value)
        if type(value) is not self.kind:
            msg = f"{self.name} takes values of type {self.kind.__name__}, got {value!r}"
            raise InvalidDesignError(msg)
        if self.choices is not None and value not in list(self.choices):
            msg = f"{self.name}: {value!r} is not one of {', '.join(self.choices)}"
            raise InvalidDesignError(msg)
        assert isinstance(value, int | float | str | bool)  # noqa: S101 - tells mypy
        return value

    def _widths(self, value: object) -> tuple[int, ...]:
        if not isinstance(value, list | tuple) or any(type(item) is not int for item in value):
            msg = f"{self.name} takes lists of whole numbers, got {value!r}"
            raise InvalidDesignError(msg)
        return tuple(value)
