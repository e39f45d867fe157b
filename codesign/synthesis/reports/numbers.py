"""Numbers as tools write them.

What a tool leaves open (``-``, ``?``, ``undef``, ``NA``) is None, never 0. A digit too few or too
many cannot be seen here: :mod:`codesign.synthesis.reports.checks` compares what is said twice.
"""

import re

from codesign.synthesis.reports.source import INCOMPLETE, Source

_COUNT = re.compile(r"[0-9]{1,12}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?(e[+-][0-9]{2})?")
_TIME = re.compile(
    r"(?P<value>[0-9]{1,9}(\.[0-9]{1,6})?(e[+-][0-9]{2})?) *(?P<unit>ns|us|ms|sec|s)"
)
_NAME = re.compile(r"[A-Za-z0-9_.$/\\[\]-]+")
_PART = re.compile(r"[A-Za-z0-9-]+")
_OPEN = frozenset({"-", "?", "undef", "NA", "N/A", "inf", ""})
_NS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "sec": 1e9, "s": 1e9}
_UNDEFINED_II = 2**32 - 1


def count(source: Source, line: int, text: str, what: str) -> int:
    """Return a whole number that must be there.

    Raises:
        ReportError: If the text is none.
    """
    plain = text.strip()
    if not _COUNT.fullmatch(plain):
        raise source.error(line, f"{what} is {plain!r}, expected a whole number; {INCOMPLETE}")
    return int(plain)


def maybe_count(source: Source, line: int, text: str, what: str) -> int | None:
    """Return a whole number, None where the tool leaves it open."""
    if text.strip() in _OPEN:
        return None
    value = count(source, line, text, what)
    # An interval that was not asked for is written as -1 in 32 bits.
    return None if value == _UNDEFINED_II else value


def none_or_count(source: Source, line: int, text: str, what: str) -> int:
    """Return a count of a table in which a dash says that a module takes none.

    The module's own report then says 0; everywhere else a dash is not known.
    """
    return 0 if text.strip() == "-" else count(source, line, text, what)


def decimal(source: Source, line: int, text: str, what: str) -> float:
    """Return a number that must be there.

    Raises:
        ReportError: If the text is none.
    """
    plain = text.strip()
    if not _DECIMAL.fullmatch(plain):
        raise source.error(line, f"{what} is {plain!r}, expected a number; {INCOMPLETE}")
    return float(plain)


def maybe_decimal(source: Source, line: int, text: str, what: str) -> float | None:
    """Return a number, None where the tool leaves it open."""
    return None if text.strip() in _OPEN else decimal(source, line, text, what)


def period(source: Source, line: int, text: str, what: str) -> float:
    """Return nanoseconds of a clock, with or without their unit.

    Raises:
        ReportError: If the text is none, or no period of a clock.
    """
    value = decimal(source, line, text.strip().removesuffix("ns").strip(), what)
    if not 0 < value <= 1000:
        raise source.error(line, f"{what} is {value} ns, not in (0, 1000]; {INCOMPLETE}")
    return value


def maybe_time(source: Source, line: int, text: str, what: str) -> tuple[float, float] | None:
    """Return nanoseconds and half of the last digit's unit, None where the tool leaves it open.

    Raises:
        ReportError: If the text is no time.
    """
    plain = text.strip()
    if plain in _OPEN:
        return None
    found = _TIME.fullmatch(plain)
    if found is None:
        raise source.error(line, f"{what} is {plain!r}, expected a time; {INCOMPLETE}")
    digits, unit = found["value"], _NS[found["unit"]]
    mantissa, _, exponent = digits.partition("e")
    places = len(mantissa.partition(".")[2])
    scale = unit * 10.0 ** int(exponent or 0)
    return float(digits) * unit, 0.5 * 10.0**-places * scale


def name(source: Source, line: int, text: str, what: str) -> str:
    """Return the name of a module.

    Raises:
        ReportError: If the text is none.
    """
    return _word(source, line, text, what, _NAME)


def part(source: Source, line: int, text: str) -> str:
    """Return a part number.

    Raises:
        ReportError: If the text is none.
    """
    return _word(source, line, text, "part", _PART)


def _word(source: Source, line: int, text: str, what: str, pattern: re.Pattern[str]) -> str:
    plain = text.strip()
    if not pattern.fullmatch(plain):
        raise source.error(line, f"{what} is {plain!r}, expected a name; {INCOMPLETE}")
    return plain
