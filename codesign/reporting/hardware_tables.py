"""Tables of what a design costs, by each kind of evidence."""

from collections.abc import Sequence

from codesign.design.device import Device
from codesign.design.report import Evidence, Figure, HardwareReport, Usage
from codesign.design.rtl_results import RtlCertificate
from codesign.reporting.tables import Column, Table

CROSSING_NS = 25.0
"""From one bunch crossing to the next."""
_RESOURCES = (("lut", "LUT"), ("ff", "FF"), ("dsp", "DSP"), ("bram_18k", "BRAM 18K"))


def evidence_table(reports: Sequence[HardwareReport], device: Device) -> Table:
    """Return one row a report: what the design takes, of how much, and how that is known.

    Args:
        reports: Of one design; their numbers stand side by side and are never mixed.
        device: What percentages are of.
    """
    rows = tuple(
        (
            _evidence(report),
            report.tool,
            *(
                _of(getattr(report.usage, name), getattr(device.resources, name))
                for name, _ in _RESOURCES
            ),
            figure(report.latency_cycles),
            _nanoseconds(report),
            _crossings(report),
            figure(report.initiation_interval),
        )
        for report in reports
    )
    return Table(
        title=f"What {reports[0].design} takes of {device.name} ({device.part})",
        note=(
            "Rows of different evidence are different quantities. In brackets the range that holds "
            "the tool's figure with 90 %; a bunch crossing is 25 ns."
        ),
        header=(
            *("evidence", "tool"),
            *(word for _, word in _RESOURCES),
            *("latency (cycles)", "latency (ns)", "crossings", "II (cycles)"),
        ),
        columns=(Column.TEXT, Column.TEXT, *(Column.NUMBER,) * (len(_RESOURCES) + 4)),
        rows=rows,
    )


def layers_table(report: HardwareReport) -> Table:
    """Return one row a layer and the total."""
    rows = [
        (
            layer.name,
            layer.kind,
            str(layer.reuse_factor or "-"),
            *_counts(layer.usage),
            figure(layer.latency_cycles),
            figure(layer.initiation_interval),
        )
        for layer in report.layers
    ]
    total = (figure(report.latency_cycles), figure(report.initiation_interval))
    rows.append(("total", "", "", *_counts(report.usage), *total))
    return Table(
        title=f"Where they go: {_evidence(report)} by {report.tool}",
        header=(
            *("layer", "kind", "reuse factor"),
            *(word for _, word in _RESOURCES),
            *("latency (cycles)", "II (cycles)"),
        ),
        columns=(Column.TEXT, Column.TEXT, *(Column.NUMBER,) * (len(_RESOURCES) + 3)),
        rows=tuple(rows),
        total=True,
    )


def rtl_certificate_table(certificate: RtlCertificate) -> Table:
    """Return one row a simulation of the RTL: bits, latency, interval."""
    return Table(
        title="RTL simulation against the emulator",
        note=(
            f"Scheduled: latency {certificate.latency_cycles} cycles, initiation interval "
            f"{certificate.initiation_interval}. Both are measured in the simulation; events that "
            "a reset met in flight are lost on purpose and not compared."
        ),
        header=(
            *("inputs", "pattern", "simulator", "sent", "compared", "exact outputs"),
            *("latency (cycles)", "II (cycles)", "cycles"),
        ),
        columns=(*(Column.TEXT,) * 3, *(Column.NUMBER,) * 6),
        rows=tuple(
            (
                run.inputs,
                run.pattern.replace("_", " "),
                " ".join(run.simulator),
                f"{run.sent:,}",
                f"{run.events:,}",
                f"{run.exact_outputs:,} of {run.outputs:,}",
                "-" if run.latency_cycles is None else str(run.latency_cycles),
                "-" if run.initiation_interval is None else str(run.initiation_interval),
                f"{run.cycles:,}",
            )
            for run in certificate.runs
        ),
    )


def figure(number: Figure | None) -> str:
    """Return a figure with its range, where it has one; a dash for what is not known.

    Examples:
        >>> figure(Figure(value=1200, low=1000, high=1500)), figure(Figure.exact(8)), figure(None)
        ('1,200 [1,000-1,500]', '8', '-')
    """
    if number is None:
        return "-"
    if number.low == number.high:
        return f"{number.value:,.0f}"
    return f"{number.value:,.0f} [{number.low:,.0f}-{number.high:,.0f}]"


def _evidence(report: HardwareReport) -> str:
    if report.evidence is Evidence.ESTIMATED:
        return f"ESTIMATED ({report.target.stage})"
    return report.evidence.upper()


def _of(used: Figure, available: int) -> str:
    share = f" ({used.value / available:.1%})" if available else ""
    return figure(used) + share


def _nanoseconds(report: HardwareReport) -> str:
    latency = report.latency_ns
    return "-" if latency is None else f"{latency.value:,.1f}"


def _crossings(report: HardwareReport) -> str:
    latency = report.latency_ns
    return "-" if latency is None else f"{latency.value / CROSSING_NS:.2f}"


def _counts(usage: Usage) -> tuple[str, ...]:
    return tuple(figure(getattr(usage, name)) for name, _ in _RESOURCES)
