"""Modules of a user's own RTL design, as Yosys counted them, for a calibration.

The design is one that ``codesign synth`` made: its network says what each module computes, its
record how it is scheduled, and its report what each module takes.
"""

from pathlib import Path

from codesign.design.codec import from_json
from codesign.design.digest import digest, file_digest
from codesign.design.hardware import Backend
from codesign.design.report import Figure, HardwareReport
from codesign.errors import InvalidDesignError, ReportError
from codesign.estimate.rtl_facts import RtlFact
from codesign.estimate.rtl_rows import Origin, rtl_rows
from codesign.firmware.manifest import MANIFEST, changed_files, read_manifest
from codesign.lowering.network_file import load_network
from codesign.synthesis.project import read_rtl

REPORT = Path("reports") / "yosys.json"
_LICENCE = "own"


def read_own_rtl(folder: Path) -> tuple[RtlFact, ...]:
    """Return the modules of a design with what open synthesis counted of each.

    Args:
        folder: With ``network/``, ``rtl/`` and ``reports/yosys.json`` as ``codesign synth`` makes
            them.

    Raises:
        InvalidDesignError: If it is no such design, or its parts are not of one another.
        ReportError: If the report is missing, cannot be read, or is of another design.
        UnsupportedLayerError: If there is no model of a layer, by its name.
    """
    place = folder / "rtl"
    manifest = read_manifest(place)
    network = load_network(folder / "network")
    if manifest.backend is not Backend.RTL or manifest.network_digest != digest(network):
        msg = (
            f"{place}: {manifest.backend} of network {manifest.network_digest[:12]}, network/ is "
            f"{digest(network)[:12]}; run codesign synth anew"
        )
        raise InvalidDesignError(msg)
    changed = changed_files(place, manifest)
    if changed:
        msg = f"{place}: {', '.join(sorted(changed)[:5])} changed since generation; generate anew"
        raise InvalidDesignError(msg)
    design = read_rtl(manifest.project(place))
    report = _report(folder / REPORT)
    modules = {", ".join(module.layers) or module.name: module for module in design.modules}
    usages = {
        modules[layer.name].name: layer.usage
        for layer in report.layers
        if layer.name in modules and modules[layer.name].kind == layer.kind
    }
    is_same = (
        report.design == design.top
        and report.device == manifest.hardware.part.name
        and report.period_ns == design.period_ns
        and report.latency_cycles == Figure.exact(design.latency_cycles)
        and len(usages) == len(design.modules)
    )
    if not is_same:
        msg = (
            f"{folder / REPORT}: of {report.design} on {report.device}, {len(usages)} of "
            f"{len(design.modules)} modules of {design.top}; run codesign synth anew"
        )
        raise ReportError(msg)
    source = f"{folder.name}@{file_digest(place / MANIFEST)[:7]}"
    origin = Origin(
        source=source, licence=_LICENCE, group=f"{source}/{network.name}", tool=report.tool
    )
    return rtl_rows(design.modules, usages, network, manifest.hardware, origin)


def _report(path: Path) -> HardwareReport:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read ({error}); run codesign synth first"
        raise ReportError(msg) from error
    return from_json(HardwareReport, text, place=str(path))
