"""``*_export.rpt``, ``export_syn.rpt``, ``export_impl.rpt`` and their XML of HLS tools.

HLS runs Vivado on what it made and counts block RAM in blocks of 18 Kb here
(``RAMB18 + 2 * RAMB36``).
"""

import re
from dataclasses import dataclass

from codesign.design.report import Evidence, HardwareReport, TimingReport
from codesign.design.resources import Resources
from codesign.synthesis.reports import checks, numbers
from codesign.synthesis.reports.csynth_rpt import hls_version, target_device
from codesign.synthesis.reports.csynth_xml import period
from codesign.synthesis.reports.grids import only, read_grids
from codesign.synthesis.reports.hls import date_of, usage
from codesign.synthesis.reports.parts import device_of
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import INCOMPLETE, Source
from codesign.synthesis.reports.xml import Node

_TAGS = {"lut": "LUT", "ff": "FF", "dsp": "DSP", "bram_18k": "BRAM", "uram": "URAM"}
_TITLE = re.compile(r"== (?P<stage>Place & Route|.*Synthesis) Resource Summary")
_OLD = re.compile(r"#=== Post-(?P<stage>Implementation|Synthesis) Resource usage ===")
_STAGES = {"Implementation": Evidence.PLACED, "Place & Route": Evidence.PLACED}
_RUNS = {"impl": Evidence.PLACED, "syn": Evidence.LOGIC_SYNTH, "synth": Evidence.LOGIC_SYNTH}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """What all forms of the report say."""

    format: Format
    tool: str
    part: str
    created: str
    line: int
    evidence: Evidence
    used: Resources
    held: Resources | None
    target_ns: float
    achieved_ns: float
    is_met: bool


def is_export(source: Source) -> bool:
    """Return whether a text is a report of an export."""
    return any(_OLD.fullmatch(line) or _TITLE.fullmatch(line) for line in source.lines)


def read_export(source: Source) -> ToolReport:
    """Return what the report of an export with synthesis or implementation says.

    Raises:
        ReportError: If a number is missing or contradicts another one.
    """
    titles = [
        (number, found["stage"])
        for number, line in enumerate(source.lines, 1)
        if (found := _OLD.fullmatch(line) or _TITLE.fullmatch(line))
    ]
    if len(titles) != 1:
        raise source.error(titles[1][0], f"two lists of resources; {INCOMPLETE}")
    line, stage = titles[0]
    evidence = _STAGES.get(stage, Evidence.LOGIC_SYNTH)
    old = source.lines[line - 1].startswith("#")
    target, achieved, met = _old_clock(source, evidence) if old else _clock(source, evidence)
    return _report(
        source,
        _Built(
            format=Format.EXPORT,
            tool=_old_tool(source) if old else f"Vivado {hls_version(source)}",
            part=numbers.part(source, *source.find("Device target:"))
            if old
            else target_device(source),
            created=date_of(_without_zone(source.find("Report date:")[1])) if old else "",
            line=line,
            evidence=evidence,
            used=_resources(source, line),
            held=None,
            target_ns=target,
            achieved_ns=achieved,
            is_met=met,
        ),
    )


def read_export_xml(source: Source, root: Node) -> ToolReport:
    """Return what the XML of an export says.

    Raises:
        ReportError: If it does not say whether the design was placed, or a number is missing or
            contradicts another one.
    """
    run = root.maybe("RunData/RUN_TYPE")
    evidence = _RUNS.get(run.text.strip()) if run else None
    if evidence is None:
        msg = "no <RUN_TYPE> of impl or syn tells how far it was built; read the .rpt beside it"
        raise source.error(run.line if run else 0, msg)
    timing = root.get("TimingReport")
    target, achieved = (period(timing.get(f"{name}ClockPeriod")) for name in ("Target", "Achieved"))
    for tag, expected in (("CP_TARGET", target), ("CP_FINAL", achieved)):
        node = timing.maybe(tag)
        if node:
            checks.close(source, node.line, tag, period(node), expected, 0.00051)
    slack = timing.maybe("SLACK_FINAL")
    if slack:
        value = numbers.decimal(source, slack.line, slack.text, slack.tag)
        checks.close(source, slack.line, slack.tag, value, target - achieved, 0.00151)
    met = timing.get("TIMING_MET")
    tool = root.get("RunData/VIVADO_VERSION")
    nodes = [root.get(f"AreaReport/{name}Resources") for name in ("", "Available")]
    if len({node.maybe("URAM") is None for node in nodes}) != 1:
        raise source.error(nodes[0].line, f"<URAM> is used or available but not both; {INCOMPLETE}")
    used, held = (_tagged(node) for node in nodes)
    return _report(
        source,
        _Built(
            format=Format.EXPORT_XML,
            tool=f"Vivado {_release(tool)}",
            part=_item(root, "Target device"),
            created="",
            line=timing.line,
            evidence=evidence,
            used=used,
            held=held,
            target_ns=target,
            achieved_ns=achieved,
            is_met=_is_true(met),
        ),
    )


def _report(source: Source, built: _Built) -> ToolReport:
    if built.is_met is not (built.achieved_ns <= built.target_ns):
        word = "met" if built.is_met else "not met"
        msg = (
            f"timing is said to be {word} at {built.achieved_ns} ns of {built.target_ns} ns; "
            "the file is damaged: make it anew"
        )
        raise source.error(built.line, msg)
    slack = round(built.target_ns - built.achieved_ns, 6)
    timing = TimingReport(evidence=built.evidence, period_ns=built.target_ns, wns_ns=slack)
    device = device_of(built.part)
    hardware = HardwareReport(
        design="",
        evidence=built.evidence,
        target=built.evidence,
        device=device.name if device else built.part,
        part=built.part,
        period_ns=built.target_ns,
        tool=built.tool,
        layers=(),
        usage=usage(built.used),
        available=built.held,
        latency_cycles=None,
        initiation_interval=None,
        timing=timing,
    )
    return ToolReport(
        path=source.name,
        format=built.format,
        tool=built.tool,
        design="",
        part=built.part,
        modified=source.modified.isoformat(),
        created=built.created,
        evidence=built.evidence,
        hardware=hardware,
        timing=timing,
    )


def _resources(source: Source, title: int) -> Resources:
    counts = {}
    for name, tag in _TAGS.items():
        if name == "uram" and not source.has("URAM:"):
            counts[name] = _no_uram(source, title)
            continue
        line, text = source.find(f"{tag}:", first=title)
        counts[name] = numbers.count(source, line, text, tag)
    return Resources(**counts)


def _no_uram(source: Source, title: int) -> int:
    """Return 0 for a part without UltraRAM; whatever else stands in the list is known."""
    device = device_of(source.find("Device target:")[1])
    if device and device.resources.uram:
        raise source.error(title, f"'URAM:' is missing; {INCOMPLETE}")
    known = (*_TAGS.values(), "SLICE", "CLB", "SRL", "LATCH")
    for number, line in enumerate(source.lines[title:], title + 1):
        if not line.strip():
            break
        if line.partition(":")[0] not in known:
            raise source.error(number, f"{line.strip()!r} is not known; {INCOMPLETE}")
    return 0


def _old_tool(source: Source) -> str:
    line, text = source.find("Implementation tool:")
    found = re.fullmatch(r"Xilinx Vivado v?\.?(20[0-9]{2}\.[0-9](?:\.[0-9])?)", text)
    if found is None:
        raise source.error(line, f"tool {text!r}, expected 'Xilinx Vivado v.2020.1'; {INCOMPLETE}")
    return f"Vivado {found[1]}"


def _old_clock(source: Source, evidence: Evidence) -> tuple[float, float, bool]:
    source.find("#=== Final timing ===")
    line, text = source.find("CP required:")
    target = numbers.period(source, line, text, "CP required")
    word = "implementation" if evidence is Evidence.PLACED else "synthesis"
    line, text = source.find(f"CP achieved post-{word}:")
    achieved = numbers.period(source, line, text, "CP achieved")
    met, missed = source.has("Timing met"), source.has("Timing not met")
    if met is missed:
        raise source.error(line, f"no verdict on the timing, or two; {INCOMPLETE}")
    return target, achieved, met


def _clock(source: Source, evidence: Evidence) -> tuple[float, float, bool]:
    grid = (
        only(read_grids(source), source, title="* Timing was met")
        if source.has("* Timing was met")
        else only(read_grids(source), source, title="* Timing was not met")
    )
    column = grid.column("Period (ns)")
    last = "Post-Route" if evidence is Evidence.PLACED else "Post-Synthesis"
    found = []
    for label in ("Target", last):
        row = grid.row(label)
        found.append(numbers.period(source, row.line, row.cells[column], label))
    return found[0], found[1], grid.title == "* Timing was met"


def _without_zone(text: str) -> str:
    """Return a date without its time zone, the last word but one."""
    words = text.split()
    return " ".join((*words[:-2], words[-1])) if len(words) == 6 else text


def _tagged(node: Node) -> Resources:
    counts = {}
    for name, tag in _TAGS.items():
        child = node.maybe(tag) if name == "uram" else node.get(tag)
        counts[name] = (
            numbers.count(child.source, child.line, child.text, tag) if child is not None else 0
        )
    return Resources(**counts)


def _item(root: Node, name: str) -> str:
    info = root.maybe("GeneralInfo")
    for item in info.children if info else ():
        if item.attributes.get("NAME") == name:
            return numbers.part(root.source, item.line, item.attributes.get("VALUE", ""))
    if info is not None:
        raise root.source.error(info.line, f"no item {name!r}; {INCOMPLETE}")
    return ""


def _release(node: Node) -> str:
    text = node.text.strip()
    found = re.fullmatch(r"v?\.?(20[0-9]{2}\.[0-9](?:\.[0-9])?)", text)
    if found is None:
        msg = f"<{node.tag}> is {text!r}, expected a release such as v.2022.2; {INCOMPLETE}"
        raise node.source.error(node.line, msg)
    return found[1]


def _is_true(node: Node) -> bool:
    text = node.text.strip().upper()
    if text not in ("TRUE", "FALSE"):
        msg = f"<{node.tag}> is {text!r}, expected TRUE or FALSE; {INCOMPLETE}"
        raise node.source.error(node.line, msg)
    return text == "TRUE"
