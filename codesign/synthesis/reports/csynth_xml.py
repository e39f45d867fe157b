"""``csynth.xml`` and ``<top>_csynth.xml`` of Vivado HLS and Vitis HLS."""

import re

from codesign.design.report import LayerReport
from codesign.design.resources import Resources
from codesign.synthesis.reports import checks, numbers
from codesign.synthesis.reports.hls import Spread, Synthesized, hls_tool, usage
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import INCOMPLETE, Source
from codesign.synthesis.reports.xml import Node

_TAGS = {"lut": "LUT", "ff": "FF", "bram_18k": "BRAM_18K", "uram": "URAM"}
_VERSION = re.compile(r"20[0-9]{2}\.[0-9]{1,2}(\.[0-9]+)?")


def read_csynth_xml(source: Source, root: Node) -> ToolReport:
    """Return what the XML of a C-synthesis says.

    Raises:
        ReportError: If a number is missing or contradicts another one.
    """
    assigned = root.get("UserAssignments")
    unit(assigned.get("unit"), "ns")
    target = period(assigned.get("TargetClockPeriod"))
    analysis = root.get("PerformanceEstimates/SummaryOfTimingAnalysis")
    unit(analysis.get("unit"), "ns")
    estimated = period(analysis.get("EstimatedClockPeriod"))
    summary = root.get("PerformanceEstimates/SummaryOfOverallLatency")
    unit(summary.get("unit"), "clock cycles")
    latency, interval = _cycles(summary, (target, estimated))
    used = root.get("AreaEstimates/Resources")
    held = root.get("AreaEstimates/AvailableResources")
    _same_tags(used, held)
    return Synthesized(
        source=source,
        format=Format.CSYNTH_XML,
        tool=hls_tool(version(root.get("ReportVersion/Version"))),
        design=word(assigned.get("TopModelName")),
        part=_part(assigned.get("Part")),
        created="",
        line=used.line,
        latency=latency,
        interval=interval,
        period_ns=target,
        estimated_ns=estimated,
        resources=_resources(used),
        available=_resources(held),
        modules=_modules(root, (target, estimated)),
    ).report()


def unit(node: Node, expected: str) -> None:
    """Check the unit of what stands beside it.

    Raises:
        ReportError: If it is another one.
    """
    if node.text.strip() != expected:
        msg = f"the unit is {node.text.strip()!r}, expected {expected!r}; {INCOMPLETE}"
        raise node.source.error(node.line, msg)


def period(node: Node) -> float:
    """Return nanoseconds of a clock."""
    return numbers.period(node.source, node.line, node.text, node.tag)


def word(node: Node) -> str:
    """Return a name."""
    return numbers.name(node.source, node.line, node.text, node.tag)


def _part(node: Node) -> str:
    return numbers.part(node.source, node.line, node.text)


def version(node: Node) -> str:
    """Return the release of a tool.

    Raises:
        ReportError: If it is none.
    """
    text = node.text.strip()
    if not _VERSION.fullmatch(text):
        msg = f"<{node.tag}> is {text!r}, expected a release such as 2022.2; {INCOMPLETE}"
        raise node.source.error(node.line, msg)
    return text


def _cycles(summary: Node, periods: tuple[float, float]) -> tuple[Spread, Spread]:
    found = {}
    for case in ("Best", "Average", "Worst"):
        cycles = summary.get(f"{case}-caseLatency")
        found[case] = numbers.maybe_count(cycles.source, cycles.line, cycles.text, cycles.tag)
        time = summary.maybe(f"{case}-caseRealTimeLatency")
        if time is not None:
            known = numbers.maybe_time(time.source, time.line, time.text, time.tag)
            checks.latency(time.source, time.line, found[case], known, periods)
    checks.ordered(summary.source, summary.line, "latency", found.values())
    latency = Spread(low=found["Best"], high=found["Worst"])
    return latency, _interval(summary)


def _interval(summary: Node) -> Spread:
    ends = []
    for end in ("min", "max"):
        node = summary.get(f"Interval-{end}")
        ends.append(numbers.maybe_count(node.source, node.line, node.text, node.tag))
    for tag in ("PipelineInitiationInterval", "DataflowPipelineThroughput"):
        again = summary.maybe(tag)
        if again is not None:
            _check_again(again, ends)
    return Spread(low=ends[0], high=ends[1])


def _check_again(node: Node, ends: list[int | None]) -> None:
    """Check an interval that is said again: as one number, or as a range."""
    low, high = node.maybe("range/min"), node.maybe("range/max")
    pairs = [(low, ends[0]), (high, ends[1])]
    if not node.children:
        pairs = [(node, end) for end in ends]
    for said, end in pairs:
        if said is None:
            raise node.source.error(node.line, f"<{node.tag}> is no range; {INCOMPLETE}")
        value = numbers.maybe_count(said.source, said.line, said.text, node.tag)
        if value is not None and end is not None:
            checks.agree(said.source, said.line, "interval", value, end)


def _same_tags(used: Node, held: Node) -> None:
    mine, its = ({child.tag for child in node.children} for node in (used, held))
    if mine != its:
        odd = ", ".join(sorted(mine ^ its))
        msg = f"{odd} is used or available but not both; {INCOMPLETE}"
        raise used.source.error(used.line, msg)


def _resources(node: Node) -> Resources:
    tags = {**_TAGS, "dsp": "DSP48E" if node.maybe("DSP48E") else "DSP"}
    counts = {}
    for name, tag in tags.items():
        # A part without UltraRAM has no line for it in reports of before 2019.
        child = node.maybe(tag) if name == "uram" else node.get(tag)
        counts[name] = (
            numbers.count(child.source, child.line, child.text, tag) if child is not None else 0
        )
    return Resources(**counts)


def _modules(root: Node, periods: tuple[float, float]) -> tuple[LayerReport, ...]:
    """Return the functions inside, which the ``csynth.xml`` of Vitis HLS lists."""
    listed = root.maybe("ModuleInformation")
    return tuple(
        _module(node, periods)
        for node in (listed.children if listed else ())
        if node.tag == "Module"
    )


def _module(node: Node, periods: tuple[float, float]) -> LayerReport:
    summary = node.get("PerformanceEstimates/SummaryOfOverallLatency")
    found = []
    for case in ("Best", "Worst"):
        cycles = summary.get(f"{case}-caseLatency")
        value = numbers.maybe_count(cycles.source, cycles.line, cycles.text, cycles.tag)
        time = summary.maybe(f"{case}-caseRealTimeLatency")
        if time is not None:
            known = numbers.maybe_time(time.source, time.line, time.text, time.tag)
            own = node.maybe("PerformanceEstimates/SummaryOfTimingAnalysis/Estimate")
            longest = period(own) if own else periods[1]
            checks.latency(time.source, time.line, value, known, (periods[0], longest))
        found.append(value)
    interval = summary.maybe("PipelineInitiationInterval") or summary.maybe("PipelineII")
    cycles_apart = (
        numbers.maybe_count(interval.source, interval.line, interval.text, interval.tag)
        if interval and not interval.children
        else None
    )
    name = word(node.get("Name"))
    return LayerReport(
        name=name,
        kind=name,
        usage=usage(_listed(node.get("AreaEstimates/Resources"))),
        latency_cycles=Spread(low=found[0], high=found[1]).figure,
        initiation_interval=Spread(low=cycles_apart, high=cycles_apart).figure,
    )


def _listed(node: Node) -> Resources:
    """Return what a module takes; each count stands beside what is available and their share."""
    counts = {}
    for name, tag in {**_TAGS, "dsp": "DSP"}.items():
        short = tag.removesuffix("_18K")
        used, held = node.maybe(tag), node.maybe(f"AVAIL_{short}")
        if used is None and held is not None:
            msg = f"<{tag}> is missing beside <AVAIL_{short}>; {INCOMPLETE}"
            raise node.source.error(held.line, msg)
        if used is None:
            counts[name] = 0
            continue
        counts[name] = numbers.count(used.source, used.line, used.text, tag)
        share = node.maybe(f"UTIL_{short}")
        if held is not None and share is not None:
            available = numbers.count(held.source, held.line, held.text, held.tag)
            checks.percent(share.source, share.line, tag, counts[name], available, share.text)
    return Resources(**counts)
