"""The adders that sum the products of an unrolled matrix.

The products of one output are added in pairs, the sums again in pairs, and so on, the bias as the
first operand. A product is cut to the accumulator's last bit before it is added. An adder is as
wide as its operands overlap: below the higher of their lowest bits nothing is added.

Source: hls4ml 1.3.0, ``nnet_utils/nnet_dense_latency.h`` (order of the sum, truncation to accum_t);
the balanced tree and the widths after C-synthesis reports of Vivado HLS 2020.1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers
from codesign.design.layers import Weighted
from codesign.design.precision import Precision
from codesign.estimate.digits import stored_bits, trailing_zeros


@dataclass(frozen=True, slots=True, kw_only=True)
class AdderTree:
    """The adders of all outputs.

    Attributes:
        bits: The sum of the widths of all adders.
        adders: How many.
        depth: How many follow each other on the longest path.
    """

    bits: int
    adders: int
    depth: int


_Bits = NDArray[np.int32]
_NOWHERE = 2**20  # the lowest bit of an operand that does not exist


def adder_tree(layer: Weighted, matrix: Integers, data: Precision) -> AdderTree:
    """Return the adders of a layer whose zero weights vanish.

    Args:
        layer: Gives formats and bias.
        matrix: Its kernel as hardware integers, shape (inputs, outputs).
        data: The format of its input.
    """
    low, high = _operands(layer, matrix, data)
    count = np.count_nonzero(matrix, axis=0) + 1
    order = np.argsort(low == _NOWHERE, axis=0, kind="stable")
    depth = int(count.max() - 1).bit_length()
    low, high = (_filled(np.take_along_axis(bits, order, axis=0), 2**depth) for bits in (low, high))
    low[len(order) :] = _NOWHERE
    width, total = layer.accumulator.width, 0
    while len(low) > 1:
        both = low[1::2] != _NOWHERE
        high = np.minimum(np.maximum(high[0::2], high[1::2]) + both, width)
        total += int((np.maximum(high - np.maximum(low[0::2], low[1::2]), 0) * both).sum())
        low = np.minimum(low[0::2], low[1::2])
    return AdderTree(bits=total, adders=int(count.sum()) - len(count), depth=depth)


def _operands(layer: Weighted, matrix: Integers, data: Precision) -> tuple[_Bits, _Bits]:
    """Return the lowest bit of each operand and the one above its highest; the bias comes first.

    Bits are counted from the last one of the accumulator that a product can reach: zeros that the
    accumulator holds below are added too.
    """
    cut = data.fraction + layer.kernel.precision.fraction - layer.accumulator.fraction
    bias = layer.bias.values[None, :]
    up = layer.accumulator.fraction - layer.bias.precision.fraction
    lowest = trailing_zeros(np.concatenate([bias, matrix]))
    stored = stored_bits(np.concatenate([bias, matrix]))
    low, high = lowest - max(cut, 0), stored + (data.width - cut)
    low[0], high[0] = lowest[0] + up + min(cut, 0), stored[0] + up
    low[0, bias[0] == 0], high[0, bias[0] == 0] = 0, 0
    low, high = np.maximum(low, 0), np.clip(high, 0, layer.accumulator.width)
    low[1:][matrix == 0], high[1:][matrix == 0] = _NOWHERE, 0
    return low.astype(np.int32), high.astype(np.int32)


def _filled(bits: _Bits, rows: int) -> _Bits:
    """Return as many rows as asked for: cut, or filled up with zeros."""
    filled = np.zeros((rows, bits.shape[1]), dtype=np.int32)
    filled[: len(bits)] = bits[:rows]
    return filled
