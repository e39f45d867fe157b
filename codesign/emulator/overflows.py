"""How often the values of each layer leave their format."""

from dataclasses import dataclass
from math import prod

from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow
from codesign.emulator.compile import compile_network
from codesign.emulator.emulator import chunk_events
from codesign.emulator.inputs import Events, count_events, named_events
from codesign.emulator.worker import Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Overflows:
    """What became of the values that a layer's formats do not hold.

    Attributes:
        saturated: Values that became the end of the range, or zero (``SAT_ZERO``).
        wrapped: Values that lost their upper bits, in the accumulator or the output.
        values: All values of the layer: events times elements.
    """

    saturated: int
    wrapped: int
    values: int


def count_overflows(network: QuantizedNetwork, inputs: Events) -> dict[str, Overflows]:
    """Return what overflowed on its way into each layer's formats, by layer.

    The zero of a ReLU, the ceiling of an activation and the addresses of a softmax's tables belong
    to their functions and are not counted.

    Args:
        network: The network.
        inputs: As of :func:`codesign.emulator.emulate`.

    Raises:
        InvalidDataError: If the inputs have the wrong shape or type or leave their range.
    """
    events = named_events(network, inputs)
    count = count_events(network, events)
    names = [layer.name for layer in network.layers]
    worker = Worker(compile_network(network, kept=names, fuse=False), counts=True)
    chunk = chunk_events(network)
    for start in range(0, count, chunk):
        worker.run({name: values[start : start + chunk] for name, values in events.items()})
    outside = worker.outside
    return {
        layer.name: Overflows(
            saturated=sum(outside[layer.name, kind] for kind in Overflow if kind != Overflow.WRAP),
            wrapped=outside[layer.name, Overflow.WRAP],
            values=count * prod(layer.shape),
        )
        for layer in network.layers
    }
