"""``report_timing_summary`` of Vivado: worst slack and clock, from which Fmax follows."""

from codesign.design.report import Evidence, TimingReport
from codesign.synthesis.reports import checks, numbers
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import INCOMPLETE, Source
from codesign.synthesis.reports.vivado import Head, read_head

_COLUMNS = ("WNS(ns)", "TNS(ns)", "WHS(ns)", "THS(ns)")
_DETAILS = "| Timing Details"
_MET = "All user specified timing constraints are met."
_MISSED = "Timing constraints are not met."


def read_timing(source: Source) -> ToolReport:
    """Return what a timing summary says.

    Raises:
        ReportError: If a number is missing or contradicts another one, or no clock is constrained.
    """
    head = read_head(source)
    source.find(_DETAILS)
    line, design = _single(source, "| Design Timing Summary")
    wns = _slack(source, line, design["WNS(ns)"], "worst slack")
    whs = numbers.maybe_decimal(source, line, design["WHS(ns)"], "worst hold slack")
    clocks = _clocks(source)
    groups = _groups(source)
    worst = [slack for _, slack, _ in groups if slack is not None]
    if not worst:
        raise source.error(line, "no path is constrained: give the design a clock and run it again")
    checks.agree(source, line, "worst slack", wns, min(worst))
    holds = [hold for _, _, hold in groups if hold is not None]
    if whs is not None and holds:
        checks.agree(source, line, "worst hold slack", whs, min(holds))
    _check_verdict(source, line, wns, whs)
    _check_details(source, line, wns)
    name = next(name for name, slack, _ in groups if slack == wns)
    if name not in clocks:
        msg = f"clock {name!r} is not among {', '.join(clocks)}; {INCOMPLETE}"
        raise source.error(line, msg)
    timing = TimingReport(
        evidence=_evidence(source, head),
        period_ns=clocks[name],
        wns_ns=wns,
        whs_ns=whs,
        clock=name,
    )
    return ToolReport(
        path=source.name,
        format=Format.TIMING,
        tool=head.tool,
        design=head.design,
        part=head.part,
        modified=source.modified.isoformat(),
        created=head.created,
        evidence=timing.evidence,
        timing=timing,
    )


def _slack(source: Source, line: int, text: str, what: str) -> float:
    found = numbers.maybe_decimal(source, line, text, what)
    if found is None:
        msg = "no path is constrained: give the design a clock and run it again"
        raise source.error(line, msg)
    return found


def _table(source: Source, title: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows below a title: words in columns that dashes underline."""
    begin, _ = source.find(title)
    index = begin + 2
    while index < len(source.lines) and not source.lines[index].strip():
        index += 1
    if index + 1 >= len(source.lines):
        raise source.error(begin, f"no table below {title!r}; {INCOMPLETE}")
    dashes = source.lines[index + 1]
    if not dashes.strip() or dashes.replace("-", "").strip():
        raise source.error(index + 2, f"the columns are not underlined; {INCOMPLETE}")
    names = _names(source.lines[index])
    rows = []
    for number in range(index + 2, len(source.lines)):
        line = source.lines[number]
        if not line.strip() or line.startswith(("---", "| ")):
            break
        cells = _cells(line, names)
        if len(cells) != len(names):
            msg = f"{len(cells)} cells in {len(names)} columns; {INCOMPLETE}"
            raise source.error(number + 1, msg)
        rows.append((number + 1, dict(zip(names, cells, strict=True))))
    if len(set(names)) != len(names):
        raise source.error(index + 1, f"a column stands twice; {INCOMPLETE}")
    return rows


def _names(header: str) -> list[str]:
    """Return column names; two or more spaces part them."""
    return [word.strip() for word in header.split("  ") if word.strip()]


def _cells(line: str, names: list[str]) -> list[str]:
    """Return the cells of a row; a waveform has spaces inside its braces."""
    if "Waveform(ns)" not in names:
        return line.split()
    before, brace, rest = line.partition("{")
    inside, closed, behind = rest.partition("}")
    return [*before.split(), brace + inside + closed, *behind.split()]


def _single(source: Source, title: str) -> tuple[int, dict[str, str]]:
    rows = _table(source, title)
    if len(rows) != 1 or any(name not in rows[0][1] for name in _COLUMNS):
        raise source.error(0, f"the table below {title!r} is not whole; {INCOMPLETE}")
    return rows[0]


def _clocks(source: Source) -> dict[str, float]:
    """Return the period of each clock, checked against its frequency and waveform."""
    found: dict[str, float] = {}
    for line, row in _table(source, "| Clock Summary"):
        try:
            name, wave = row["Clock"], row["Waveform(ns)"].strip("{} ").split()
            texts = row["Period(ns)"], row["Frequency(MHz)"]
        except KeyError as error:
            raise source.error(line, f"column {error} is missing; {INCOMPLETE}") from error
        period = numbers.period(source, line, texts[0], "period")
        frequency = numbers.decimal(source, line, texts[1], "frequency")
        by = 0.0005 + 1000 / period**2 * 0.0005
        checks.close(source, line, "frequency", frequency, 1000 / period, by)
        edges = [numbers.decimal(source, line, edge, "edge") for edge in wave]
        checks.ordered(source, line, "waveform", edges)
        if len(edges) != 2 or edges[1] - edges[0] > period:
            raise source.error(line, f"a waveform of {wave} in {period} ns; {INCOMPLETE}")
        if name in found:
            raise source.error(line, f"clock {name} stands twice; {INCOMPLETE}")
        found[name] = period
    return found


def _groups(source: Source) -> list[tuple[str, float | None, float | None]]:
    """Return capturing clock, setup slack and hold slack of every group of paths."""
    found = []
    for title, key in (
        ("| Intra Clock Table", "Clock"),
        ("| Inter Clock Table", "To Clock"),
        ("| Other Path Groups Table", "To Clock"),
    ):
        for line, row in _padded(source, title, key):
            setup = numbers.maybe_decimal(source, line, row.get("WNS(ns)", ""), "slack")
            hold = numbers.maybe_decimal(source, line, row.get("WHS(ns)", ""), "hold slack")
            found.append((row[key], setup, hold))
    return found


def _padded(source: Source, title: str, key: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a table of groups.

    Raises:
        ReportError: If the columns that are asked for are not there.
    """
    rows = _table(source, title)
    for line, row in rows:
        if key not in row or any(name not in row for name in ("WNS(ns)", "WHS(ns)")):
            raise source.error(line, f"a column of {title!r} is missing; {INCOMPLETE}")
    return rows


def _check_verdict(source: Source, line: int, wns: float, whs: float | None) -> None:
    met, missed = source.has(_MET), source.has(_MISSED)
    if met is missed:
        raise source.error(line, f"no verdict on the constraints, or two; {INCOMPLETE}")
    if met and (wns < 0 or (whs is not None and whs < 0)):
        msg = f"slack {wns} ns but '{_MET}'; the file is damaged: make it anew"
        raise source.error(line, msg)


def _check_details(source: Source, line: int, wns: float) -> None:
    """Check against the worst of the paths that are listed."""
    worst = []
    for number, text in enumerate(source.lines, 1):
        if text.startswith("Setup :") and "Worst Slack" in text:
            value = text.partition("Worst Slack")[2].partition("ns")[0]
            slack = numbers.maybe_decimal(source, number, value, "worst slack")
            worst += [slack] if slack is not None else []
    if not worst:
        raise source.error(line, f"no path is listed; {INCOMPLETE}")
    checks.agree(source, line, "worst slack", wns, min(worst))


def _evidence(source: Source, head: Head) -> Evidence:
    """Return how far the design was built; older versions tell it by the nets of the paths only."""
    if head.evidence is not None:
        return head.evidence
    nets = [line for line in source.lines if line.strip().startswith("net (fo=")]
    if any(", routed)" in line for line in nets):
        return Evidence.PLACED
    if any(", unplaced)" in line for line in nets):
        return Evidence.LOGIC_SYNTH
    msg = "neither a design state nor a path tells whether the design was placed"
    raise source.error(0, f"{msg}; run report_timing_summary with at least one path")
