"""A design on an FPGA against CPUs and GPUs: rows of every evidence there is, on one page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codesign.baselines.comparison import compare, firmware_of
from codesign.baselines.measure import Options, measure
from codesign.baselines.published import find_published, published_for
from codesign.data.files import existing_file, written_whole
from codesign.design.candidate import Candidate
from codesign.design.codec import from_json, to_json
from codesign.design.comparison import Comparison, Estimated, Firmware
from codesign.design.digest import digest
from codesign.design.hardware import Backend
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.published_results import PublishedTable
from codesign.design.report import Evidence, HardwareReport
from codesign.emulator.inputs import Events
from codesign.errors import CodesignError, ReportError
from codesign.estimate import estimate
from codesign.firmware import read_project
from codesign.pipeline.anomaly import AnomalyRun
from codesign.pipeline.run import Run
from codesign.reporting.compare_page import write_compare_page
from codesign.synthesis.reports import HardwareReports, alone, read_report, read_reports


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOptions:
    """What is compared.

    Attributes:
        measure: Runtimes and protocol.
        reports: Reports of a vendor's tools, or folders of them, of this very design.
        published: Name of a published table; that of the network's own name where empty.
        accept_noise: Whether to draw ratios on a noisy host.
        beside: Designs whose estimates, before training, stand beside published firmware.
    """

    measure: Options = field(default_factory=Options)
    reports: tuple[Path, ...] = ()
    published: str = ""
    accept_noise: bool = False
    beside: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A comparison and where it is.

    Attributes:
        comparison: The numbers.
        report: The page.
        record: The numbers as JSON.
    """

    comparison: Comparison
    report: Path
    record: Path


def compare_design(
    candidate: Candidate,
    *,
    root: Path,
    options: CompareOptions | None = None,
    progress: Progress = silent,
) -> Compared:
    """Measure the runtimes of this host on a trained design and hold its firmware against them.

    The design is trained where that is not done yet.

    Args:
        candidate: What was built.
        root: The folder of all designs; the page lands in ``root/<name>/comparison.html``.
        options: What to measure and to read.
        progress: Told how far each step is.

    Raises:
        InvalidDesignError: If a runtime or a published table is unknown.
        ReportError: If a report that was named cannot be read or is of another part or clock.
        CodesignError: If the design cannot be trained or its twin not be built.
    """
    options = options or CompareOptions()
    name = options.published
    published = find_published(name) if name else published_for(candidate.name)
    vendor = [row for path in options.reports for row in _vendor_rows(candidate, path)]
    beside = [_untrained(other, root=root, progress=progress) for other in options.beside]
    network, events = _trained(candidate, root=root, progress=progress)
    folder = root / candidate.name
    estimated, estimates, left_out = _estimates(candidate, network)
    stored, stale = _stored(folder, network)
    baselines = measure(
        network,
        events,
        folder=folder / "baselines",
        options=options.measure,
        progress=progress,
    )
    comparison = compare(
        baselines,
        (*estimates, *stored, *vendor),
        accept_noise=options.accept_noise,
        published=published,
        left_out=(*left_out, *stale, *_out_of_place(options.beside, candidate, published)),
        estimated=(*estimated, *beside),
    )
    record = folder / "comparison.json"
    with written_whole(record) as temporary:
        temporary.write_text(to_json(comparison), encoding="utf-8")
    page = write_compare_page(candidate, comparison, path=folder / "comparison.html")
    return Compared(comparison=comparison, report=page, record=record)


def _trained(
    candidate: Candidate, *, root: Path, progress: Progress
) -> tuple[QuantizedNetwork, Events]:
    """Return a trained network, of one input or of several, and events to ask it."""
    if candidate.score is not None:
        anomaly = AnomalyRun(candidate, root=root, progress=progress)
        _ = anomaly.linted
        return anomaly.network, anomaly.events.certified["events"]
    run = Run(candidate, root=root, progress=progress)
    _ = run.linted
    return run.network, run.prepared.certified["events"]


def _out_of_place(
    beside: Sequence[Candidate], candidate: Candidate, published: PublishedTable | None
) -> list[str]:
    """Return that estimates are not shown, where no firmware was published to stand beside."""
    shown = published is not None and published.is_of(candidate.name) and published.hardware
    if not beside or shown:
        return []
    others = ", ".join(other.name for other in beside)
    return [f"the estimate of {others} is not shown: no firmware of {candidate.name} was published"]


def _untrained(candidate: Candidate, *, root: Path, progress: Progress) -> Estimated:
    """Return what is expected of a design whose weights are not known yet."""
    kind = Run if candidate.score is None else AnomalyRun
    network = kind(candidate, root=root, progress=progress).untrained
    return Estimated(report=_estimate(candidate, network), is_trained=False)


def _estimate(candidate: Candidate, network: QuantizedNetwork) -> HardwareReport:
    hardware = candidate.hardware
    early = Evidence.LOGIC_SYNTH if hardware.backend is Backend.RTL else Evidence.CSYNTH
    return estimate(network, hardware, target=early)


def _estimates(
    candidate: Candidate, network: QuantizedNetwork
) -> tuple[list[Estimated], list[Firmware], list[str]]:
    """Return what is expected of the firmware, and why it cannot be said where it cannot."""
    source = f"codesign estimate, for {candidate.hardware.backend.value}"
    try:
        report = _estimate(candidate, network)
        row = firmware_of(report, source=source)
    except CodesignError as error:
        return [], [], [str(error)]
    return [Estimated(report=report, is_trained=True)], [row], []


def _rows(make: Callable[[], Firmware]) -> tuple[list[Firmware], list[str]]:
    try:
        return [make()], []
    except CodesignError as error:
        return [], [str(error)]


def _stored(folder: Path, network: QuantizedNetwork) -> tuple[list[Firmware], list[str]]:
    """Return what ``codesign synth`` found for this very network."""
    path = folder / "reports" / "yosys.json"
    if not path.exists():
        return [], [f"no synthesis of {network.name} yet; make it with: codesign synth RECIPE"]
    try:
        project = read_project(folder / "rtl")
        report = from_json(HardwareReport, path.read_text("utf-8"), place=str(path))
    except CodesignError as error:
        return [], [f"{path}: {error}"]
    if project.network_digest != digest(network):
        return [], [f"{path} is of other weights than the trained ones; run codesign synth again"]
    return _rows(lambda: firmware_of(report, source=str(path)))


def _vendor_rows(candidate: Candidate, path: Path) -> Iterator[Firmware]:
    """Yield the rows of a vendor's reports.

    A tool says latency at C-synthesis only; the same cycles count for a later stage of the same
    reports, at the clock that was asked for.
    """
    part, period = candidate.hardware.part.part, candidate.hardware.clock.period_ns
    found: HardwareReports
    if path.is_dir():
        found = read_reports(path, part=part, period_ns=period)
    else:
        existing_file(path, expected="a report of Vivado HLS, Vitis HLS or Vivado")
        found = alone(read_report(path), part=part, period_ns=period)
    other = [report for report in found.reports if not report.design.startswith(candidate.name)]
    if other:
        msg = (
            f"{path}: of the design {other[0].design or 'without a name'!r}, expected "
            f"{candidate.name!r}: its figures would stand beside another network; name its own"
        )
        raise ReportError(msg)
    power = next((file.power for file in reversed(found.files) if file.power), None)
    rows = [
        firmware_of(report, source=str(path), power=power)
        for report in found.reports
        if report.latency_cycles is not None and report.initiation_interval is not None
    ]
    if not rows:
        msg = f"{path}: no report in it says latency and initiation interval; add csynth.xml"
        raise ReportError(msg)
    yield from rows
