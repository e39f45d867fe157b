"""What decides the cost of a module of RTL: counts over its constants and formats.

A module is one layer that mixes elements and the element-wise layers behind it. Its constants
become an adder graph, in which equal partial sums are made once, or the ROM of an engine, whose
multipliers take turns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import prod

import numpy as np

from codesign.design.fixed_point import Integers
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    Conv,
    Dense,
    DepthwiseConv,
    Function,
    Pool,
    PoolFunction,
    Reshape,
    Scale,
    Slice,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.errors import UnsupportedLayerError
from codesign.estimate.digits import signed_digits

MatrixLayer = Dense | Conv | DepthwiseConv | Scale
_MOVES = Reshape | Slice | Transpose | Concatenate | ZeroPad | UpSample


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
        data_width: Bits of the data.
        sum_width: Bits of the sums.
        relu_bits: Bits that are cleared where a number is negative.
        round_bits: Bits of numbers that are rounded to the nearest.
        clip_bits: Bits of numbers that saturate.
        select_bits: Bits of the larger of two numbers.
        add_bits: Bits of additions of variables.
        after: Element-wise layers behind the first.
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


def rtl_counts(network: QuantizedNetwork, layers: Sequence[AnyLayer]) -> RtlCounts:
    """Return the counts of the layers of a module.

    Raises:
        UnsupportedLayerError: If there is no model of a layer, by its name.
    """
    totals = {field.name: 0 for field in fields(RtlCounts)}
    for layer in layers:
        for name, value in _of(layer, network).items():
            totals[name] += value
    totals["after"] = len(layers) - 1
    return RtlCounts(**totals)


def column_digits(kernel: Integers) -> Integers:
    """Return the signed digits of each column of a kernel, shape (outputs,)."""
    return signed_digits(kernel.reshape(-1, kernel.shape[-1])).sum(axis=0)


def _of(layer: AnyLayer, network: QuantizedNetwork) -> dict[str, int]:
    data = network.precision(layer.inputs[0])
    elements = prod(layer.shape)
    match layer:
        case Dense() | Conv() | DepthwiseConv() | Scale():
            found = _matrix(layer, data)
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
        case Reshape() | Slice() | Transpose() | Concatenate() | ZeroPad() | UpSample():
            found, put = {}, _put(data, layer.precision, elements)
        case _:
            msg = (
                f"{layer.name}: there is no model of what a layer of kind {layer.kind} costs in "
                "RTL; synthesize the design instead: codesign synth"
            )
            raise UnsupportedLayerError(msg)
    return {**found, **put}


def _matrix(layer: MatrixLayer, data: Precision) -> dict[str, int]:
    kernel = layer.kernel.values
    positions = prod(layer.shape[:-1])
    if isinstance(layer, Scale):
        kernel = np.diag(kernel)
    elif isinstance(layer, DepthwiseConv):
        # each channel has a matrix of its own
        kernel = np.moveaxis(kernel, -2, 0).reshape(kernel.shape[-2], -1, kernel.shape[-1])
        kernel = np.concatenate(list(kernel), axis=1)
    matrix = kernel.reshape(-1, kernel.shape[-1])
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
        "data_width": data.width,
        "sum_width": layer.accumulator.width,
    }


def _put(source: Precision, target: Precision, elements: int) -> dict[str, int]:
    """Return what putting numbers of one grid onto another takes."""
    rounds = target.rounding is not Rounding.TRN and source.fraction > target.fraction
    fits = source.smallest >= target.smallest and source.largest <= target.largest
    clips = target.overflow is not Overflow.WRAP and not fits
    bits = elements * target.width
    return {"round_bits": bits * rounds, "clip_bits": bits * clips}
