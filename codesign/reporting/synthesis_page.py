"""The page of a synthesis: what the RTL of a design costs, and that it computes the network."""

from collections.abc import Sequence
from pathlib import Path

from codesign.design.device import Device
from codesign.design.report import HardwareReport
from codesign.design.rtl_results import RtlCertificate
from codesign.reporting.hardware_figures import layers_figure
from codesign.reporting.hardware_tables import (
    CROSSING_NS,
    evidence_table,
    layers_table,
    rtl_certificate_table,
)
from codesign.reporting.overview import KeyNumber, Verdict
from codesign.reporting.sections import Page, Section, write_page
from codesign.reporting.tables import Table


def write_synthesis_page(
    reports: Sequence[HardwareReport],
    certificate: RtlCertificate,
    *,
    device: Device,
    verdict: Verdict,
    details: Sequence[Table],
    path: Path,
) -> Path:
    """Write the page of a synthesis and return its path.

    Args:
        reports: What was expected of the design, and last what the tool found, layer by layer.
        certificate: Of the RTL.
        device: What it was mapped for.
        verdict: Whether RTL and netlist compute the network.
        details: Further tables of the tool.
        path: The HTML file; its folder must exist.
    """
    synthesized = reports[-1]
    pictures = (layers_figure(synthesized),) if synthesized.layers else ()
    page = Page(
        kind="synthesis",
        name=synthesized.design,
        subtitle=f"{synthesized.tool} for {device.part}, {synthesized.period_ns:g} ns",
        verdict=verdict,
        key_numbers=_key_numbers(synthesized, device),
        evidence=(
            f"{synthesized.evidence.upper()} by {synthesized.tool}: look-up tables before "
            "placement and routing; no clock frequency has been measured. The ratio to Vivado "
            "stands beside the counts and is not applied."
        ),
        sections=(
            Section(title="Resources and latency", items=(evidence_table(reports, device),)),
            Section(title="Layers", items=(*pictures, layers_table(synthesized))),
            Section(title="Simulation", items=(rtl_certificate_table(certificate),)),
            Section(title="Netlist", items=tuple(details)),
        ),
    )
    return write_page(page, path)


def _key_numbers(report: HardwareReport, device: Device) -> tuple[KeyNumber, ...]:
    counts = report.usage.resources
    numbers = [
        KeyNumber(
            name=word,
            value=f"{used:,}",
            lines=(f"{used / held:.2%} of {device.name}",) if held else (),
        )
        for word, used, held in (
            ("LUT", counts.lut, device.resources.lut),
            ("FF", counts.ff, device.resources.ff),
            ("DSP", counts.dsp, device.resources.dsp),
            ("BRAM 18K", counts.bram_18k, device.resources.bram_18k),
        )
    ]
    if report.latency_cycles and report.latency_ns:
        nanoseconds = report.latency_ns.value
        numbers.append(
            KeyNumber(
                name="latency",
                value=f"{nanoseconds:g} ns",
                lines=(
                    f"{report.latency_cycles.value:.0f} cycles",
                    f"{nanoseconds / CROSSING_NS:.2f} bunch crossings",
                ),
            )
        )
    if report.initiation_interval:
        numbers.append(
            KeyNumber(
                name="initiation interval",
                value=f"{report.initiation_interval.value:.0f}",
                lines=("cycles between events",),
            )
        )
    return tuple(numbers)
