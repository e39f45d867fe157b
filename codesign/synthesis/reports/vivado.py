"""The head that every text report of Vivado begins with."""

import re
from dataclasses import dataclass
from itertools import pairwise

from codesign.design.report import Evidence
from codesign.synthesis.reports import numbers
from codesign.synthesis.reports.hls import date_of
from codesign.synthesis.reports.parts import Part
from codesign.synthesis.reports.source import INCOMPLETE, Source

_TOOL = re.compile(r"Vivado v\.(?P<version>20[0-9]{2}\.[0-9]{1,2}(\.[0-9]+)?)[ _].*")
_STATES = {
    "synthesized": Evidence.LOGIC_SYNTH,
    "optimized": Evidence.LOGIC_SYNTH,
    "placed": Evidence.PLACED,
    "fully placed": Evidence.PLACED,
    "physopt postplace": Evidence.PLACED,
    "routed": Evidence.PLACED,
    "fully routed": Evidence.PLACED,
    "physopt postroute": Evidence.PLACED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands at the top.

    Attributes:
        tool: Name and version.
        command: What made the report.
        design: The top module.
        part: As Vivado writes it, with the speed grade.
        created: When, in the local time of the machine.
        evidence: How far the design was built, None where the report does not say.
    """

    tool: str
    command: str
    design: str
    part: str
    created: str
    evidence: Evidence | None


def read_head(source: Source) -> Head:
    """Return the head of a report.

    Raises:
        ReportError: If a line is missing or says what is not known.
    """
    line, tool = _field(source, "Tool Version")
    version = _TOOL.fullmatch(tool)
    if version is None:
        msg = f"tool {tool!r}, expected such as 'Vivado v.2023.1 (lin64) Build ...'; {INCOMPLETE}"
        raise source.error(line, msg)
    part = numbers.part(source, *_field(source, "Device"))
    known = Part.from_text(part)
    if known and not known.speed:
        part = f"{part}{_speed(source)}"
    return Head(
        tool=f"Vivado {version['version']}",
        command=_field(source, "Command")[1],
        design=numbers.name(source, *_field(source, "Design"), "design"),
        part=part,
        created=date_of(_field(source, "Date")[1]),
        evidence=_evidence(source),
    )


def stated(source: Source, head: Head) -> Evidence:
    """Return how far the design was built.

    Raises:
        ReportError: If the report does not say.
    """
    if head.evidence is None:
        msg = f"'| Design State' is missing; {INCOMPLETE}"
        raise source.error(0, msg)
    return head.evidence


def check_contents(source: Source) -> None:
    """Check that every section of the table of contents is there.

    Raises:
        ReportError: If one is missing: the file is cut off.
    """
    begin, _ = source.find("Table of Contents")
    titles = []
    for line in source.lines[begin + 1 :]:
        if not line.strip():
            break
        titles.append(line.strip())
    rest = source.lines[begin + 1 + len(titles) :]
    underlined = {
        line.strip()
        for line, below in pairwise(rest)
        if below.strip() and not below.strip().strip("-")
    }
    missing = [title for title in titles if title not in underlined]
    if missing or not titles:
        msg = f"section {', '.join(missing) or 'list'} is missing; {INCOMPLETE}"
        raise source.error(begin, msg)


def _speed(source: Source) -> str:
    """Return the speed grade, which newer versions write below the device.

    Raises:
        ReportError: If it is not there.
    """
    line, text = _field(source, "Speed File")
    if not re.fullmatch(r"-[0-9][A-Z]*", text.split()[0]):
        raise source.error(line, f"speed {text!r}, expected such as '-2L'; {INCOMPLETE}")
    return text.split()[0]


def _evidence(source: Source) -> Evidence | None:
    state = _maybe_field(source, "Design State")
    if not state:
        return None
    found = _STATES.get(state.lower())
    if found is None:
        line, _ = _field(source, "Design State")
        msg = f"design state {state!r} is not one of {', '.join(_STATES)}; {INCOMPLETE}"
        raise source.error(line, msg)
    return found


def _field(source: Source, name: str) -> tuple[int, str]:
    found = _fields(source, name)
    if len(found) != 1 or not found[0][1]:
        msg = f"{len(found)} lines '| {name} :', expected one; {INCOMPLETE}"
        raise source.error(found[1][0] if found[1:] else 0, msg)
    return found[0]


def _maybe_field(source: Source, name: str) -> str:
    return _field(source, name)[1] if _fields(source, name) else ""


def _fields(source: Source, name: str) -> list[tuple[int, str]]:
    pattern = re.compile(rf"\| {re.escape(name)} *: *(?P<value>.*)")
    return [
        (number, found["value"].strip())
        for number, line in enumerate(source.lines, 1)
        if line.startswith(f"| {name}") and (found := pattern.fullmatch(line.rstrip()))
    ]
