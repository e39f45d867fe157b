"""Records to and from plain data (TOML, JSON), strictly.

An unknown key, a missing key or a value of the wrong type is an error that names its place.
Nothing is coerced: ``"6"`` is not 6, 6.5 is not 6.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

import cattrs
from cattrs import (
    ClassValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from codesign.design.constant import Constant
from codesign.design.precision import Precision
from codesign.errors import CodesignError, InvalidDesignError

T = TypeVar("T")


def decode(cls: type[T], plain: object, *, place: str) -> T:
    """Return the record that plain data describes.

    Args:
        cls: The record's class.
        plain: Dictionaries, lists, strings and numbers, as TOML or JSON gives them.
        place: Where the data came from, for the messages.

    Raises:
        InvalidDesignError: If a key is unknown or missing or a value does not fit; every mistake
            is listed with its place.
    """
    try:
        return _converter().structure(plain, cls)
    except (cattrs.BaseValidationError, ValueError, TypeError) as error:
        complaints = _complaints(error, "")
        msg = "\n".join(f"{place}: {complaint}" for complaint in complaints)
        raise InvalidDesignError(msg) from error


def encode(record: object) -> Any:
    """Return the plain data of a record; what has its default value is written out too."""
    return _converter().unstructure(record)


def to_json(record: object) -> str:
    """Return a record as JSON text, keys in the order of the record, two spaces a level."""
    return json.dumps(encode(record), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(cls: type[T], text: str, *, place: str) -> T:
    """Return the record of JSON text.

    Raises:
        InvalidDesignError: As :func:`decode`, and where the text is not JSON.
    """
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"{place}: not JSON: {error}; make the file anew"
        raise InvalidDesignError(msg) from error
    return decode(cls, plain, place=place)


@cache
def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    for primitive in (int, str, bool):
        converter.register_structure_hook(primitive, _strict(primitive))
    converter.register_structure_hook(float, _read_float)
    converter.register_structure_hook(StrEnum, _read_choice)
    converter.register_unstructure_hook(StrEnum, lambda choice: choice.value)
    converter.register_structure_hook_factory(_is_tuple, lambda cls: _tuple(cls, converter))
    converter.register_structure_hook(Precision, _read_precision)
    converter.register_unstructure_hook(Precision, str)
    converter.register_structure_hook_factory(_is_record, lambda cls: _record(cls, converter))
    converter.register_unstructure_hook_factory(
        _is_tagged,
        lambda cls: _tagged(cls, converter),
    )
    converter.register_structure_hook(Constant, _keep_constant)
    converter.register_unstructure_hook(Constant, _describe_constant)
    converter.register_structure_hook_func(_is_tagged_union, _read_tagged(converter))
    return converter


def _record(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    read = make_dict_structure_fn(
        cls, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True
    )

    def structure(plain: Any, wanted: Any) -> Any:
        if not isinstance(plain, dict):
            msg = f"expected a table of {', '.join(f.name for f in fields(cls))}, got {plain!r}"
            raise TypeError(msg)
        return read(plain, wanted)

    return structure


def _is_record(cls: Any) -> bool:
    return is_dataclass(cls) and cls is not Precision and cls is not Constant


def _is_tuple(cls: Any) -> bool:
    return get_origin(cls) is tuple


def _tuple(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    *kinds, last = get_args(cls)

    def read(plain: Any, _: Any) -> Any:
        if not isinstance(plain, list | tuple):
            msg = f"expected a list, got {plain!r}"
            raise TypeError(msg)
        expected = kinds * len(plain) if last is ... else [*kinds, last]
        if len(plain) != len(expected):
            msg = f"expected a list of {len(expected)}, got {plain!r}"
            raise ValueError(msg)
        found, mistakes = [], []
        for index, (item, kind) in enumerate(zip(plain, expected, strict=True)):
            try:
                found.append(converter.structure(item, kind))
            except (cattrs.BaseValidationError, ValueError, TypeError) as error:
                error.add_note(IterableValidationNote(f"element {index}", index, kind))
                mistakes.append(error)
        if mistakes:
            msg = f"{len(mistakes)} elements do not fit"
            raise IterableValidationError(msg, mistakes, cls)
        return tuple(found)

    return read


def _describe_constant(constant: Constant) -> dict[str, Any]:
    """Return what identifies a constant; its values travel beside the text."""
    return {
        "precision": str(constant.precision),
        "shape": list(constant.values.shape),
        "sha256": constant.sha256,
    }


def _keep_constant(plain: Any, _: Any) -> Constant:
    if not isinstance(plain, Constant):
        msg = "a constant is read with its array; read networks with codesign.lowering.load"
        raise TypeError(msg)
    return plain


def _tagged(cls: Any, converter: Converter) -> Callable[[Any], Any]:
    write = make_dict_unstructure_fn(cls, converter, _cattrs_use_linecache=False)
    return lambda record: {"kind": cls.kind, **write(record)}


def _is_tagged(cls: Any) -> bool:
    """Return whether a record's class says what kind of thing it is: a member of a union."""
    return is_dataclass(cls) and isinstance(getattr(cls, "kind", None), str)


def _is_tagged_union(cls: Any) -> bool:
    members = get_args(cls)
    return bool(members) and all(_is_tagged(member) for member in members)


def _read_tagged(converter: Converter) -> Callable[[Any, Any], Any]:
    def read(plain: Any, union: Any) -> Any:
        known = {member.kind: member for member in get_args(union)}
        kind = plain.get("kind") if isinstance(plain, dict) else None
        if kind not in known:
            msg = f"kind {kind!r} is not one of {', '.join(known)}"
            raise ValueError(msg)
        rest = {key: value for key, value in plain.items() if key != "kind"}
        return converter.structure(rest, known[kind])

    return read


def _strict(primitive: type) -> Callable[[Any, Any], Any]:
    def read(plain: Any, _: Any) -> Any:
        if type(plain) is not primitive:
            msg = f"expected {primitive.__name__}, got {plain!r}"
            raise TypeError(msg)
        return plain

    return read


def _read_choice(plain: Any, cls: Any) -> Any:
    if plain not in list(cls):
        msg = f"{plain!r} is not one of {', '.join(cls)}"
        raise ValueError(msg)
    return cls(plain)


def _read_float(plain: Any, _: Any) -> float:
    if type(plain) not in (int, float) or not abs(plain) <= sys.float_info.max:
        msg = f"expected a finite number, got {plain!r}"
        raise TypeError(msg)
    return float(plain)


def _read_precision(plain: Any, _: Any) -> Precision:
    if not isinstance(plain, str):
        msg = f"expected a precision such as 'fixed<6,1>', got {plain!r}"
        raise TypeError(msg)
    return Precision.from_text(plain)


def _complaints(error: BaseException, path: str) -> list[str]:
    """Return one line a mistake, each with its place inside the data."""
    here = path.lstrip(".")
    if isinstance(error, ClassValidationError):
        with_notes, without = error.group_exceptions()
        found = [
            line for inner, note in with_notes for line in _complaints(inner, f"{path}.{note.name}")
        ]
        return found + [line for inner in without for line in _complaints(inner, path)]
    if isinstance(error, IterableValidationError):
        with_index, without_index = error.group_exceptions()
        found = [
            line
            for inner, note in with_index
            for line in _complaints(inner, f"{path}[{note.index}]")
        ]
        return found + [line for inner in without_index for line in _complaints(inner, path)]
    if isinstance(error, ForbiddenExtraKeysError):
        known = ", ".join(sorted(f.name for f in fields(error.cl)))
        keys = ", ".join(repr(key) for key in sorted(error.extra_fields))
        prefix = f"{here}: " if here else ""
        return [f"{prefix}unknown key {keys}; known keys are {known}"]
    if isinstance(error, KeyError):
        return [f"{here}: missing"]
    text = str(error) if isinstance(error, CodesignError | TypeError | ValueError) else repr(error)
    return [f"{here}: {text}" if here else text]
