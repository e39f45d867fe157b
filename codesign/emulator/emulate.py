"""Compute what the firmware computes, bit for bit."""

from collections.abc import Iterator

import numpy as np

from codesign.design.fixed_point import Integers
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.emulator.compile import Array, Step, compile_steps
from codesign.errors import InvalidDataError, InvalidDesignError

_CHUNK = 4096


def emulate(
    network: QuantizedNetwork, inputs: Integers, *, progress: Progress = silent
) -> Integers:
    """Return the output of a network with one input and one output.

    Args:
        network: The network.
        inputs: Hardware integers, shape (events, *input shape), within the input's precision.
        progress: Told after each chunk of events.

    Returns:
        Hardware integers in the precision of the output, shape (events, *output shape).

    Raises:
        InvalidDataError: If the inputs have the wrong shape or type or leave the input's range.
        InvalidDesignError: If the network has several inputs or outputs.
    """
    if len(network.outputs) != 1:
        msg = f"{network.name} has outputs {network.outputs}; use emulate_tensors"
        raise InvalidDesignError(msg)
    name = network.outputs[0]
    result = np.empty((len(inputs), *network.shape(name)), dtype=np.int64)
    for start, tensors in _chunks(network, inputs, progress):
        result[start : start + len(tensors[name])] = tensors[name]
    return result


def emulate_tensors(
    network: QuantizedNetwork, inputs: Integers, *, progress: Progress = silent
) -> dict[str, Integers]:
    """Return every tensor of a network, by name; as :func:`emulate` otherwise."""
    kept: dict[str, list[Integers]] = {}
    for _, tensors in _chunks(network, inputs, progress):
        for name, values in tensors.items():
            kept.setdefault(name, []).append(values.astype(np.int64))
    return {name: np.concatenate(parts) for name, parts in kept.items()}


def check_inputs(network: QuantizedNetwork, inputs: Integers) -> None:
    """Check that inputs are hardware integers that the network's input can carry.

    Raises:
        InvalidDataError: If shape or type are wrong, or a value is out of range.
        InvalidDesignError: If the network has several inputs.
    """
    if len(network.inputs) != 1:
        names = tuple(node.name for node in network.inputs)
        msg = f"{network.name} has inputs {names}; networks with one input are emulated"
        raise InvalidDesignError(msg)
    node = network.inputs[0]
    if not np.issubdtype(inputs.dtype, np.integer) or inputs.shape[1:] != node.shape:
        msg = (
            f"input {node.name}: {inputs.dtype} of shape {inputs.shape} found, expected hardware "
            f"integers of shape (events, {', '.join(map(str, node.shape))}); "
            "NetworkInput.to_hardware makes them"
        )
        raise InvalidDataError(msg)
    if inputs.size == 0:
        msg = f"input {node.name}: no events"
        raise InvalidDataError(msg)
    low, high = int(inputs.min()), int(inputs.max())
    if low < node.precision.min_hw or high > node.precision.max_hw:
        msg = (
            f"input {node.name}: hardware integers in [{low}, {high}] leave the range "
            f"[{node.precision.min_hw}, {node.precision.max_hw}] of {node.precision}"
        )
        raise InvalidDataError(msg)


def _chunks(
    network: QuantizedNetwork, inputs: Integers, progress: Progress
) -> Iterator[tuple[int, dict[str, Array]]]:
    check_inputs(network, inputs)
    steps = compile_steps(network)
    source = network.inputs[0].name
    for start in range(0, len(inputs), _CHUNK):
        part = inputs[start : start + _CHUNK]
        yield start, _run(steps, {source: part})
        progress(start + len(part), len(inputs), "events emulated")


def _run(steps: tuple[Step, ...], tensors: dict[str, Array]) -> dict[str, Array]:
    for step in steps:
        tensors[step.output] = step.compute(tensors[step.source])
    return tensors
