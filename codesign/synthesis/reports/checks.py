"""What a report says twice must agree."""

import math
from collections.abc import Iterable

from codesign.design.device import Device
from codesign.design.resources import Resources
from codesign.synthesis.reports import numbers
from codesign.synthesis.reports.source import Source

_DAMAGED = "the file is damaged or mixed from two runs: make it anew"
NAMES = ("lut", "ff", "dsp", "bram_18k", "uram")
"""The resources."""


def agree(source: Source, line: int, what: str, found: float, expected: float) -> None:
    """Check that two whole numbers, or two numbers printed alike, are the same.

    Raises:
        ReportError: If not; it names both.
    """
    if found != expected:
        text = f"{what}: {found:.10g} here, {expected:.10g} by the rest of the file; {_DAMAGED}"
        raise source.error(line, text)


def adds_up(source: Source, line: int, what: str, parts: Iterable[float], total: float) -> None:
    """Check that parts sum up to their total.

    Raises:
        ReportError: If not; it names both.
    """
    found = sum(parts)
    if found != total:
        text = f"{what}: the parts are {found:.10g}, their total {total:.10g}; {_DAMAGED}"
        raise source.error(line, text)


def close(source: Source, line: int, what: str, found: float, expected: float, by: float) -> None:
    """Check that two numbers differ by no more than their rounding.

    Raises:
        ReportError: If not; it names both.
    """
    if abs(found - expected) > by + 1e-9 * abs(expected):
        text = f"{what}: {found:.10g} here, {expected:.10g} by the rest of the file; {_DAMAGED}"
        raise source.error(line, text)


def percent(source: Source, line: int, what: str, used: float, available: float, text: str) -> None:
    """Check a share in percent against what it is the share of.

    HLS tools cut to whole percents and write ``~0`` below one; Vivado rounds to two places and
    writes ``<0.01`` below those.

    Raises:
        ReportError: If they differ; it names both.
    """
    plain = text.strip().rstrip("%")
    share = 100 * used / available if available else 0.0
    if plain == "~0":
        fits = 0 < share < 1
    elif plain.startswith("<"):
        fits = 0 < share < numbers.decimal(source, line, plain[1:], f"{what} in percent")
    elif "." in plain:
        said = numbers.decimal(source, line, plain, f"{what} in percent")
        fits = abs(said - share) <= 0.005 + 1e-9
    else:
        fits = numbers.count(source, line, plain, f"{what} in percent") == math.floor(share)
    if not fits:
        words = f"{what}: {used:.10g} of {available:.10g} is not {plain} %; {_DAMAGED}"
        raise source.error(line, words)


def latency(
    source: Source,
    line: int,
    cycles: int | None,
    time: tuple[float, float] | None,
    periods: tuple[float, float],
) -> None:
    """Check a latency in nanoseconds against the one in cycles.

    HLS tools multiply with the target period, or with the estimated one where it is longer.

    Args:
        source: The file.
        line: Where the latency stands.
        cycles: Of the latency.
        time: Nanoseconds, and half of the last digit's unit.
        periods: Target and estimated clock period in nanoseconds.

    Raises:
        ReportError: If they differ; it names both.
    """
    if cycles is None or time is None:
        if (cycles is None) is not (time is None):
            text = f"latency is {cycles} cycles and {time and time[0]} ns; {_DAMAGED}"
            raise source.error(line, text)
        return
    found, half = time
    by = half + cycles * 0.0005
    expected = cycles * max(periods)
    if abs(found - expected) > by + 1e-9 and abs(found - cycles * periods[0]) > by + 1e-9:
        text = (
            f"latency is {cycles} cycles and {found:.10g} ns at a period of {max(periods):g} ns; "
            f"expected {expected:.10g} ns: {_DAMAGED}"
        )
        raise source.error(line, text)


def ordered(source: Source, line: int, what: str, values: Iterable[float | None]) -> None:
    """Check that shortest, typical and longest are in order.

    Raises:
        ReportError: If not; it names them.
    """
    given = [value for value in values if value is not None]
    if given != sorted(given):
        text = (
            f"{what}: {', '.join(f'{value:.10g}' for value in given)} is not in order; {_DAMAGED}"
        )
        raise source.error(line, text)


def catalog(source: Source, line: int, available: Resources, device: Device | None) -> None:
    """Check what a report says that a part holds against its data sheet.

    Raises:
        ReportError: If they differ; it names both.
    """
    if device is None:
        return
    for name in NAMES:
        found, expected = getattr(available, name), getattr(device.resources, name)
        if found != expected:
            text = (
                f"{found} {name} available, {expected} in {device.source} for {device.part}; "
                f"{_DAMAGED}"
            )
            raise source.error(line, text)
