"""What decides the cost of a matrix of constants: its integers, as hardware sees them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from codesign.design.fixed_point import Integers
from codesign.design.layers import Scale, Weighted
from codesign.design.precision import Precision
from codesign.estimate.adder_tree import adder_tree
from codesign.estimate.digits import distinct, odd_bits, signed_digits, stored_bits

DSP_BITS = 11
"""From this width on of its wider operand a multiplier goes into a DSP block.

Source: counted over the operators of public C-synthesis reports of Vivado HLS 2018.3 to Vitis HLS
2023.1; exact on the 27 latency designs of wa-hls4ml-search@8e70542.
"""
_NARROW = 5
"""Below this width of its narrower operand a product is made of look-up tables.

Source: as :data:`DSP_BITS`.
"""
_DIGITS = 3
"""Constants of fewer signed digits are shifts and one addition; from here on, multipliers.

Source: as :data:`DSP_BITS`.
"""
_MOST_USES = 1023
_TWO_DSP_BITS = 28
"""From this width on of the data a product needs two DSP48E2 blocks, whose ports are 27 x 18.

Source: AMD UG579, "DSP48E2 Functionality"; C-synthesis reports as for :data:`DSP_BITS`.
"""
_FABRIC_LUTS = np.array([0, 2, 5, 9, 13, 18, 24, 33, 40, 49, 62], dtype=np.int64)
"""Look-up tables of a multiplier by the width of its wider operand.

Source: C-synthesis reports as for :data:`DSP_BITS` for 6 to 10 bits; below, in proportion to the
product of the widths.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """Counts over a matrix of constants.

    Attributes:
        inputs: Rows of the matrix.
        outputs: Its columns.
        data_width: Bits of the data.
        weight_width: Bits of a weight as stored.
        accumulator_width: Bits of the sums.
        nonzero: Weights that are not zero.
        dsp_constants: DSP blocks if every distinct product of an input had its own.
        fabric_luts: Look-up tables of the multipliers too narrow for DSP blocks.
        shift_add_bits: Bits of the additions that make products without a multiplier.
        adder_bits: Bits of the adders that sum the products.
        adders: How many sum the products.
        depth: How many of them follow each other.
    """

    inputs: int
    outputs: int
    data_width: int
    weight_width: int
    accumulator_width: int
    nonzero: int
    dsp_constants: int
    fabric_luts: int
    shift_add_bits: int
    adder_bits: int
    adders: int
    depth: int

    @property
    def multiplications(self) -> int:
        """Products per inference, zeros included."""
        return self.inputs * self.outputs

    def multiplier_limit(self, reuse_factor: int) -> int:
        """Return how many multipliers hls4ml allows in strategy latency.

        Source:
            hls4ml 1.3.0, ``nnet_utils/nnet_dense.h``, ``DIV_ROUNDUP(n_in * n_out, reuse_factor) -
            n_zeros / reuse_factor``; the 81 latency layers of wa-hls4ml-search@8e70542, where a
            reuse factor of 1024 leaves as many as 1023.
        """
        reuse_factor = min(reuse_factor, _MOST_USES)
        zeros = self.multiplications - self.nonzero
        return max(-(-self.multiplications // reuse_factor) - zeros // reuse_factor, 1)


@lru_cache(maxsize=256)
def read_kernel(layer: Weighted, data: Precision) -> Kernel:
    """Return the counts of the matrix of a layer; remembered for the last layers.

    Of a convolution it is the matrix of one pixel: an input for each number in a window. Of a
    depthwise one it has an input for each place, and each row is read with another filter.

    Args:
        layer: Whose kernel.
        data: The format of its input.
    """
    values = layer.kernel.values
    matrix = values[None, :] if isinstance(layer, Scale) else values.reshape(-1, layer.shape[-1])
    rows = values[:, None] if isinstance(layer, Scale) else values.reshape(-1, values.shape[-1])
    tree = adder_tree(layer, matrix, data)
    dsp, fabric, shift_adds = _products(rows, data.width)
    return Kernel(
        inputs=matrix.shape[0],
        outputs=matrix.shape[1],
        data_width=data.width,
        weight_width=layer.kernel.precision.width,
        accumulator_width=layer.accumulator.width,
        nonzero=int(np.count_nonzero(values)),
        dsp_constants=dsp,
        fabric_luts=fabric,
        shift_add_bits=shift_adds,
        adder_bits=tree.bits,
        adders=tree.adders,
        depth=tree.depth,
    )


def multiplier_luts(width: int) -> int:
    """Return the look-up tables of a multiplier without DSP block, by its wider operand."""
    return int(_FABRIC_LUTS[min(width, len(_FABRIC_LUTS) - 1)])


def _products(rows: Integers, data_width: int) -> tuple[int, int, int]:
    """Return DSP blocks, look-up tables of multipliers and bits of shift-additions.

    Equal products of one input are made once; a product and its negative are two.

    Args:
        rows: One row an input.
        data_width: Bits of the data.
    """
    rows = np.sort(rows, axis=1)
    constants = rows[distinct(rows)]
    digits, bits = signed_digits(constants), stored_bits(constants)
    wider, narrower = np.maximum(bits, data_width), np.minimum(bits, data_width)
    multiplied = (digits >= _DIGITS) & (bits >= _NARROW) & (narrower >= min(_NARROW, data_width))
    in_dsp = multiplied & (wider >= DSP_BITS) & (narrower >= _NARROW)
    in_fabric = multiplied & ~in_dsp & (wider < DSP_BITS)
    shifted = (digits >= 2) & ~in_dsp & ~in_fabric
    blocks = 1 + (data_width >= _TWO_DSP_BITS)
    luts = int(_FABRIC_LUTS[wider[in_fabric]].sum())
    adds = (digits - 1) * (data_width + odd_bits(constants))
    return int(in_dsp.sum()) * blocks, luts, int(adds[shifted].sum())
