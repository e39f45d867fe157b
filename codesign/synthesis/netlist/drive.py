"""Send events through a netlist by the protocol of :mod:`codesign.design.rtl`.

Every lane gets events of its own, back to back. The handshake must not depend on data: all lanes
have to agree on it in every cycle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from codesign.design.progress import Progress, silent
from codesign.design.rtl import RtlDesign, RtlPort
from codesign.errors import InvalidDesignError, ValidationError
from codesign.synthesis.netlist.flatten import FlatNetlist
from codesign.synthesis.netlist.gates import Words, pack, unpack
from codesign.synthesis.netlist.machine import LANES_A_WORD, Machine

Integers = NDArray[np.int64]

_RESET_CYCLES = 4
_PATIENCE = 4
"""Times the scheduled length of the run after which no more results are expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRun:
    """What a netlist made of events.

    Attributes:
        outputs: Hardware integers of each output, shape (events, beats * elements).
        latency_cycles: From the last beat in to the first beat out, measured.
        initiation_interval: Cycles between the first beats of two events, measured; 0 where every
            lane had one event only.
        cycles: That were simulated.
        lanes: That ran side by side.
    """

    outputs: tuple[Integers, ...]
    latency_cycles: int
    initiation_interval: int
    cycles: int
    lanes: int


def run_events(
    netlist: FlatNetlist,
    design: RtlDesign,
    events: Sequence[Integers],
    *,
    events_a_lane: int = 4,
    seed: int = 0,
    progress: Progress = silent,
) -> GateRun:
    """Simulate a netlist cycle by cycle.

    Args:
        netlist: Of the whole design.
        design: Its ports and schedule.
        events: Hardware integers of each input, shape (events, ...), elements in row-major order.
        events_a_lane: Events one after the other; the more, the longer the run and the fewer lanes.
        seed: Of what registers hold at power-up and of data while no event is offered.
        progress: Told how many cycles have passed.

    Raises:
        InvalidDesignError: If events do not fit the ports.
        ReportError: If the netlist cannot be simulated.
        ValidationError: If the handshake depends on data, or results do not come.
    """
    beats = [_beats(port, values) for port, values in zip(design.inputs, events, strict=True)]
    count = len(beats[0])
    if count == 0 or any(len(each) != count for each in beats):
        msg = f"inputs of {', '.join(str(len(each)) for each in beats)} events; each needs as many"
        raise InvalidDesignError(msg)
    lanes = -(-count // events_a_lane)
    bench = _Bench(
        machine=Machine(netlist, words=-(-lanes // LANES_A_WORD), seed=seed),
        design=design,
        feeds={
            port.name: _rows(port, values, lanes)
            for port, values in zip(design.inputs, beats, strict=True)
        },
        lanes=lanes,
        random=np.random.default_rng(seed),
    )
    bench.run(progress)
    outputs = tuple(
        _integers(port, bench.results[port.name], lanes)[:count] for port in design.outputs
    )
    return GateRun(
        outputs=outputs,
        latency_cycles=bench.answered[0] - bench.accepted[_first_beats(design) - 1],
        initiation_interval=_interval(bench, design),
        cycles=bench.cycle,
        lanes=lanes,
    )


@dataclass(slots=True, kw_only=True)
class _Bench:
    """One run: what was offered, accepted and answered so far."""

    machine: Machine
    design: RtlDesign
    feeds: Mapping[str, NDArray[np.uint64]]
    lanes: int
    random: np.random.Generator
    cycle: int = 0
    accepted: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    results: dict[str, list[Words]] = field(default_factory=dict)

    def run(self, progress: Progress) -> None:
        """Reset, offer every beat, and wait for every answer."""
        self.results = {port.name: [] for port in self.design.outputs}
        offered = len(next(iter(self.feeds.values())))
        expected = offered // _first_beats(self.design) * self.design.outputs[0].beats
        events = offered // _first_beats(self.design)
        schedule = self.design.latency_cycles + events * max(
            self.design.initiation_interval, _first_beats(self.design)
        )
        limit = _PATIENCE * (schedule + expected) + _RESET_CYCLES
        for _ in range(_RESET_CYCLES):
            self._step(reset=True, beat=None)
        while len(self.answered) < expected:
            if self.cycle > limit:
                self._refuse_silence(expected, offered)
            beat = len(self.accepted) if len(self.accepted) < offered else None
            self._step(reset=False, beat=beat)
            progress(min(self.cycle, schedule), schedule, "cycles simulated")

    def _step(self, *, reset: bool, beat: int | None) -> None:
        words = next(iter(self.feeds.values())).shape[2]
        inputs = {
            name: self._noise(rows.shape[1:]) if beat is None else rows[beat]
            for name, rows in self.feeds.items()
        }
        inputs["rst"] = _level(reset, words)
        inputs["in_valid"] = _level(beat is not None, words)
        self.machine.evaluate(inputs)
        if not reset:
            if beat is not None and self._flag("in_ready"):
                self.accepted.append(self.cycle)
            if self._flag("out_valid"):
                self.answered.append(self.cycle)
                for name, found in self.results.items():
                    found.append(self.machine.output(name))
        self.machine.clock()
        self.cycle += 1

    def _noise(self, shape: tuple[int, ...]) -> Words:
        return self.random.integers(0, 2**64, shape, dtype=np.uint64)

    def _flag(self, name: str) -> bool:
        bits = unpack(self.machine.output(name), self.lanes)
        if bits.any() != bits.all():
            msg = (
                f"{self.design.top}: {name} differs between lanes in cycle {self.cycle}: "
                "the handshake depends on data"
            )
            raise ValidationError(msg)
        return bool(bits.all())

    def _refuse_silence(self, expected: int, offered: int) -> None:
        msg = (
            f"{self.design.top}: {len(self.answered)} of {expected} results came within "
            f"{self.cycle} cycles, after {len(self.accepted)} of {offered} beats were accepted"
        )
        raise ValidationError(msg)


def _first_beats(design: RtlDesign) -> int:
    return design.inputs[0].beats


def _interval(bench: _Bench, design: RtlDesign) -> int:
    starts = bench.accepted[:: _first_beats(design)]
    return starts[1] - starts[0] if len(starts) > 1 else 0


def _level(high: bool, words: int) -> Words:  # noqa: FBT001 - a signal's level
    return np.full((1, words), np.uint64(0xFFFF_FFFF_FFFF_FFFF if high else 0))


def _beats(port: RtlPort, values: Integers) -> Integers:
    """Return events as shape (events, beats, elements)."""
    whole = np.asarray(values)
    size = port.beats * port.elements
    if whole.ndim < 1 or whole[:1].size != size or whole.dtype.kind not in "iu":
        msg = (
            f"input {port.name} is of shape {whole.shape}, type {whole.dtype}; "
            f"expected integers of shape (events, {size})"
        )
        raise InvalidDesignError(msg)
    low = -(2 ** (port.width - 1)) if port.signed else 0
    if whole.min(initial=0) < low or whole.max(initial=0) >= low + 2**port.width:
        msg = f"input {port.name} holds integers outside of its {port.width} bits"
        raise InvalidDesignError(msg)
    return whole.reshape(len(whole), port.beats, port.elements).astype(np.int64)


def _rows(port: RtlPort, values: Integers, lanes: int) -> NDArray[np.uint64]:
    """Return what is put on a port: shape (beats of a lane, bits, words)."""
    events, beats, elements = values.shape
    rounds = -(-events // lanes)
    padded = np.zeros((rounds * lanes, beats, elements), dtype=np.int64)
    padded[:events] = values
    # lane l gets events l, l + lanes, ...: the order of results is that of events
    shaped = padded.reshape(rounds, lanes, beats, elements).transpose(0, 2, 3, 1)
    bits = shaped[..., np.newaxis, :] >> np.arange(port.width)[:, np.newaxis] & 1
    flat = bits.reshape(rounds * beats, port.bits, lanes).astype(bool)
    return np.stack([pack(rows) for rows in flat])


def _integers(port: RtlPort, results: Sequence[Words], lanes: int) -> Integers:
    """Return what was seen on a port: shape (events, beats * elements)."""
    rounds = len(results) // port.beats
    bits = np.stack([unpack(rows, lanes) for rows in results])
    shaped = bits.reshape(rounds, port.beats, port.elements, port.width, lanes).astype(np.int64)
    weights = 1 << np.arange(port.width, dtype=np.int64)
    if port.signed:
        weights[-1] = -weights[-1]
    numbers = np.einsum("rbewl,w->rlbe", shaped, weights)
    return numbers.reshape(rounds * lanes, port.beats * port.elements)
