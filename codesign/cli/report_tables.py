"""Tables of what vendors' tools reported."""

from collections.abc import Iterator
from pathlib import Path

from codesign.design.report import (
    CosimReport,
    HardwareReport,
    PowerReport,
    TimingReport,
    Usage,
)
from codesign.reporting.hardware_tables import figure
from codesign.reporting.tables import Column, Table
from codesign.synthesis.reports import HardwareReports, ToolReport

_RESOURCES = (
    ("lut", "LUT"),
    ("ff", "FF"),
    ("dsp", "DSP"),
    ("bram_18k", "BRAM (18 Kb)"),
    ("uram", "URAM (288 Kb)"),
)
_MODULES = 40


def report_tables(reports: HardwareReports) -> Iterator[Table]:
    """Return one table a kind of evidence, and what stands beside it."""
    for report in reports.reports:
        yield _usage_table(report)
    yield _speed_table(reports)


def modules_table(report: HardwareReport) -> Table:
    """Return one row a module, largest first, and the total."""
    layers = sorted(report.layers, key=lambda layer: -layer.usage.lut.value)
    shown, rest = layers[:_MODULES], layers[_MODULES:]
    rows = [
        (
            layer.name,
            *_counts(layer.usage),
            figure(layer.latency_cycles),
            figure(layer.initiation_interval),
        )
        for layer in shown
    ]
    if rest:
        more = sum((layer.usage for layer in rest), Usage())
        rows.append((f"{len(rest)} more", *_counts(more), "-", "-"))
    if rows:
        cycles = (figure(report.latency_cycles), figure(report.initiation_interval))
        rows.append(("total", *_counts(report.usage), *cycles))
    return Table(
        title=f"Modules of {report.design or 'the design'}",
        note=(
            f"{report.evidence.upper()} by {report.tool}. The total has what is between the "
            "modules too; a dash is not said by the report."
        ),
        header=("module", *(word for _, word in _RESOURCES), "latency (cycles)", "II (cycles)"),
        columns=(Column.TEXT, *(Column.NUMBER,) * 7),
        rows=tuple(rows),
        total=bool(rows),
    )


def files_table(reports: HardwareReports) -> Table:
    """Return which files the numbers are from, and which were passed over."""
    rows = [
        (Path(file.path).name, file.format.value, file.tool or "-", file.created or "-")
        for file in reports.files
    ]
    note = "\n".join(f"Passed over {text}." for text in reports.passed_over)
    return Table(
        title=f"Files of {reports.folder}",
        note=note,
        header=("file", "format", "tool", "written"),
        columns=(Column.CODE, *(Column.TEXT,) * 3),
        rows=tuple(rows),
    )


def _usage_table(report: HardwareReport) -> Table:
    rows = []
    for name, word in _RESOURCES:
        used = getattr(report.usage, name).value
        held = getattr(report.available, name) if report.available else None
        share = f"{100 * used / held:.2f} %" if held else "-"
        rows.append((word, f"{used:,.0f}", "-" if held is None else f"{held:,}", share))
    clock = "clock not said" if report.period_ns is None else f"{report.period_ns:g} ns"
    return Table(
        title=f"{report.design or 'design'} on {report.device} ({report.part or 'part not said'})",
        note=f"{report.evidence.upper()} by {report.tool}, target clock: {clock}.",
        header=("what", "used", "available", "share"),
        columns=(Column.TEXT, *(Column.NUMBER,) * 3),
        rows=tuple(rows),
    )


def _speed_table(reports: HardwareReports) -> Table:
    rows: list[tuple[str, str, str]] = []
    for report in reports.reports:
        rows += _cycles(report)
    for file in _first_of_each(reports):
        if file.timing:
            rows += _timing(file.timing)
        if file.power:
            rows += _power(file.power)
    if reports.cosim:
        rows += _cosim(reports.cosim)
    return Table(
        title="Speed and power",
        note="A dash is not said by the report. Power is modelled by the tool, not measured.",
        header=("what", "value", "evidence"),
        columns=(Column.TEXT, Column.NUMBER, Column.TEXT),
        rows=tuple(rows),
    )


def _first_of_each(reports: HardwareReports) -> list[ToolReport]:
    """Return one file a kind of evidence and of content: several may say the same."""
    found: dict[tuple[object, ...], ToolReport] = {}
    for file in reports.files:
        found.setdefault((file.evidence, bool(file.timing), bool(file.power)), file)
    return list(found.values())


def _cycles(report: HardwareReport) -> list[tuple[str, str, str]]:
    if report.latency_cycles is None and report.initiation_interval is None:
        return []
    nanoseconds = report.latency_ns
    return [
        ("latency (cycles)", figure(report.latency_cycles), report.evidence.value),
        (
            "latency (ns)",
            f"{nanoseconds.value:,.1f}" if nanoseconds else "-",
            report.evidence.value,
        ),
        ("II (cycles)", figure(report.initiation_interval), report.evidence.value),
    ]


def _timing(timing: TimingReport) -> list[tuple[str, str, str]]:
    verdict = "met" if timing.is_met else "missed"
    return [
        (f"worst slack at {timing.period_ns:g} ns (ns), {verdict}", f"{timing.wns_ns:.3f}",
         timing.evidence.value),
        ("highest clock (MHz)", f"{timing.fmax_mhz:.1f}", timing.evidence.value),
    ]  # fmt: skip


def _power(power: PowerReport) -> list[tuple[str, str, str]]:
    word = f"{power.evidence.value}, confidence {power.confidence.lower() or 'not said'}"
    return [
        ("power (W)", f"{power.total_w:.3f}", word),
        ("of it dynamic (W)", f"{power.dynamic_w:.3f}", word),
        ("of it static (W)", f"{power.static_w:.3f}", word),
    ]


def _cosim(cosim: CosimReport) -> list[tuple[str, str, str]]:
    word = f"co-simulation of {cosim.language}"
    return [
        ("latency (cycles)", figure(cosim.latency_cycles), word),
        ("II (cycles)", figure(cosim.initiation_interval), word),
    ]


def _counts(usage: Usage) -> tuple[str, ...]:
    return tuple(figure(getattr(usage, name)) for name, _ in _RESOURCES)
