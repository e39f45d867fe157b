"""The parts of a design that its top module and what stands around it are written from."""

from dataclasses import dataclass

from codesign.design.rtl import RtlPort
from codesign.firmware.rtl.module import Module
from codesign.firmware.rtl.names import PORTS, Names

VERSION_BITS = 32
_BYTE = 8
_IN_FIFO = 3
"""Places of the wrapper's memory for results that wait there, beside those in flight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A module in the design.

    Attributes:
        module: The module.
        sources: The signal that each of its inputs reads.
        signal: The signal that it drives: a tensor, or a tensor at a later cycle.
        first_cycle: When its inputs arrive.
    """

    module: Module
    sources: tuple[str, ...]
    signal: str
    first_cycle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wires:
    """The names of wires in the top module, none of them that of a port.

    Attributes:
        accepted: High where a beat goes in.
        cycles_left: Counts until the next beat may.
        data: The bus of each signal.
        valid: Its valid.
    """

    accepted: str
    cycles_left: str
    data: dict[str, str]
    valid: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A design, ready to be written.

    Attributes:
        top: The top module.
        wrapper: The module that speaks AXI-stream; empty where an event has several beats.
        version: The first bits of the network's digest.
        inputs: Ports.
        outputs: Ports.
        placed: The modules, in the order of the data flow.
        signals: The signal of each output.
        latency_cycles: From input to output.
        initiation_interval: Cycles between two events.
        pace: Cycles between two beats.
    """

    top: str
    wrapper: str
    version: int
    inputs: tuple[RtlPort, ...]
    outputs: tuple[RtlPort, ...]
    placed: tuple[Placed, ...]
    signals: tuple[str, ...]
    latency_cycles: int
    initiation_interval: int
    pace: int

    @property
    def counter_bits(self) -> int:
        """Bits of the counter between two beats."""
        return max((self.pace - 1).bit_length(), 1)

    @property
    def address_bits(self) -> int:
        """Bits that address the wrapper's memory, which holds all events in flight."""
        flying = -(-self.latency_cycles // self.initiation_interval)
        return (flying + _IN_FIFO - 1).bit_length()

    def wires(self) -> Wires:
        """Return the names of wires in the top module."""
        names = Names(*PORTS, *(port.name for port in (*self.inputs, *self.outputs)))
        accepted, left = names.new("accepted"), names.new("cycles_left")
        data = {port.tensor: port.name for port in self.inputs}
        valid = dict.fromkeys(data, accepted)
        for placed in self.placed:
            plain = placed.signal.replace("@", "_at_")
            data[placed.signal] = names.new(f"{plain}_data")
            valid[placed.signal] = names.new(f"{plain}_valid")
        return Wires(accepted=accepted, cycles_left=left, data=data, valid=valid)


def stream_bits(ports: tuple[RtlPort, ...]) -> int:
    """Return the width of a stream that carries ports side by side: whole bytes."""
    return -(-sum(port.bits for port in ports) // _BYTE) * _BYTE


def stream_places(ports: tuple[RtlPort, ...]) -> list[tuple[RtlPort, int]]:
    """Return the lowest bit of each port in a stream."""
    found, at = [], 0
    for port in ports:
        found.append((port, at))
        at += port.bits
    return found
