"""What each model of a cost looks at: numbers computed from a layer before any fit.

A model predicts a quantity as a sum of features times coefficients. The quantities are named here,
each with the features that it may use.

Source: hls4ml 1.3.0, ``nnet_utils/nnet_dense_latency.h`` and ``nnet_dense_resource.h``: what is
unrolled, what is shared, what is stored; the forms of the sums were found on the tables of
:mod:`codesign.estimate.facts`.
"""

from collections.abc import Mapping
from enum import StrEnum

from codesign.estimate.kernel import Kernel

Features = Mapping[str, float]

DSP_LUTS = 5.0
"""Look-up tables around each DSP block in a C-synthesis report.

Source: operators of public C-synthesis reports of Vivado HLS and Vitis HLS, 1 to 6.
"""


class Quantity(StrEnum):
    """What is predicted, by stage, strategy and region of the reuse factor."""

    LATENCY_LUT = "latency.lut"
    LATENCY_FF = "latency.ff"
    LATENCY_CYCLES = "latency.cycles"
    SHALLOW_LUT = "resource.lut.shallow"
    """Reuse factor up to the number of inputs."""
    DOUBLE_LUT = "resource.lut.double"
    """Reuse factor twice the number of inputs."""
    DEEP_LUT = "resource.lut.deep"
    """Reuse factor above twice the number of inputs."""
    SHALLOW_FF = "resource.ff.shallow"
    DEEP_FF = "resource.ff.deep"
    """Reuse factor above the number of inputs."""
    RESOURCE_CYCLES = "resource.cycles"
    RESOURCE_BRAM = "resource.bram_18k"
    CONV_SHALLOW_LUT = "conv.lut.shallow"
    """Of a convolution with ``io_stream`` in strategy resource; reuse factor below the inputs."""
    CONV_DEEP_LUT = "conv.lut.deep"
    """The same; reuse factor of the number of inputs and above."""
    CONV_SHALLOW_FF = "conv.ff.shallow"
    CONV_DEEP_FF = "conv.ff.deep"
    CONV_CYCLES = "conv.cycles"
    """For each pixel that enters."""
    LOGIC_LUT = "logic.latency.lut"
    LOGIC_FF = "logic.latency.ff"
    """From the flip-flops after C-synthesis."""
    LOGIC_DSP = "logic.latency.dsp"
    """From the DSP blocks after C-synthesis."""
    RTL_COST = "rtl.cost"
    """Adder bits of a graph, from its constants: a product of powers."""
    RTL_LUT = "rtl.lut"
    """Of an adder graph whose adder bits are known."""
    RTL_MOVES_LUT = "rtl.moves.lut"
    """Of a module without constants."""
    RTL_REGISTERS = "rtl.registers"
    """Bits between the stages of a graph, from its adder bits and latency."""
    RTL_FF = "rtl.ff"
    """From the bits between stages."""
    RTL_PATH = "rtl.path"
    """Nanoseconds of the longest path of a design."""
    RTL_ENGINE_LUT = "rtl.engine.lut"
    RTL_ENGINE_FF = "rtl.engine.ff"
    RTL_DESIGN_LUT = "rtl.design.lut"
    """Of a whole design whose schedule is known, from the sum of its modules."""
    RTL_DESIGN_FF = "rtl.design.ff"
    RTL_FORECAST_LUT = "rtl.forecast.lut"
    """Of a whole design of which only the network is known, from the sum of its modules."""
    RTL_FORECAST_FF = "rtl.forecast.ff"
    PLACED_LUT = "rtl.placed.lut"
    """After place and route, from the adder bits of a whole design."""
    PLACED_FF = "rtl.placed.ff"


def unrolled_features(kernel: Kernel, *, dsp: float, cycles: float) -> Features:
    """Return the features of a matrix in strategy latency.

    Args:
        kernel: The matrix.
        dsp: DSP blocks that its multipliers share.
        cycles: Clock periods that its longest path takes, not rounded.
    """
    return {
        "adder_bits": kernel.adder_bits,
        "shift_add_bits": kernel.shift_add_bits,
        "fabric_luts": kernel.fabric_luts,
        "dsp": dsp,
        "input_bits": kernel.inputs * kernel.data_width,
        "adder_bit_cycles": kernel.adder_bits * cycles,
    }


def path_features(kernel: Kernel) -> Features:
    """Return the features of the longest path of a matrix in strategy latency, for nanoseconds."""
    return {
        "start": 1.0,
        "depth": float(kernel.depth),
        "depth_bits": float(kernel.depth * kernel.accumulator_width),
    }


def shared_features(kernel: Kernel, *, reuse_factor: int) -> Features:
    """Return the features of a matrix in strategy resource.

    Args:
        kernel: The matrix.
        reuse_factor: A legal one, above 1.
    """
    multipliers = block_factor(kernel, reuse_factor)
    return {
        "constant": 1.0,
        "input_bits": kernel.inputs * kernel.data_width,
        "output_bits": kernel.outputs * kernel.data_width,
        "multiplier_bits": multipliers * kernel.data_width,
        "selected_outputs": multipliers * 2 ** (kernel.outputs - 1).bit_length(),
        "weight_bits": multipliers * kernel.weight_width,
    }


def block_factor(kernel: Kernel, reuse_factor: int) -> int:
    """Return how many multiplications are done at once.

    Source:
        hls4ml 1.3.0, ``nnet_utils/nnet_dense_resource.h``, ``DIV_ROUNDUP(n_in * n_out, RF)``.
    """
    return -(-kernel.multiplications // reuse_factor)


def block_rams(kernel: Kernel, reuse_factor: int) -> int:
    """Return the block RAMs of 18 Kb that hold the weights: words of all weights used at once.

    Source:
        AMD UG573, "Block RAM Summary": 512 words of 36 bits; 97 % of the rows of
        wa-hls4ml-search@8e70542 within one block.
    """
    word = block_factor(kernel, reuse_factor) * kernel.weight_width
    return -(-word // 36) * -(-reuse_factor // 512)
