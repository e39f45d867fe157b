"""A generated module: its text and what the schedule must know of it.

Ports of every module of an ``io_parallel`` design: ``clk``, ``rst``, ``in_valid``, one bus an input
tensor, ``out_valid``, and one bus ``y``. A bus holds the hardware integers of a tensor in row-major
order, the first in the lowest bits. ``in_valid`` is high for one cycle an event, at most once every
``initiation_interval`` cycles; all inputs are valid in that cycle; ``out_valid`` is high for one
cycle, ``latency_cycles`` later, and ``y`` is valid in that cycle. ``rst`` clears the valids.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bus:
    """The bits of a tensor between two modules.

    Attributes:
        name: Of the port.
        tensor: That it carries.
        bits: Its width: all elements.
    """

    name: str
    tensor: str
    bits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One module, ready to be placed into a top.

    Attributes:
        name: Of the module and, with its ending, of its file.
        kind: As in :class:`codesign.design.rtl.RtlModule`.
        layers: The layers that it computes, in order.
        text: Its source.
        inputs: Its input buses, in the order of the ports.
        output: Its output bus.
        latency_cycles: From ``in_valid`` to ``out_valid``; 0 for one without registers.
        initiation_interval: Cycles between two events.
        reuse_factor: Uses of each multiplier an inference; 0 where it has none.
        multiplications: Products an inference with weights that are not 0.
        cost: Adder bits of an adder graph, 0 for other kinds.
        registers: As in :class:`codesign.design.rtl.RtlModule`.
    """

    name: str
    kind: str
    layers: tuple[str, ...]
    text: str
    inputs: tuple[Bus, ...]
    output: Bus
    latency_cycles: int
    initiation_interval: int
    reuse_factor: int = 0
    multiplications: int = 0
    cost: float = 0.0
    registers: int = 0
