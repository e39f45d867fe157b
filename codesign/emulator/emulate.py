"""Compute what the firmware computes, bit for bit."""

from collections.abc import Iterable, Iterator

from codesign.design.fixed_point import Integers
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.emulator.emulator import Emulator
from codesign.emulator.inputs import Events
from codesign.errors import InvalidDesignError


def emulate(network: QuantizedNetwork, inputs: Events, *, progress: Progress = silent) -> Integers:
    """Return the output of a network with one output.

    Args:
        network: The network.
        inputs: Hardware integers of any integer type, shape (events, *input shape), within the
            input's precision; for several inputs a mapping from name to array.
        progress: Told how many events are done.

    Returns:
        Hardware integers in the precision of the output, shape (events, *output shape).

    Raises:
        InvalidDataError: If the inputs have the wrong shape or type or leave the input's range.
        InvalidDesignError: If the network has several outputs.
    """
    if len(network.outputs) != 1:
        msg = (
            f"{network.name} has outputs {network.outputs}; use emulate_tensors or emulate_outputs"
        )
        raise InvalidDesignError(msg)
    return emulate_outputs(network, inputs, progress=progress)[network.outputs[0]]


def emulate_outputs(
    network: QuantizedNetwork, inputs: Events, *, progress: Progress = silent
) -> dict[str, Integers]:
    """Return every output of a network, by name; as :func:`emulate` otherwise."""
    return Emulator(network)(inputs, progress=progress)


def emulate_tensors(
    network: QuantizedNetwork, inputs: Events, *, progress: Progress = silent
) -> dict[str, Integers]:
    """Return every tensor of a network, by name; as :func:`emulate` otherwise."""
    names = [node.name for node in (*network.inputs, *network.layers)]
    return Emulator(network, tensors=names)(inputs, progress=progress)


def emulate_chunks(
    network: QuantizedNetwork, chunks: Iterable[Events]
) -> Iterator[dict[str, Integers]]:
    """Yield the outputs of one chunk of events after the other, by name.

    Nothing but the chunk at hand is kept, so that there may be any number of them; chunks of some
    ten thousand events are as fast as one array.
    """
    emulator = Emulator(network)
    for chunk in chunks:
        yield emulator(chunk)
