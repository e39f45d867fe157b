"""The events that come into the emulator."""

from collections.abc import Mapping

import numpy as np

from codesign.design.contract import NetworkInput
from codesign.design.fixed_point import Integers
from codesign.design.network import QuantizedNetwork
from codesign.errors import InvalidDataError

Events = Integers | Mapping[str, Integers]
"""Hardware integers, shape (events, *input shape): of the only input, or one array an input."""


def named_events(network: QuantizedNetwork, inputs: Events) -> dict[str, Integers]:
    """Return the events of each input, by name.

    Raises:
        InvalidDataError: If there is not one array an input.
    """
    names = [node.name for node in network.inputs]
    if not isinstance(inputs, Mapping):
        if len(names) != 1:
            msg = f"{network.name} has inputs {', '.join(names)}; give a mapping from name to array"
            raise InvalidDataError(msg)
        return {names[0]: inputs}
    if set(inputs) != set(names):
        msg = f"{network.name}: inputs {', '.join(inputs)} given, expected {', '.join(names)}"
        raise InvalidDataError(msg)
    return dict(inputs)


def count_events(network: QuantizedNetwork, events: Mapping[str, Integers]) -> int:
    """Return how many events there are, after checking shapes and types.

    Raises:
        InvalidDataError: If a shape or type is wrong, or the inputs differ in their events.
    """
    for node in network.inputs:
        _check(node, events[node.name])
    counts = {name: len(values) for name, values in events.items()}
    if len(set(counts.values())) != 1:
        msg = f"{network.name}: inputs of {counts} events; each event needs all of them"
        raise InvalidDataError(msg)
    return next(iter(counts.values()))


def _check(node: NetworkInput, values: Integers) -> None:
    if not np.issubdtype(values.dtype, np.integer) or values.shape[1:] != node.shape:
        msg = (
            f"input {node.name}: {values.dtype} of shape {values.shape} found, expected hardware "
            f"integers of shape (events, {', '.join(map(str, node.shape))}); "
            "NetworkInput.to_hardware makes them"
        )
        raise InvalidDataError(msg)
    if values.size == 0:
        msg = f"input {node.name}: no events"
        raise InvalidDataError(msg)
