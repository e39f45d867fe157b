"""What decides the cost of a module of RTL: counts over its constants and formats.

A module is one layer that mixes elements and the element-wise layers behind it. Its constants
become an adder graph, in which equal partial sums are made once, or the ROM of an engine, whose
multipliers take turns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import prod

import numpy as np

from codesign.design.fixed_point import Integers
from codesign.design.intervals import Interval, weighted_sums
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
    PoolFunction,
    Reshape,
    Scale,
    Slice,
    Table,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.errors import UnsupportedLayerError
from codesign.estimate.digits import signed_digits, stored_bits

_LUT_INPUTS = 6
MatrixLayer = Dense | Conv | DepthwiseConv | Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class RtlCounts:
    """Counts over the layers of a module; 0 for what it does not have.

    Attributes:
        positions: How often its matrix is applied an event.
        inputs: Rows of the matrix with a weight that is not 0.
        outputs: Its columns with one.
        nonzero: Weights that are not 0.
        digits: Their signed digits.
        additions: That sum the digits of each column if no sum is made once for two.
        most_terms: The most digits of one column.
        data_width: Bits of the data, those that are always the same left out; their mean.
        sum_width: Bits that the sums need; their mean.
        relu_bits: Bits that are cleared where a number is negative.
        round_bits: Bits of numbers that are rounded to the nearest.
        clip_bits: Bits of numbers that saturate.
        select_bits: Bits of the larger of two numbers.
        add_bits: Bits of additions of variables.
        after: Element-wise layers behind the first.
        table_luts: Look-up tables of six inputs that hold its tables.
        product_bits: Bits of products of two variables, the width of one times that of the other.
    """

    positions: int = 0
    inputs: int = 0
    outputs: int = 0
    nonzero: int = 0
    digits: int = 0
    additions: int = 0
    most_terms: int = 0
    data_width: int = 0
    sum_width: int = 0
    relu_bits: int = 0
    round_bits: int = 0
    clip_bits: int = 0
    select_bits: int = 0
    add_bits: int = 0
    after: int = 0
    table_luts: int = 0
    product_bits: int = 0


NO_LAYERS = RtlCounts()
"""Of a module that computes nothing: a delay."""


def rtl_counts(
    network: QuantizedNetwork, layers: Sequence[AnyLayer], bounds: Mapping[str, Interval]
) -> RtlCounts:
    """Return the counts of the layers of a module.

    Args:
        network: The network.
        layers: Of the module.
        bounds: Of every tensor (:func:`codesign.design.intervals.intervals`): bits that a number
            cannot need are not built.

    Raises:
        UnsupportedLayerError: If there is no model of a layer, by its name.
    """
    totals = {field.name: 0 for field in fields(RtlCounts)}
    for layer in layers:
        for name, value in _of(layer, network, bounds[layer.inputs[0]]).items():
            totals[name] += value
    totals["after"] = len(layers) - 1
    return RtlCounts(**totals)


def _of(layer: AnyLayer, network: QuantizedNetwork, bounds: Interval) -> dict[str, int]:
    data = network.precision(layer.inputs[0])
    elements = prod(layer.shape)
    match layer:
        case Dense() | Conv() | DepthwiseConv() | Scale():
            found = _matrix(layer, data, bounds)
            put = _put(layer.accumulator, layer.precision, elements)
        case Activation():
            relu = layer.function is not Function.LINEAR and data.signed
            found = {"relu_bits": elements * layer.precision.width * relu}
            put = _put(data, layer.precision, elements)
        case Pool():
            steps = elements * (prod(layer.size) - 1)
            kind = "select_bits" if layer.function is PoolFunction.MAX else "add_bits"
            found = {kind: steps * data.width}
            put = _put(data, layer.precision, elements)
        case Table():
            addresses = max(data.width - _LUT_INPUTS, 0)
            found = {"table_luts": elements * layer.values.precision.width * 2**addresses}
            put = {}
        case Merge():
            found = _merge(layer, [network.precision(name).width for name in layer.inputs])
            put = _put(data, layer.precision, elements)
        case Reshape() | Slice() | Transpose() | Concatenate() | ZeroPad() | UpSample():
            found, put = {}, _put(data, layer.precision, elements)
        case _:
            msg = (
                f"{layer.name}: there is no model of what a layer of kind {layer.kind} costs in "
                "RTL; synthesize the design instead: codesign synth"
            )
            raise UnsupportedLayerError(msg)
    return {**found, **put}


def needed_bits(bounds: Interval) -> Integers:
    """Return the bits that each number of a tensor needs, 0 for one that is always the same."""
    widths = np.maximum(stored_bits(bounds.low), stored_bits(bounds.high))
    widths[bounds.low == bounds.high] = 0
    return widths


def sum_widths(layer: MatrixLayer, data: Precision, bounds: Interval) -> Integers:
    """Return the bits that each sum of a layer needs, no more than its accumulator has."""
    sums = weighted_sums(layer, data, bounds)
    needed = np.maximum(stored_bits(sums.low), stored_bits(sums.high))
    return np.minimum(needed, layer.accumulator.width)


def _merge(layer: Merge, widths: Sequence[int]) -> dict[str, int]:
    elements = prod(layer.shape)
    if layer.function is MergeFunction.MULTIPLY:
        return {"product_bits": elements * prod(widths)}
    selects = layer.function in {MergeFunction.MAXIMUM, MergeFunction.MINIMUM}
    kind = "select_bits" if selects else "add_bits"
    return {kind: elements * (len(widths) - 1) * max(widths)}


def _matrix(layer: MatrixLayer, data: Precision, bounds: Interval) -> dict[str, int]:
    kernel = layer.kernel.values
    positions = prod(layer.shape[:-1])
    if isinstance(layer, Scale):
        kernel = np.diag(kernel)
    elif isinstance(layer, DepthwiseConv):
        # each channel has a matrix of its own
        kernel = np.moveaxis(kernel, -2, 0).reshape(kernel.shape[-2], -1, kernel.shape[-1])
        kernel = np.concatenate(list(kernel), axis=1)
    matrix = kernel.reshape(-1, kernel.shape[-1])
    widths = needed_bits(bounds)
    if widths.shape == matrix.shape[:1]:
        matrix = matrix * (widths > 0)[:, None]
    digits = signed_digits(matrix)
    columns = digits.sum(axis=0)
    terms = columns + (layer.bias.values.ravel() != 0)
    return {
        "positions": positions,
        "inputs": int(matrix.any(axis=1).sum()),
        "outputs": int((columns > 0).sum()),
        "nonzero": int(np.count_nonzero(matrix)),
        "digits": int(digits.sum()),
        "additions": int(np.maximum(terms - 1, 0).sum()),
        "most_terms": int(terms.max(initial=0)),
        "data_width": round(float(widths[widths > 0].mean())) if widths.any() else 0,
        "sum_width": round(float(sum_widths(layer, data, bounds).mean())),
    }


def _put(source: Precision, target: Precision, elements: int) -> dict[str, int]:
    """Return what putting numbers of one grid onto another takes."""
    rounds = target.rounding is not Rounding.TRN and source.fraction > target.fraction
    fits = source.smallest >= target.smallest and source.largest <= target.largest
    clips = target.overflow is not Overflow.WRAP and not fits
    bits = elements * target.width
    return {"round_bits": bits * rounds, "clip_bits": bits * clips}
