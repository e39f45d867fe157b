"""Layers without a matrix: activations, look-up tables, softmax, and casts onto another grid.

Their figures are ranges seen in reports, not fits; so is the interval that is given. ``lanes`` is
how many numbers are worked on at once: those of a tensor with ``io_parallel``, those of its last
dimension with ``io_stream``.
"""

from codesign.design.fixed_point import Integers
from codesign.design.layers import Activation, Function, Softmax, Steps, Table
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.design.report import ZERO, Figure, Usage
from codesign.estimate.cost import COUNTED, FREE, Cost, after_logic, rounded, scaled
from codesign.estimate.kernel import DSP_BITS, multiplier_luts
from codesign.estimate.operators import adder, comparator, selector

_REFERENCE_BITS = 16
_RELU_LUT = Figure(value=28, low=20, high=36)
"""Of one element of 16 bits that is cut off.

Source: C-synthesis reports of hls4ml MLPs (nrp-nautilus/6nrp-hls4ml@3a010ef), 28 an element.
"""
_CAST_LUT = Figure(value=34, low=15, high=54)
"""What rounding half to even and saturation add to one element of 16 bits.

Source: hftsoi/sparse-pixels@4a81ebf: 43 to 82 an element in all.
"""
_SOFTMAX_LUT = Figure(value=155, low=90, high=220)
"""Of one element. Source: C-synthesis reports of hls4ml softmax layers, 90 to 220."""
_SOFTMAX_CYCLES = Figure(value=5, low=3, high=5)
"""Source: as above; 5 in nrp-nautilus/6nrp-hls4ml@3a010ef (Vitis HLS 2022.2)."""
_TABLE_LUT = Figure(value=134, low=16, high=142)
"""Of one element. Source: hls4ml sigmoid and tanh in C-synthesis reports, 126 to 142; the address
of a table of codesign needs one addition alone."""
_TABLE_CYCLES = Figure(value=2, low=1, high=3)
"""Source: as above."""
_BLOCK_BITS = 18 * 1024
_DISTRIBUTED_BITS = 1024
"""Up to this size a table is made of look-up tables. Source: AMD UG901, "ROM HDL Coding"."""
_LUT_WORDS = 64
"""Words of one bit in a look-up table of six inputs. Source: AMD UG574, "Look-Up Table"."""
_PORTS = 2
"""Reads of a block RAM in one cycle. Source: AMD UG573, "Block RAM Resources"."""


def activation(layer: Activation, data: Precision, *, lanes: int) -> Cost:
    """Return the cost of an activation, or of a quantizer alone.

    Args:
        layer: The activation.
        data: The format of its input.
        lanes: Numbers at once.
    """
    lut = _function(layer.function, data.width) + cast_luts(data, layer.precision)
    if layer.ceiling is not None:
        lut += comparator(layer.precision.width) + selector(layer.precision.width)
    csynth = Usage(lut=rounded(scaled(lut, lanes)))
    cost = Cost(csynth=csynth, logic=after_logic(csynth))
    plain = layer.function in (Function.LINEAR, Function.RELU) and layer.ceiling is None
    return cost if plain else cost.flagged(COUNTED)


def _function(function: Function, width: int) -> Figure:
    """Return the look-up tables of a function of one number.

    Source: ``codesign_activation.h``, the C++ that the hls4ml back ends generate.
    """
    match function:
        case Function.LINEAR:
            return ZERO
        case Function.RELU:
            return _of_width(_RELU_LUT, width)
        case Function.LEAKY_RELU:
            return scaled(comparator(width) + selector(width), 2)
        case Function.HARD_SIGMOID:
            return adder(width + 1) + scaled(comparator(width + 1) + selector(width + 1), 2)


def steps(layer: Steps, data: Precision, *, lanes: int) -> Cost:
    """Return the cost of a step function: comparators, a sum of bits, a choice of levels.

    Args:
        layer: The step function.
        data: The format of its input.
        lanes: Numbers at once.

    Source:
        ``codesign_lookup.h``, ``step_of``, the C++ that the hls4ml back ends generate.
    """
    count, width = layer.thresholds.values.size, layer.precision.width
    compared = scaled(comparator(data.width), count)
    counted = Figure(value=1.5 * count, low=count / 2, high=3 * count)
    levels = layer.levels.values.size
    lut, memory = compared + counted, ZERO
    if levels * width <= _DISTRIBUTED_BITS:
        lut += Figure.exact(-(-levels // _LUT_WORDS) * width)
    else:
        memory = _copies(layer.levels.values, width, reads=lanes)
    csynth = Usage(lut=rounded(scaled(lut, lanes)), bram_18k=memory)
    latency = Figure(value=1, low=0, high=2)
    return Cost(
        csynth=csynth, logic=after_logic(csynth), latency_cycles=latency, outside=(COUNTED,)
    )


def cast(source: Precision, target: Precision, *, lanes: int) -> Cost:
    """Return the cost of putting a tensor onto another grid."""
    luts = cast_luts(source, target)
    if luts == ZERO:
        return FREE
    csynth = Usage(lut=rounded(scaled(luts, lanes)))
    return Cost(csynth=csynth, logic=after_logic(csynth))


def cast_luts(source: Precision, target: Precision) -> Figure:
    """Return what rounding and saturation of one element take; nothing where bits are cut off."""
    rounds = target.rounding is not Rounding.TRN and source.fraction > target.fraction
    fits = source.smallest >= target.smallest and source.largest <= target.largest
    saturates = target.overflow is not Overflow.WRAP and not fits
    return scaled(_of_width(_CAST_LUT, target.width), (rounds + saturates) / 2)


def table(layer: Table, *, lanes: int) -> Cost:
    """Return the cost of an element-wise look-up table.

    Args:
        layer: The table.
        lanes: Numbers at once.
    """
    width = layer.values.precision.width
    csynth = Usage(
        lut=rounded(scaled(_TABLE_LUT, lanes)),
        bram_18k=_copies(layer.values.values, width, reads=lanes),
    )
    return Cost(
        csynth=csynth,
        logic=after_logic(csynth),
        latency_cycles=_TABLE_CYCLES,
        is_registered=True,
        outside=("tables are given by the range of a few reports, not calibrated",),
    )


def softmax(layer: Softmax, *, lanes: int) -> Cost:
    """Return the cost of a softmax by two tables.

    Args:
        layer: The softmax.
        lanes: Numbers at once.

    Source:
        hls4ml 1.3.0, ``nnet_utils/nnet_activation.h``, ``softmax_stable``: a table of exponentials
        read by every element, one of inverses read once, a multiplication an element.
    """
    elements = layer.shape[-1]
    groups = lanes // elements
    exponential, inverse = layer.exponentials.precision.width, layer.inverses.precision.width
    lut = scaled(_SOFTMAX_LUT, lanes)
    dsp = ZERO
    if max(exponential, inverse) >= DSP_BITS:
        dsp = Figure.exact(lanes)
    else:
        products = lanes * multiplier_luts(max(exponential, inverse))
        lut += Figure.exact(products)
    memory = _copies(layer.exponentials.values, exponential, reads=elements)
    memory += _copies(layer.inverses.values, inverse, reads=1)
    csynth = Usage(lut=rounded(lut), dsp=dsp, bram_18k=scaled(memory, groups))
    return Cost(
        csynth=csynth,
        logic=after_logic(csynth),
        latency_cycles=_SOFTMAX_CYCLES,
        is_registered=True,
    )


def _of_width(figure: Figure, width: int) -> Figure:
    return scaled(figure, width / _REFERENCE_BITS)


def _copies(values: Integers, width: int, *, reads: int) -> Figure:
    """Return the block RAMs of a table that is read several times in a cycle."""
    bits = values.size * width
    if bits <= _DISTRIBUTED_BITS:
        return ZERO
    blocks = -(-bits // _BLOCK_BITS)
    copies = -(-reads // _PORTS)
    return Figure(value=blocks * copies, low=blocks, high=2 * blocks * copies)
