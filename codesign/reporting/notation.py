"""How numbers are written for people: as many digits as the error allows, never rounded to 100 %.

A share is written ``100 %`` only where nothing is missing and ``0 %`` only where nothing is there.
"""

import math

from codesign.design.results import Measurement

_MAX_DECIMALS = 9
_STAGES = {"float": "float", "qkeras": "QKeras", "emulator": "emulator", "csim": "csim"}


def stage_name(stage: str) -> str:
    """Return a stage as it is written in text.

    Examples:
        >>> stage_name("qkeras"), stage_name("csim")
        ('QKeras', 'csim')
    """
    return _STAGES.get(stage, stage)


def measurement(value: Measurement) -> str:
    """Return a value and its error, both to the second digit of the error.

    Examples:
        >>> measurement(Measurement(value=0.70123, error=0.00321))
        '0.7012 ± 0.0032'
        >>> measurement(Measurement(value=81.6, error=12.7))
        '82 ± 13'
        >>> measurement(Measurement(value=1.0, error=0.0))
        '1.0000 ± 0.0000'
    """
    if not math.isfinite(value.value):
        return "∞"
    decimals = 4
    if value.error > 0 and math.isfinite(value.error):
        decimals = min(_MAX_DECIMALS, max(0, 1 - math.floor(math.log10(value.error))))
    return f"{value.value:,.{decimals}f} ± {value.error:,.{decimals}f}"


def share(part: int, whole: int) -> str:
    """Return ``part`` of ``whole`` in percent, with as many digits as tell it from 0 and 100.

    Examples:
        >>> share(20000, 20000), share(19999, 20000), share(0, 7), share(1, 3), share(0, 0)
        ('100 %', '99.995 %', '0 %', '33.3 %', 'none')
    """
    if whole == 0:
        return "none"
    if part in (0, whole):
        return "0 %" if part == 0 else "100 %"
    return _inner_percent(100 * part / whole)


def percent(fraction: float) -> str:
    """Return a fraction in percent, with as many digits as tell it from 0 and 100.

    Examples:
        >>> percent(0.8), percent(0.80004), percent(1.0), percent(0.99999), percent(0.0)
        ('80 %', '80.0 %', '100 %', '99.999 %', '0 %')
    """
    whole = round(100 * fraction)
    if fraction in (0, 1) or (whole not in (0, 100) and math.isclose(100 * fraction, whole)):
        return f"{whole} %"
    return _inner_percent(100 * fraction)


def count(value: float) -> str:
    """Return a count with thousands set apart.

    Examples:
        >>> count(104019.2)
        '104,019'
    """
    return f"{round(value):,}"


def short(value: float) -> str:
    """Return a number to four digits, without trailing zeros.

    Examples:
        >>> short(5.0), short(12.5), short(0.0), short(2e-3)
        ('5', '12.5', '0', '0.002')
    """
    return f"{value:.4g}"


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it.

    Examples:
        >>> duration(0.0421), duration(7.25), duration(125.4)
        ('42 ms', '7.2 s', '2 min 05 s')
    """
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def _inner_percent(value: float) -> str:
    """Return a percentage strictly between 0 and 100, never written as either."""
    for decimals in range(1, _MAX_DECIMALS):
        text = f"{value:.{decimals}f}"
        if 0 < float(text) < 100:
            return f"{text} %"
    return "almost 100 %" if value > 50 else "almost 0 %"
