"""Read one report, whatever its name: the format is told by what the file says."""

from collections.abc import Callable
from pathlib import Path

from codesign.errors import InvalidDesignError
from codesign.synthesis.reports import cosim, csynth_rpt, csynth_summary, export
from codesign.synthesis.reports.csynth_xml import read_csynth_xml
from codesign.synthesis.reports.record import Format, ToolReport
from codesign.synthesis.reports.source import Source
from codesign.synthesis.reports.vivado_hierarchy import read_hierarchy
from codesign.synthesis.reports.vivado_power import read_power
from codesign.synthesis.reports.vivado_timing import read_timing
from codesign.synthesis.reports.vivado_usage import read_utilization
from codesign.synthesis.reports.xml import Node, read_xml

_VIVADO = {
    "Utilization Design Information": read_utilization,
    "Timing Summary Report": read_timing,
    "Power Report": read_power,
}


def read_report(path: Path) -> ToolReport:
    """Return what a report of Vivado HLS, Vitis HLS or Vivado says.

    Args:
        path: A file, made on any machine.

    Raises:
        ReportError: If the file is none of the formats of
            :class:`~codesign.synthesis.reports.record.Format`, is incomplete, or says one thing
            twice and differently. The message names file and line.
    """
    return read_source(Source.load(path))


def read_source(source: Source) -> ToolReport:
    """Return what a report says, as :func:`read_report`."""
    found = recognize(source)
    if found is None:
        formats = ", ".join(Format)
        msg = f"no report that is known; known are {formats}"
        raise source.error(0, msg)
    try:
        return found(source)
    except InvalidDesignError as error:
        raise source.error(0, f"{error}; the file is damaged: make it anew") from error


def recognize(source: Source) -> Callable[[Source], ToolReport] | None:
    """Return the reader of a file, None where it is no report that is known."""
    if source.data.lstrip()[:1] == b"<":
        return _read_xml if b"<profile>" in source.data[:4096] else None
    for line in source.lines:
        text = line.strip()
        if csynth_rpt.TITLE.fullmatch(text):
            return csynth_rpt.read_csynth_rpt
        if csynth_summary.TITLE.fullmatch(text):
            return csynth_summary.read_csynth_summary
        if cosim.HEAD.fullmatch(text):
            return cosim.read_cosim
        if text in _VIVADO:
            is_tree = text.startswith("Utilization") and _is_tree(source)
            return read_hierarchy if is_tree else _VIVADO[text]
    return export.read_export if export.is_export(source) else None


def _is_tree(source: Source) -> bool:
    return source.has("1. Utilization by Hierarchy")


def _read_xml(source: Source) -> ToolReport:
    root = read_xml(source)
    if root.tag != "profile":
        raise source.error(root.line, f"<{root.tag}>, expected <profile> of an HLS tool")
    return (
        export.read_export_xml(source, root) if _is_export(root) else read_csynth_xml(source, root)
    )


def _is_export(root: Node) -> bool:
    return any(child.tag in ("TimingReport", "AreaReport", "RunData") for child in root.children)
