"""Layers of a user's own project, as they were built and reported, for a calibration.

The project is one that codesign wrote for hls4ml and somebody has synthesized: its network says
what each layer computes, its manifest how it was to be built, ``parameters.h`` which function of
the C++ is which layer, and the reports what each function costs. What does not fit together, or
cannot be read, never enters a calibration.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from codesign.design.digest import digest, file_digest
from codesign.design.hardware import Backend
from codesign.design.layers import Dense
from codesign.design.network import QuantizedNetwork
from codesign.design.report import Evidence, Figure, HardwareReport, LayerReport
from codesign.errors import InvalidDesignError, ReportError
from codesign.estimate.facts import Fact, Measured
from codesign.estimate.kernel import read_kernel
from codesign.firmware.manifest import MANIFEST, Manifest, changed_files, read_manifest
from codesign.lowering.network_file import load_network
from codesign.synthesis.reports import read_reports

_CONFIG = re.compile(r"// (?P<layer>\S+)\nstruct config(?P<number>[0-9]+) \{")
_MODULE = re.compile(
    r"(?:^|_)dense_(?:latency|resource|array|wrapper)?.*config(?P<number>[0-9]+)_s$"
)
_LICENCE = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Project:
    """What the layers of a project have in common."""

    network: QuantizedNetwork
    manifest: Manifest
    version: str
    source: str


def read_own_project(folder: Path) -> tuple[Fact, ...]:
    """Return the dense layers of a project with what C- and logic synthesis said about them.

    Args:
        folder: With ``network/`` and ``firmware/`` as ``codesign run`` makes them, and the reports
            anywhere inside.

    Raises:
        InvalidDesignError: If it is no such project, or not one of hls4ml.
        ReportError: If reports are missing, cannot be read, are of another part or clock, or name
            no layer of the project.
    """
    place = folder / "firmware"
    manifest = read_manifest(place)
    network = load_network(folder / "network")
    _check(folder, manifest, network)
    hardware = manifest.hardware
    found = read_reports(folder, part=hardware.part.part, period_ns=hardware.clock.period_ns)
    csynth = found.of(Evidence.CSYNTH)
    if csynth is None or not csynth.layers:
        msg = f"{folder}: no report of C-synthesis lists the layers; keep <top>_csynth.rpt"
        raise ReportError(msg)
    numbers = _numbers(place / "firmware" / "parameters.h")
    early = _modules(csynth)
    logic = found.of(Evidence.LOGIC_SYNTH)
    late = _modules(logic) if logic else {}
    source = f"{folder.name}@{file_digest(place / MANIFEST)[:7]}"
    version = csynth.tool.rpartition(" ")[2]
    project = _Project(network=network, manifest=manifest, version=version, source=source)
    facts = [
        _fact(project, layer, early[number], late.get(number))
        for layer in network.layers
        if isinstance(layer, Dense) and (number := numbers.get(layer.name)) in early
    ]
    if not facts:
        msg = f"{folder}: no module of {csynth.design} is a dense layer of {network.name}"
        raise ReportError(msg)
    return tuple(facts)


def _check(folder: Path, manifest: Manifest, network: QuantizedNetwork) -> None:
    if manifest.backend not in (Backend.VITIS, Backend.VIVADO):
        msg = f"{folder}: made for {manifest.backend}; calibrate --add takes projects of hls4ml"
        raise InvalidDesignError(msg)
    if manifest.network_digest != digest(network):
        msg = (
            f"{folder}: firmware/ is of network {manifest.network_digest[:12]}, network/ is "
            f"{digest(network)[:12]}; generate the firmware anew"
        )
        raise InvalidDesignError(msg)
    generated = {file.path for file in manifest.files}
    changed = generated.intersection(changed_files(folder / "firmware", manifest))
    if changed:
        msg = f"{folder}: {', '.join(sorted(changed)[:5])} changed since generation; generate anew"
        raise InvalidDesignError(msg)


def _numbers(path: Path) -> dict[str, int]:
    """Return the number that hls4ml gave to each layer."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read: {error}; generate the firmware anew"
        raise InvalidDesignError(msg) from error
    return {found["layer"]: int(found["number"]) for found in _CONFIG.finditer(text)}


def _modules(report: HardwareReport) -> dict[int, LayerReport]:
    """Return the functions of dense layers by the number of their layer."""
    modules: dict[int, LayerReport] = {}
    for module in report.layers:
        found = _MODULE.search(module.kind)
        if found is None:
            continue
        number = int(found["number"])
        if number in modules and modules[number] != module:
            msg = f"{report.design}: two modules of config{number}; cannot tell which is the layer"
            raise ReportError(msg)
        modules[number] = module
    return modules


def _fact(project: _Project, layer: Dense, early: LayerReport, late: LayerReport | None) -> Fact:
    hardware = project.manifest.hardware
    own = hardware.layer(layer.name)
    return Fact(
        source=project.source,
        licence=_LICENCE,
        group=f"{project.source}/{project.network.name}",
        version=project.version,
        family=hardware.part.family,
        period_ns=hardware.clock.period_ns,
        strategy=own.strategy or hardware.strategy,
        reuse_factor=own.reuse_factor or hardware.reuse_factor,
        kernel=read_kernel(layer, project.network.precision(layer.inputs[0])),
        csynth=Measured(
            **_counts(early),
            bram_18k=early.usage.bram_18k.value,
            latency_cycles=_value(early.latency_cycles),
            initiation_interval=_value(early.initiation_interval),
        ),
        logic=Measured(**_counts(late)) if late else Measured(),
    )


def _counts(module: LayerReport) -> dict[str, float]:
    return {name: getattr(module.usage, name).value for name in ("lut", "ff", "dsp")}


def _value(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value
