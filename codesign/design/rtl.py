"""What an RTL project is: its top module, its ports, its schedule.

The back end writes the record as ``rtl.json`` beside the sources; simulation, synthesis and reports
read it and need nothing else of the generator.

Protocol of every top module. ``clk`` rises, ``rst`` is synchronous and active high. A beat goes in
in each cycle with ``in_valid`` and ``in_ready`` high; ``in_ready`` is high once every
``initiation_interval`` cycles at least. Results come out with ``out_valid`` high for one cycle a
beat, ``latency_cycles`` after the last beat of their event went in; nothing can hold them back, as
in a trigger pipeline. A port carries ``elements`` hardware integers of ``width`` bits, the first in
the lowest bits. With ``io_parallel`` an event is one beat and all elements; with ``io_stream`` it
is ``beats`` beats of the elements of the last dimension, as hls4ml streams them.
"""

from dataclasses import dataclass

from codesign.design.hardware import RtlLanguage
from codesign.errors import InvalidDesignError

RTL_FILE = "rtl.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RtlPort:
    """A port that carries a tensor.

    Attributes:
        name: Of the port: that of its tensor, but where a language keeps the word for itself or
            an input leaves again as an output.
        tensor: The tensor it carries; its own name where it is not given.
        width: Bits an element.
        signed: Whether an element is two's complement.
        elements: Elements a beat.
        beats: Beats an event.
    """

    name: str
    width: int
    signed: bool
    elements: int
    beats: int = 1
    tensor: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "tensor", self.tensor or self.name)
        if min(self.width, self.elements, self.beats) < 1:
            msg = f"port {self.name}: {self.beats} beats of {self.elements} x {self.width} bits"
            raise InvalidDesignError(msg)

    @property
    def bits(self) -> int:
        """The width of the port."""
        return self.width * self.elements


@dataclass(frozen=True, slots=True, kw_only=True)
class RtlModule:
    """A module of the design, below the top.

    Attributes:
        name: Of the module.
        layers: The layers it computes, in order.
        kind: ``"adder_graph"``, ``"engine"``, ``"stream"`` or ``"delay"``.
        reuse_factor: Uses of each multiplier an inference; 0 where it has none.
        multiplications: Products an inference with weights that are not 0.
        cost: Adder bits of the graph as its compiler counts them, 0 for other kinds.
        registers: Bits between the stages of an adder graph, or of a delay; 0 for other kinds.
        first_cycle: When its first input arrives, counted from the event's first beat.
        latency_cycles: From its last input to its output.
        initiation_interval: Cycles between two of its events.
    """

    name: str
    layers: tuple[str, ...]
    kind: str
    reuse_factor: int = 0
    multiplications: int = 0
    cost: float = 0.0
    registers: int = 0
    first_cycle: int = 0
    latency_cycles: int
    initiation_interval: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RtlDesign:
    """An RTL project as its users see it.

    Attributes:
        top: The top module.
        wrapper: The module that speaks AXI-stream, empty where there is none.
        language: Of the sources.
        sources: Files below the project's folder in the order in which they are compiled.
        inputs: In the order of the network.
        outputs: In the order of the network.
        modules: In the order of the data flow.
        period_ns: The clock it is pipelined for.
        latency_cycles: From the last beat in to the first beat out, as scheduled.
        initiation_interval: Cycles between two events, as scheduled.
    """

    top: str
    wrapper: str = ""
    language: RtlLanguage
    sources: tuple[str, ...]
    inputs: tuple[RtlPort, ...]
    outputs: tuple[RtlPort, ...]
    modules: tuple[RtlModule, ...]
    period_ns: float
    latency_cycles: int
    initiation_interval: int
