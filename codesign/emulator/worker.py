"""Run a compiled network on chunks of events, in memory that is used again."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from codesign.design.contract import NetworkInput
from codesign.design.fixed_point import Integers
from codesign.design.precision import Overflow, Precision
from codesign.emulator.arithmetic import Array
from codesign.emulator.buffers import Buffers
from codesign.emulator.compile import Group, Program
from codesign.errors import InvalidDataError


class Worker:
    """What one thread needs to run a program; a chunk's arrays live until the next chunk.

    Attributes:
        outside: How many values have overflowed so far, by layer and kind; counted if asked for.
    """

    def __init__(self, program: Program, *, counts: bool = False) -> None:
        self.outside: Counter[tuple[str, Overflow]] = Counter()
        self._program = program
        self._counts = counts
        self._buffers: dict[str, Buffers] = defaultdict(Buffers)

    def run(self, events: Mapping[str, Integers]) -> dict[str, Array]:
        """Return the tensors of a chunk of events, the events in the last dimension.

        Raises:
            InvalidDataError: If an input leaves its range.
        """
        tensors: dict[str, Array] = {}
        for node in self._program.network.inputs:
            dtype = self._program.input_dtypes[node.name]
            tensors[node.name] = _enter(node, events[node.name], dtype, self._buffers[node.name])
        for group in self._program.groups:
            tensors[group.output] = self._run(group, tensors)
        return tensors

    def _run(self, group: Group, tensors: Mapping[str, Array]) -> Array:
        buffers = self._buffers[group.output]
        sources = [
            _cast(tensors[name], group.dtype, buffers, f"source {index}")
            for index, name in enumerate(group.sources)
        ]

        def finish(values: Array) -> Array:
            for step in group.steps:
                if self._counts and step.fit is not None:
                    self._count(group.layer, step.fit.precision, values)
                values = step.compute(values)
            return values

        return group.head(sources, buffers, finish)

    def _count(self, layer: str, precision: Precision, values: Array) -> None:
        outside = (values < precision.min_hw) | (values > precision.max_hw)
        self.outside[layer, precision.overflow] += int(outside.sum())


def _cast(values: Array, dtype: type[Any], buffers: Buffers, name: str) -> Array:
    return values if values.dtype == dtype else buffers.copy(name, source=values, dtype=dtype)


def _enter(node: NetworkInput, events: Integers, dtype: type[Any], buffers: Buffers) -> Array:
    """Return a chunk of an input in the type of the arithmetic, events last."""
    if len(node.shape) == 1:
        held = buffers.take("events", shape=events.shape, dtype=dtype)
        np.copyto(held, events, casting="unsafe")
        found = held.T
    else:
        shape = (node.shape[-1], *node.shape[:-1], len(events))
        held = buffers.take("events", shape=shape, dtype=dtype)
        found = np.moveaxis(held, 0, -2)
        np.copyto(np.moveaxis(found, -1, 0), events, casting="unsafe")
    low, high = node.precision.min_hw, node.precision.max_hw
    # the type holds every integer in range, and rounds one outside never into it
    if held.min() < low or held.max() > high:
        msg = (
            f"input {node.name}: hardware integers in [{events.min()}, {events.max()}] leave the "
            f"range [{low}, {high}] of {node.precision}"
        )
        raise InvalidDataError(msg)
    return found
