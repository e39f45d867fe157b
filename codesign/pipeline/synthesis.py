"""From a network to gates: RTL generated, simulated, synthesized, and its netlist checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from codesign.data.files import written_whole
from codesign.design.codec import from_json, to_json
from codesign.design.digest import digest
from codesign.design.fixed_point import Integers, overflow_integers
from codesign.design.hardware import Backend, HardwareConfig
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.design.report import Evidence, HardwareReport
from codesign.design.rtl import RtlDesign
from codesign.design.rtl_results import RtlCertificate
from codesign.errors import CodesignError
from codesign.estimate import estimate, estimate_rtl
from codesign.firmware import generate, supports
from codesign.pipeline.stage import source_digest, stage
from codesign.pipeline.synthesis_tables import gates_table, primitives_table, runs_table
from codesign.reporting.overview import Verdict
from codesign.reporting.synthesis_page import write_synthesis_page
from codesign.reporting.tables import Table
from codesign.synthesis.check import GateCheck, check_gates
from codesign.synthesis.options import SynthesisOptions
from codesign.synthesis.project import read_rtl
from codesign.synthesis.record import Synthesis
from codesign.synthesis.synthesize import synthesize
from codesign.validation.rtl import certify_rtl

GATE_EVENTS = 5_000
"""Events that the netlist is simulated on, half of them past the range of the input."""
RTL_EVENTS = 10_000
"""Events of each kind that the RTL is simulated on, in each pattern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesized:
    """A design in gates.

    Attributes:
        project: The RTL.
        certificate: That the RTL computes the network, on its schedule.
        synthesis: What it takes.
        gates: That the netlist computes the network.
        estimates: What was expected of it, and of the recipe's own back end.
        report: The page.
        folder: Of the design.
    """

    project: FirmwareProject
    certificate: RtlCertificate
    synthesis: Synthesis
    gates: GateCheck
    estimates: tuple[HardwareReport, ...]
    report: Path
    folder: Path

    @property
    def is_bit_exact(self) -> bool:
        """Whether emulator, RTL and netlist agree in every bit."""
        return self.certificate.is_bit_exact and self.gates.is_bit_exact

    @property
    def reports(self) -> tuple[HardwareReport, ...]:
        """What was expected, and last what the synthesis found."""
        return (*self.estimates, self.synthesis.report)

    @property
    def details(self) -> tuple[Table, ...]:
        """What the synthesis and the check of its netlist found."""
        found = (primitives_table(self.synthesis), runs_table(self.synthesis))
        return (*found, gates_table(self.gates))


def rtl_hardware(hardware: HardwareConfig) -> HardwareConfig:
    """Return the same hardware with firmware in RTL."""
    return replace(hardware, backend=Backend.RTL)


def synthesize_network(
    network: QuantizedNetwork,
    hardware: HardwareConfig,
    inputs: Mapping[str, Integers],
    *,
    root: Path,
    options: SynthesisOptions | None = None,
    progress: Progress = silent,
) -> Synthesized:
    """Generate RTL, simulate it, map it to the family of the part, and check the netlist.

    Each step is kept under the digest of everything that decides it.

    Args:
        network: With one input.
        hardware: How it is built; whatever its back end, here it is built as RTL.
        inputs: Hardware integers by kind, ``"events"`` and ``"overdriven"``.
        root: The folder of all designs; this one's is ``root/<name>``.
        options: Of the synthesis.
        progress: Told how far each step is.

    Raises:
        UnsupportedLayerError: If a layer has no RTL that is exact.
        InvalidDesignError: If an option does not fit.
        ToolNotFoundError: If a tool is missing.
        ToolFailedError: If one fails or passes its limits.
        ValidationError: If the RTL breaks its schedule.
    """
    options = options or SynthesisOptions()
    built = rtl_hardware(hardware)
    supports(network, built)
    folder = root / network.name
    progress(0, 1, "generating RTL")
    project = generate(network, built, folder / "rtl")
    progress(1, 1, "generating RTL")
    certificate = _certified(network, project, inputs, root=root, progress=progress)
    synthesis = synthesize(project, hardware.part, options, progress=progress)
    gates = check_gates(
        project, synthesis, network, _gate_events(network, inputs), progress=progress
    )
    found = Synthesized(
        project=project,
        certificate=certificate,
        synthesis=synthesis,
        gates=gates,
        estimates=_estimates(network, hardware, read_rtl(project)),
        report=folder / "synthesis.html",
        folder=folder,
    )
    _write(found, hardware)
    return found


def verdict(found: Synthesized) -> Verdict:
    """Return whether RTL and netlist compute the network."""
    if found.is_bit_exact:
        return Verdict(
            word="BIT-EXACT",
            level="good",
            text=(
                f"emulator = RTL simulation on {found.certificate.events:,} events = netlist on "
                f"{found.gates.events:,}: every bit of every output, at the scheduled latency."
            ),
        )
    divergence = found.certificate.divergence
    details = [] if divergence is None else [f"{divergence.layer}: {divergence.cause}"]
    if not found.gates.is_bit_exact:
        details.append(
            f"netlist: {found.gates.different:,} of {found.gates.values:,} outputs differ, first "
            f"of event {found.gates.first_different}"
        )
    return Verdict(word="DISAGREES", level="bad", text="Do not deploy.", details=tuple(details))


def _certified(
    network: QuantizedNetwork,
    project: FirmwareProject,
    inputs: Mapping[str, Integers],
    *,
    root: Path,
    progress: Progress,
) -> RtlCertificate:
    few = {kind: rows[:RTL_EVENTS] for kind, rows in inputs.items()}
    stored = stage(
        root / ".stages",
        "rtl",
        key=(
            *(digest(network), project.digest, *few.values()),
            source_digest("design", "emulator", "validation"),
        ),
        compute=lambda folder: _keep(
            certify_rtl(network, project, inputs=few, progress=progress), folder
        ),
    )
    path = stored.folder / "rtl_certificate.json"
    return from_json(RtlCertificate, path.read_text("utf-8"), place=str(path))


def _keep(certificate: RtlCertificate, folder: Path) -> None:
    (folder / "rtl_certificate.json").write_text(to_json(certificate), encoding="utf-8")


def _gate_events(network: QuantizedNetwork, inputs: Mapping[str, Integers]) -> dict[str, Integers]:
    """Return events of every kind, brought into the range of the input as its contract says."""
    (source,) = network.inputs
    share = GATE_EVENTS // len(inputs)
    rows = np.concatenate([values[:share] for values in inputs.values()])
    return {source.name: overflow_integers(rows, source.precision)}


def _estimates(
    network: QuantizedNetwork, hardware: HardwareConfig, design: RtlDesign
) -> tuple[HardwareReport, ...]:
    """Return what was expected; nothing where there is no model of a layer or a back end.

    Of the recipe's own back end both stages; of the RTL what its schedule says.
    """
    built = rtl_hardware(hardware)
    ways: list[Callable[[], HardwareReport]] = []
    if hardware.backend is not Backend.RTL:
        early, late = Evidence.CSYNTH, Evidence.LOGIC_SYNTH
        ways += [partial(estimate, network, hardware, target=target) for target in (early, late)]
    ways += [
        partial(estimate_rtl, design, network, built, target=target)
        for target in (Evidence.LOGIC_SYNTH, Evidence.PLACED)
    ]
    found = []
    for way in ways:
        try:
            found.append(way())
        except CodesignError:
            continue
    return tuple(found)


def _write(found: Synthesized, hardware: HardwareConfig) -> None:
    reports = found.folder / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    for path, record in (
        (found.folder / "rtl_certificate.json", found.certificate),
        (reports / "yosys.json", found.synthesis.report),
        (reports / "netlist_check.json", found.gates),
    ):
        with written_whole(path) as temporary:
            temporary.write_text(to_json(record), encoding="utf-8")
    write_synthesis_page(
        found.reports,
        found.certificate,
        device=hardware.part,
        verdict=verdict(found),
        details=found.details,
        path=found.report,
    )
