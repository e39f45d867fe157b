"""Measure runtimes one after the other, each in a process of its own.

A runtime that crashes, hangs, is missing or computes something else costs its own row and no other:
the report says what has no number, and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from codesign.baselines.host import available_cpus, gpu_devices, settled_host
from codesign.baselines.job import INPUTS, NETWORK, REFERENCE, Job, read_arrays
from codesign.baselines.processes import convert_for, measured_by, run_reference
from codesign.baselines.runtime import Runtime, TritonServer
from codesign.baselines.table import find_runtime, runtimes, version_of
from codesign.baselines.timing import clock_ns
from codesign.baselines.twin_check import compare_twin
from codesign.data.files import written_whole
from codesign.design.baseline_results import Absence, BaselineReport, Measured, Missing, Processor
from codesign.design.digest import digest
from codesign.design.fixed_point import Integers, dequantize
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.protocol import Protocol
from codesign.emulator.inputs import count_events, named_events
from codesign.errors import ToolNotFoundError
from codesign.lowering.network_file import save_network

_WORK = "measuring runtimes"
_REFERENCE = "asking Keras for the right answers"
_CONVERSION = "converting for LiteRT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is measured.

    Attributes:
        runtimes: Names; all that are known where empty.
        protocol: How.
        server: A Triton server to ask, None for none.
        tdp_w: Stated power in watts, for energies that cannot be measured.
    """

    runtimes: tuple[str, ...] = ()
    protocol: Protocol = field(default_factory=Protocol)
    server: TritonServer | None = None
    tdp_w: float | None = None


def measure(
    network: QuantizedNetwork,
    events: Integers | Mapping[str, Integers],
    *,
    folder: Path,
    options: Options | None = None,
    progress: Progress = silent,
) -> BaselineReport:
    """Return what CPU and GPU runtimes of this host take for the float twin of a network.

    Args:
        network: The quantized network.
        events: Hardware integers of its input, or of each input by name, shape (events, *shape).
        folder: For what travels between the processes, and their logs.
        options: What to measure, and how.
        progress: Told how many runtimes are done.

    Raises:
        InvalidDesignError: If a runtime is unknown.
        InvalidDataError: If the events do not fit the inputs.
        ToolFailedError: If Keras cannot answer: without it nothing can be checked.
    """
    options = options or Options()
    wanted = {name: find_runtime(name) for name in options.runtimes or runtimes()}
    given = named_events(network, events)
    count_events(network, given)
    given = {name: rows[: options.protocol.checked] for name, rows in given.items()}
    host = settled_host(settle_s=options.protocol.settle_s, progress=progress)
    utc = datetime.now(tz=UTC)
    absent = {
        name: reason
        for name, runtime in wanted.items()
        if (reason := _absence(runtime, options)) is not None
    }
    jobs = [
        (runtime, _job(name, folder, options, cpus))
        for name, runtime in wanted.items()
        if name not in absent
        for cpus in _modes(runtime)
    ]
    progress(0, 1, _REFERENCE)
    _write_inputs(network, given, folder)
    reference = run_reference(_job("keras", folder, options, _all_cpus()))
    progress(1, 1, _REFERENCE)
    _convert(jobs, progress)
    found, lost = _run(jobs, progress)
    return BaselineReport(
        design=network.name,
        network_digest=digest(network),
        host=host,
        protocol=options.protocol,
        twin=compare_twin(network, given, read_arrays(reference)),
        measured=found,
        missing=(*absent.values(), *lost),
        clock_ns=clock_ns(),
        utc=utc.isoformat(timespec="seconds"),
    )


def _absence(runtime: Runtime, options: Options) -> Missing | None:
    """Return why a runtime cannot be measured here, without starting it."""
    if runtime.processor is Processor.SERVER and options.server is None:
        why, reason = Absence.NOT_ASKED, "name your server with --triton HOST:PORT"
    elif runtime.processor is Processor.GPU and not gpu_devices():
        why, reason = Absence.NOT_THERE, "no graphics processor: there is no /dev/nvidia0"
    else:
        try:
            version_of(runtime)
        except ToolNotFoundError as error:
            why, reason = Absence.NOT_INSTALLED, str(error)
        else:
            return None
    return Missing(runtime=runtime.name, why=why, reason=reason)


def _modes(runtime: Runtime) -> tuple[tuple[int, ...], ...]:
    """Return the processors of each attempt: one, and all; the last one hears fewest interrupts."""
    cpus = _all_cpus()
    if runtime.processor is not Processor.CPU or len(cpus) == 1:
        return (cpus,)
    return (cpus[-1:], cpus)


def _all_cpus() -> tuple[int, ...]:
    return tuple(sorted(available_cpus()))


def _job(name: str, folder: Path, options: Options, cpus: tuple[int, ...]) -> Job:
    return Job(
        runtime=name,
        folder=str(folder.absolute()),
        threads=len(cpus),
        cpus=cpus,
        protocol=options.protocol,
        server=options.server,
        tdp_w=options.tdp_w,
    )


def _write_inputs(network: QuantizedNetwork, events: Mapping[str, Integers], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in (INPUTS, REFERENCE):
        (folder / old).unlink(missing_ok=True)
    for pattern in ("*.tflite", "*.onnx", "*.txt", "*.outcome.json"):
        for path in folder.glob(pattern):
            path.unlink()
    save_network(network, folder / NETWORK)
    real = [
        dequantize(events[node.name], node.precision).astype(np.float32) for node in network.inputs
    ]
    with written_whole(folder / INPUTS) as temporary:
        np.savez(temporary, *real)


def _convert(jobs: Sequence[tuple[Runtime, Job]], progress: Progress) -> None:
    """Convert for every runtime that reads converted files, in one process."""
    names = tuple(dict.fromkeys(job.runtime for runtime, job in jobs if runtime.converted))
    if names:
        progress(0, 1, _CONVERSION)
        convert_for(replace(jobs[-1][1], runtime="keras", conversions=names))
        progress(1, 1, _CONVERSION)


def _run(
    jobs: Sequence[tuple[Runtime, Job]], progress: Progress
) -> tuple[tuple[Measured, ...], tuple[Missing, ...]]:
    found: list[Measured] = []
    lost: list[Missing] = []
    for done, (_, job) in enumerate(jobs):
        progress(done, len(jobs), _WORK)
        outcome = measured_by(job)
        found += outcome.measured
        lost += outcome.missing
    progress(len(jobs), len(jobs), _WORK)
    return tuple(found), tuple(lost)
