"""What each layer needs of the emulator: a head, operations after it, room for its integers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from codesign.design.intervals import (
    Interval,
    LeakyGrid,
    MovingLayer,
    WeightedLayer,
    aligned_weights,
    hard_sigmoid_grid,
    largest_merged,
    largest_partial_sum,
    merge_shifts,
    merge_values,
    move,
    pool_values,
    steps_interval,
    table_interval,
    thresholds_hw,
    weighted_sums,
)
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    Conv,
    Dense,
    DepthwiseConv,
    Function,
    Merge,
    MergeFunction,
    Pool,
    Reshape,
    Scale,
    Slice,
    Softmax,
    Steps,
    Table,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.design.precision import Precision
from codesign.emulator.arithmetic import INTEGERS_ONLY, Chain
from codesign.emulator.convolution import convolution_head, pool_head
from codesign.emulator.heads import (
    Head,
    Weights,
    copy_head,
    dense_head,
    scale_head,
    softmax_head,
)
from codesign.emulator.moving import concatenate_head, merge_head, moving_head

MakeHead = Callable[[type[Any], int], Head]
"""Makes a head of a type of arithmetic whose result is scaled by a power of two."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How a layer is computed.

    Attributes:
        chain: The operations on each element after the head.
        head: Makes the head.
        scales: Whether the head can scale its result at no cost.
        views: Whether the head looks into the memory of what it reads.
    """

    chain: Chain
    head: MakeHead
    scales: bool = False
    views: bool = False


def plan_layer(layer: AnyLayer, formats: Sequence[Precision], bounds: Sequence[Interval]) -> Plan:
    """Return the plan of a layer for inputs of given formats within bounds."""
    data, first = formats[0], bounds[0]
    match layer:
        case Dense() | Conv() | DepthwiseConv() | Scale():
            return _weighted(layer, data, first)
        case Activation() | Steps() | Table():
            return _elementwise(layer, data, first)
        case Pool():
            chain = Chain(*pool_values(layer, data, first), largest=first.magnitude)
            chain.put(layer.precision)
            return Plan(chain, lambda dtype, _: pool_head(layer, dtype))
        case ZeroPad() | UpSample() | Reshape() | Transpose() | Slice():
            return _moving(layer, data, first)
        case Softmax():
            full = Interval.full(layer.precision, layer.shape)
            chain = Chain(full, layer.precision.fraction, largest=INTEGERS_ONLY)
            return Plan(chain, lambda *_: softmax_head(layer, data))
        case Concatenate():
            parts = [
                part.put(one.fraction, layer.precision)
                for one, part in zip(formats, bounds, strict=True)
            ]
            chain = Chain(parts[0], layer.precision.fraction, largest=_largest(parts))
            return Plan(chain, lambda dtype, _: concatenate_head(layer, dtype))
        case Merge():
            return _merge(layer, formats, bounds)


def plan_part(layer: Concatenate, data: Precision, bounds: Interval) -> Plan:
    """Return how one input of a concatenation comes onto the grid of its output."""
    chain = Chain(bounds, data.fraction)
    chain.put(layer.precision)
    return Plan(chain, copy_head, scales=True)


def _weighted(layer: WeightedLayer, data: Precision, bounds: Interval) -> Plan:
    largest = max(bounds.magnitude, largest_partial_sum(layer, data, bounds))
    fraction = layer.accumulator.fraction
    chain = Chain(weighted_sums(layer, data, bounds), fraction, largest=largest)
    chain.fit(layer.accumulator)
    chain.put(layer.precision)
    aligned = aligned_weights(layer, data)

    def head(dtype: type[Any], exponent: int) -> Head:
        weights = Weights.of(aligned, dtype, exponent)
        match layer:
            case Dense():
                return dense_head(weights)
            case Scale():
                return scale_head(weights)
            case Conv() | DepthwiseConv():
                return convolution_head(layer, weights)

    return Plan(chain, head, scales=True)


def _elementwise(layer: Activation | Steps | Table, data: Precision, bounds: Interval) -> Plan:
    chain = Chain(bounds, data.fraction)
    match layer:
        case Activation():
            _activate(chain, layer, data)
        case Steps():
            found = steps_interval(layer, data, bounds)
            chain.search(thresholds_hw(layer, data), layer.levels.values, found)
        case Table():
            chain.look_up(layer.values.values, data.min_hw, table_interval(layer, data, bounds))
    return Plan(chain, copy_head, scales=True)


def _activate(chain: Chain, layer: Activation, data: Precision) -> None:
    match layer.function:
        case Function.LINEAR:
            pass
        case Function.RELU:
            chain.clip(0, None)
        case Function.LEAKY_RELU:
            chain.leak(LeakyGrid.of(layer, data))
        case Function.HARD_SIGMOID:
            fraction, up = hard_sigmoid_grid(data)
            chain.affine(up, 1 << (fraction - 1))
            chain.clip(0, 1 << fraction)
            chain.fraction = fraction
    chain.put(layer.precision)
    chain.clip(None, layer.ceiling)


def _moving(layer: MovingLayer, data: Precision, bounds: Interval) -> Plan:
    chain = Chain(bounds.map(lambda end: move(layer, end)), data.fraction)
    chain.put(layer.precision)
    copies = bool(chain.operations)
    return Plan(chain, lambda *_: moving_head(layer, copies=copies), views=not copies)


def _merge(layer: Merge, formats: Sequence[Precision], bounds: Sequence[Interval]) -> Plan:
    largest = max(_largest(bounds), largest_merged(layer, formats, bounds))
    chain = Chain(*merge_values(layer, formats, bounds), largest=largest)
    chain.put(layer.precision)
    multiplies = layer.function is MergeFunction.MULTIPLY
    shifts = [0] * len(formats) if multiplies else merge_shifts(formats)
    return Plan(chain, lambda dtype, _: merge_head(layer, shifts, dtype))


def _largest(bounds: Sequence[Interval]) -> int:
    return max(part.magnitude for part in bounds)
