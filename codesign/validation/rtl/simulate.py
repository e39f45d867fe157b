"""Simulate the RTL of a project: hardware integers in, hardware integers and cycles out."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codesign.design.codec import from_json
from codesign.design.fixed_point import Integers
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.design.rtl import RTL_FILE, RtlDesign
from codesign.errors import InvalidDesignError, ValidationError
from codesign.firmware.manifest import files_digest
from codesign.validation.rtl.bench import Bench, places
from codesign.validation.rtl.buses import WORD, Words, pack, unpack, words_of
from codesign.validation.rtl.checks import check_events, check_network
from codesign.validation.rtl.choose import RtlModel, Simulator, find_model
from codesign.validation.rtl.log import BenchLog
from codesign.validation.rtl.patterns import NO_BEAT, Pattern, Stimulus, stimulus
from codesign.validation.rtl.probes import find_probes
from codesign.validation.rtl.schedule import Followed, follow

_CHUNK = 2048
"""Fixed, not by time: the same seed gives the same cycles everywhere."""
_CHUNK_BITS = 2**28
_PATIENCE = 1000
_LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class RtlSimulation:
    """What a simulated design answered, and when.

    Attributes:
        pattern: How the events followed each other.
        simulator: Name and version of the program.
        outputs: Hardware integers by the name of the output, shape (events that came out, *shape).
        layers: The same of the last layer of each module, where it was asked for.
        events: The numbers of those events, rising; all of them unless a reset lost some.
        sent: How many events were sent.
        cycles: Clock cycles in all.
        latency_cycles: From the last beat in to the last beat out; equals the schedule.
        initiation_interval: Cycles between two events, measured where they followed back to back,
            else None; equals the schedule.
        seconds: Wall time of the simulation, without compilation.
    """

    pattern: Pattern
    simulator: tuple[str, str]
    outputs: Mapping[str, Integers]
    layers: Mapping[str, Integers]
    events: Integers
    sent: int
    cycles: int
    latency_cycles: int | None
    initiation_interval: int | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationOptions:
    """How a simulation is run.

    Attributes:
        seed: Of pauses, resets, what is on the bus between events, and registers at the start.
        simulator: Which program; where None, Verilator, or Icarus where there is no Verilator.
        layers: Whether the last tensor of each module comes back beside the outputs.
        timeout_s: Seconds that all events may take.
    """

    seed: int = 0
    simulator: Simulator | None = None
    layers: bool = False
    timeout_s: float = 3600.0


_DEFAULTS = SimulationOptions()


def read_design(project: FirmwareProject) -> RtlDesign:
    """Return the record of an RTL project.

    Raises:
        ValidationError: If a file of the project is not what was generated.
        InvalidDesignError: If the project holds no RTL, or its record cannot be read.
    """
    folder = Path(project.path)
    if not folder.is_dir() or files_digest(folder) != project.digest:
        msg = f"{folder}: the files are not those that were generated; generate the project anew"
        raise ValidationError(msg)
    path = folder / RTL_FILE
    if not path.is_file():
        msg = f"{folder} holds no {RTL_FILE}: back end {project.backend} makes no RTL; use rtl"
        raise InvalidDesignError(msg)
    return from_json(RtlDesign, path.read_text(encoding="utf-8"), place=str(path))


def simulate(
    project: FirmwareProject,
    network: QuantizedNetwork,
    inputs: Integers | Mapping[str, Integers],
    *,
    pattern: Pattern = Pattern.BACK_TO_BACK,
    options: SimulationOptions = _DEFAULTS,
    progress: Progress = silent,
) -> RtlSimulation:
    """Run the RTL of a project on events.

    Args:
        project: The generated firmware of the network; compiled here if need be.
        network: The network that the firmware was generated from.
        inputs: Hardware integers, shape (events, *input shape), within the input's precision; one
            array an input, by name, where the network has several.
        pattern: How events follow each other.
        options: Seed, simulator and limits.
        progress: Told after each chunk of events, and each compiled file.

    Raises:
        InvalidDataError: If inputs have the wrong shape or type or leave the input's range.
        InvalidDesignError: If the project is of another network, holds no RTL, or its ports are
            not the network's tensors.
        ValidationError: If the project was changed, or the design breaks its schedule: latency,
            interval, an event lost, a result that nothing explains, a bit without a value.
        ToolNotFoundError: If there is no simulator.
        ToolFailedError: If compiler or simulation fail or pass their limits.
    """
    design = read_design(project)
    check_network(project, design, network)
    events = check_events(network, inputs)
    bench = Bench(design=design, probes=find_probes(design, network) if options.layers else ())
    model = find_model(project, bench, simulator=options.simulator, progress=progress)
    run = _Run(project, bench, model, pattern, options.timeout_s)
    total = len(next(iter(events.values())))
    for start in range(0, total, run.chunk):
        part = {name: values[start : start + run.chunk] for name, values in events.items()}
        run.add(part, start, seed=(options.seed + start) % _LARGEST_SEED)
        progress(min(start + run.chunk, total), total, f"events through RTL, {pattern}")
    return run.simulation(network, total)


class _Run:
    """The simulation of one chunk of events after the other, each from reset to the last result."""

    def __init__(
        self,
        project: FirmwareProject,
        bench: Bench,
        model: RtlModel,
        pattern: Pattern,
        timeout_s: float,
    ) -> None:
        self.place, self.model, self.pattern = project.path, model, pattern
        self.bench, self.design = bench, bench.design
        self.begun, self.timeout_s = time.monotonic(), timeout_s
        self.followed: list[tuple[int, Followed, BenchLog]] = []
        bits = sum(port.bits * port.beats for port in self.design.inputs)
        self.chunk = min(max(2, _CHUNK_BITS // bits), _CHUNK)

    def add(self, events: Mapping[str, Integers], start: int, *, seed: int) -> None:
        """Simulate some events."""
        count = len(next(iter(events.values())))
        steps = stimulus(self.pattern, self.design, events=count, seed=seed)
        left_s = max(self.timeout_s - (time.monotonic() - self.begun), 0.001)
        log = self.model.run(
            steps,
            _bus(steps, [pack(events[port.tensor], port) for port in self.design.inputs], seed),
            seed=seed + 1,
            patience=_PATIENCE + 16 * self.design.initiation_interval,
            timeout_s=left_s,
        )
        followed = follow(self.pattern, steps, log, self.design, place=self.place)
        self._check_known(followed, log, start)
        self.followed.append((start, followed, log))

    def _check_known(self, followed: Followed, log: BenchLog, start: int) -> None:
        """Refuse results with bits that have no value."""
        if not log.unknown.size:
            return
        wrong = np.argwhere(log.unknown[followed.rows].any(axis=1))
        if len(wrong):
            event, word = (int(number) for number in wrong[0])
            name = _port_of_word(self.bench, word)
            msg = (
                f"{self.place}: output {name} of event {start + int(followed.events[event])} has "
                "bits without a value (X); a register or a wire is never written"
            )
            raise ValidationError(msg)

    def simulation(self, network: QuantizedNetwork, total: int) -> RtlSimulation:
        """Return all chunks as one simulation."""
        rows = [log.words[followed.rows.reshape(-1)] for _, followed, log in self.followed]
        words = np.concatenate(rows)
        tensors = []
        for port, bit in places(self.bench.outputs):
            found = words[:, bit // WORD : bit // WORD + words_of(port.bits)]
            tensors.append((port.tensor, unpack(found, port, network.shape(port.tensor))))
        count = len(self.design.outputs)
        parts = [followed for _, followed, _ in self.followed]
        return RtlSimulation(
            pattern=self.pattern,
            simulator=self.model.version,
            outputs=dict(tensors[:count]),
            layers=dict(tensors[count:]),
            events=np.concatenate([first + part.events for first, part, _ in self.followed]),
            sent=total,
            cycles=sum(int(log.ends[-1]) + 1 for _, _, log in self.followed),
            latency_cycles=_common([part.latency_cycles for part in parts]),
            initiation_interval=_common([part.initiation_interval for part in parts]),
            seconds=time.monotonic() - self.begun,
        )


def _common(found: list[int | None]) -> int | None:
    """Return what was measured; every chunk was held to the same schedule."""
    return next((number for number in found if number is not None), None)


def _bus(steps: Stimulus, ports: list[Words], seed: int) -> Words:
    """Return the input bus in each step: beats where they are offered, else random bits."""
    beats = np.concatenate(ports, axis=1)
    random = np.random.default_rng((seed, len(steps.beat)))
    noise = random.integers(0, 2**32, (len(steps.beat), beats.shape[1]), dtype=np.uint32)
    offered = steps.beat != NO_BEAT
    noise[offered] = beats[steps.beat[offered]]
    return noise


def _port_of_word(bench: Bench, word: int) -> str:
    """Return the port that a word of the results belongs to."""
    return [port.name for port, bit in places(bench.outputs) if bit <= word * WORD][-1]
