"""An adder graph cut into pipeline stages.

A value belongs to the stage in which it is computed; stage 0 is the cycle in which the inputs are
valid. Where a value is used in a later stage, registers lie between. Each operation is placed as
early as its inputs and the length of a stage allow; delays are those of alkaid, which has them from
place and route (adder 1.094 ns + 0.0254 ns a bit, on a VU13P-2; alkaid 0.8.2,
``alkaid/trace/passes/surrogate.py``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from alkaid.trace import trace
from alkaid.trace.passes import (
    add_surrogate,
    canonical_sort,
    common_subexpr_elimin,
    dead_code_elimin,
    null_quant_elimin,
)
from alkaid.trace.passes.canon import canonicalize_outputs, const_propagation

from codesign.design.intervals import Interval
from codesign.design.precision import Precision
from codesign.firmware.rtl.bits import variable
from codesign.firmware.rtl.groups import LayerGroup
from codesign.firmware.rtl.layers import layer_variables
from codesign.firmware.rtl.sums import Variables, as_array

_INPUT = -1
_CONSTANT = 5


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """A tensor where it enters a graph.

    Attributes:
        name: Of the tensor.
        precision: Its format.
        bounds: Of its elements.
        arrivals: When each element is there, in nanoseconds after the clock edge.
    """

    name: str
    precision: Precision
    bounds: Interval
    arrivals: Sequence[float]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A scheduled adder graph.

    Attributes:
        logic: alkaid's program; its inputs are the elements of the tensors, in order.
        tensors: Its inputs.
        precision: Of its output.
        stages: The stage of each operation.
        latency_cycles: The stage in which the last element of the output is computed.
        arrivals: When each element of the output is there within that stage, in nanoseconds.
    """

    logic: Any
    tensors: tuple[Tensor, ...]
    precision: Precision
    stages: tuple[int, ...]
    latency_cycles: int
    arrivals: tuple[float, ...]


def build_graph(group: LayerGroup, tensors: Sequence[Tensor], stage_ns: float) -> Graph:
    """Return the graph of a group of layers.

    Args:
        group: The layers.
        tensors: What they read, in the order of ``group.inputs``.
        stage_ns: The longest path between two registers.
    """
    inputs = {tensor.name: _variables(tensor) for tensor in tensors}
    made: dict[str, Variables] = dict(inputs)
    formats = {tensor.name: tensor.precision for tensor in tensors}
    for layer in group.layers:
        read = [made[name] for name in layer.inputs]
        made[layer.name] = layer_variables(layer, read, [formats[name] for name in layer.inputs])
        formats[layer.name] = layer.precision
    outputs = made[group.output.name].ravel()
    flat = [value for tensor in tensors for value in inputs[tensor.name].ravel()]
    logic = traced(flat, list(outputs))
    times = np.concatenate([np.asarray(tensor.arrivals, dtype=np.float64) for tensor in tensors])
    return _scheduled(logic, tuple(tensors), times, group.output.precision, stage_ns)


def _variables(tensor: Tensor) -> Variables:
    ends = zip(tensor.bounds.low.ravel(), tensor.bounds.high.ravel(), tensor.arrivals, strict=True)
    found = [variable(int(low), int(high), time) for low, high, time in ends]
    return as_array(found, tensor.bounds.low.shape)


def traced(inputs: list[Any], outputs: list[Any]) -> Any:
    """Return alkaid's program; its inputs keep their places though they may not be used.

    alkaid's own list of passes is not run: its ``canonicalize_msb_wraps`` takes another bit where a
    single bit is cut out of a scaled number, and its retracing widens the inputs' bounds (0.8.2).
    """
    found = trace(inputs, outputs, optimize=False)
    for apply in (const_propagation, canonicalize_outputs, _without_dead):
        found = apply(found)
    for apply in (common_subexpr_elimin, _without_dead, null_quant_elimin, _without_dead):
        found = apply(found)
    return canonical_sort(add_surrogate(found))


def _without_dead(logic: Any) -> Any:
    return dead_code_elimin(logic, keep_dead_inputs=True)


def _scheduled(
    logic: Any,
    tensors: tuple[Tensor, ...],
    times: np.ndarray[Any, Any],
    precision: Precision,
    stage_ns: float,
) -> Graph:
    stages, ends = [], []
    for operation in logic.ops:
        if operation.opcode == _INPUT:
            stages.append(0)
            ends.append(float(times[operation.data[0]]))
            continue
        before = [(stages[at], ends[at]) for at in operation.addr]
        earliest = max((logic.ops[at].latency for at in operation.addr), default=0.0)
        stage, end = _place(before, operation.latency - earliest, stage_ns)
        stages.append(stage)
        ends.append(end)
    outputs = [index for index in logic.out_idxs if index >= 0]
    latency = max((stages[index] for index in outputs), default=0)
    arrivals = tuple(
        ends[index] if index >= 0 and stages[index] == latency else 0.0 for index in logic.out_idxs
    )
    return Graph(logic, tensors, precision, tuple(stages), latency, arrivals)


def _place(before: Sequence[tuple[int, float]], delay: float, stage_ns: float) -> tuple[int, float]:
    """Return the stage in which an operation ends, and when."""
    stage = max((stage for stage, _ in before), default=0)
    start = max((time for at, time in before if at == stage), default=0.0)
    if delay and start + delay > stage_ns + 1e-9 and start > 0:
        return stage + 1, delay
    return stage, start + delay


def last_stages(graph: Graph) -> Mapping[int, int]:
    """Return the last stage in which each operation's value is needed."""
    last: dict[int, int] = {}
    for index, operation in enumerate(graph.logic.ops):
        for at in operation.addr:
            last[at] = max(last.get(at, 0), graph.stages[index])
    for index in graph.logic.out_idxs:
        if index >= 0:
            last[index] = max(last.get(index, 0), graph.latency_cycles)
    return last
