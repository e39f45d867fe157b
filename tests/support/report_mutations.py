"""Damage to a report, and what a reader may make of it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from codesign.synthesis.reports import Format, ToolReport

RESOURCES = ("lut", "ff", "dsp", "bram_18k", "uram")


@dataclass(frozen=True)
class Mutation:
    """One damaged file.

    Attributes:
        kind: What was done.
        line: The line that was touched, from 0.
        data: The file.
        before: The line as it was.
        after: The line as it is.
    """

    kind: str
    line: int
    data: bytes
    before: str
    after: str

    @property
    def in_place(self) -> bool:
        """Whether a number may now legitimately read as another one."""
        return self.kind in ("byte", "digit")


def mutations(data: bytes, *, count: int, seed: int) -> Iterator[Mutation]:
    """Return damaged versions of a file; the same seed gives the same ones."""
    rng = random.Random(seed)  # noqa: S311 - damage, not a secret
    makers = (_byte, _digit, _digit, _drop, _double, _cut, _shift, _move)
    made = 0
    while made < count:
        found = rng.choice(makers)(data, rng)
        if found is not None:
            made += 1
            yield found


def _replaced(kind: str, data: bytes, place: int, value: int) -> Mutation:
    changed = data[:place] + bytes([value]) + data[place + 1 :]
    line = data.count(b"\n", 0, place)
    return Mutation(kind, line, changed, _line(data, line), _line(changed, line))


def _line(data: bytes, number: int) -> str:
    return data.split(b"\n")[number].decode("utf-8", errors="replace")


def _byte(data: bytes, rng: random.Random) -> Mutation:
    place = rng.randrange(len(data))
    return _replaced("byte", data, place, data[place] ^ rng.randrange(1, 256))


def _digit(data: bytes, rng: random.Random) -> Mutation:
    places = [index for index, value in enumerate(data) if chr(value).isdigit()]
    place = rng.choice(places)
    value = rng.choice([digit for digit in b"0123456789" if digit != data[place]])
    return _replaced("digit", data, place, value)


def _lines(kind: str, data: bytes, line: int, new: list[bytes]) -> Mutation:
    lines = data.split(b"\n")
    changed = b"\n".join([*lines[:line], *new, *lines[line + 1 :]])
    after = b"\n".join(new).decode("utf-8", errors="replace")
    return Mutation(kind, line, changed, _line(data, line), after)


def _drop(data: bytes, rng: random.Random) -> Mutation:
    return _lines("drop", data, rng.randrange(data.count(b"\n")), [])


def _double(data: bytes, rng: random.Random) -> Mutation:
    lines = data.split(b"\n")
    line = rng.randrange(len(lines) - 1)
    return _lines("double", data, line, [lines[line]] * 2)


def _cut(data: bytes, rng: random.Random) -> Mutation:
    place = rng.randrange(len(data))
    line = data.count(b"\n", 0, place)
    changed = data[:place]
    return Mutation("cut", line, changed, _line(data, line), _line(changed, line))


def _shift(data: bytes, rng: random.Random) -> Mutation | None:
    """Insert or remove one space or bar: what stands right of it moves by a column."""
    lines = data.split(b"\n")
    line = rng.randrange(len(lines))
    text = lines[line]
    if not text.strip():
        return None
    place = rng.randrange(len(text) + 1)
    if rng.random() < 0.5:
        new = text[:place] + rng.choice([b" ", b"|"]) + text[place:]
    else:
        spaces = [index for index, value in enumerate(text) if value in b" |"]
        if not spaces:
            return None
        place = rng.choice(spaces)
        new = text[:place] + text[place + 1 :]
    return _lines("shift", data, line, [new])


def _move(data: bytes, rng: random.Random) -> Mutation | None:
    """Move what stands in a table's row one column to the right."""
    lines = data.split(b"\n")
    rows = [index for index, text in enumerate(lines) if text.count(b"|") > 3]
    if not rows:
        return None
    line = rng.choice(rows)
    cells = lines[line].split(b"|")
    first = rng.randrange(1, len(cells) - 1)
    moved = [*cells[:first], b" " * len(cells[first]), *cells[first:-2], cells[-1]]
    return _lines("move", data, line, [b"|".join(moved)])


def facts(report: ToolReport) -> dict[str, object]:
    """Return every number and name of a report under a key."""
    found: dict[str, object] = {
        "format": report.format,
        "tool": report.tool,
        "design": report.design,
        "part": report.part,
        "created": report.created,
        "evidence": report.evidence,
        "period": report.period_ns,
    }
    if report.timing:
        found["achieved"] = report.timing.achieved_ns
        found["whs"] = report.timing.whs_ns
        found["clock"] = report.timing.clock
    if report.power:
        found["total"] = report.power.total_w
        found["dynamic"] = report.power.dynamic_w
        found["static"] = report.power.static_w
        found["confidence"] = report.power.confidence
    if report.cosim:
        found["language"] = report.cosim.language
        _ends(found, "", report.cosim)
    if report.hardware:
        _costs(found, "", report.hardware)
        if report.hardware.available:
            for name in RESOURCES:
                found[f"available.{name}"] = getattr(report.hardware.available, name)
        for layer in report.hardware.layers:
            _costs(found, f"{layer.name}.", layer)
    return found


def _costs(found: dict[str, object], prefix: str, record) -> None:
    for name in RESOURCES:
        found[f"{prefix}{name}"] = getattr(record.usage, name).value
    _ends(found, prefix, record)


def _ends(found: dict[str, object], prefix: str, record) -> None:
    for name, figure in (
        ("latency", record.latency_cycles),
        ("interval", record.initiation_interval),
    ):
        found[f"{prefix}{name}.low"] = figure.low if figure else None
        found[f"{prefix}{name}.high"] = figure.high if figure else None


_TOTALS = {*RESOURCES}
_LATENCY = {"latency.low", "latency.high"}
_INTERVAL = {"interval.low", "interval.high"}
_HELD = {f"available.{name}" for name in RESOURCES}

TOP = {
    Format.CSYNTH_XML: _LATENCY | _INTERVAL | _HELD,
    Format.CSYNTH: _TOTALS | _LATENCY | _HELD,
    Format.CSYNTH_SUMMARY: {"dsp", "period"} | _LATENCY,
    Format.UTILIZATION: _TOTALS | _HELD,
    Format.HIERARCHY: _TOTALS,
    Format.TIMING: {"period", "achieved", "whs"},
    Format.POWER: {"total", "static"},
    Format.COSIM: set(),
    Format.EXPORT: set(),
    Format.EXPORT_XML: {"period", "achieved"},
}
"""Numbers that a report says twice, so that no single mistake may change them."""

INSIDE = {
    Format.CSYNTH_XML: _LATENCY,
    Format.CSYNTH: _TOTALS | _LATENCY,
    Format.CSYNTH_SUMMARY: {"dsp"} | _LATENCY,
    Format.HIERARCHY: _TOTALS,
}
"""The same of the modules inside."""


def is_said_twice(key: str, kind: Format) -> bool:
    """Return whether a number stands twice in every report of a format."""
    if key in TOP[kind]:
        return True
    return any(key.endswith(f".{name}") for name in INSIDE.get(kind, set()))
