import numpy as np
import pytest
from estimated_networks import dense

from codesign.design.layers import Scale
from codesign.design.precision import Precision
from codesign.estimate.kernel import read_kernel

DATA = Precision.from_text("fixed<16,6>")

# Second convolution of hls_proj/sparsemnist/model-8b/hls_full of hftsoi/sparse-pixels (MIT), in
# units of 2**-7, one row a pixel of the window and one column a filter.
SPARSE_PIXELS = np.array([
    43, 119, -65, 92, -128, -107, 99, -93, -92, 127, -74, -33, 95, 23, 71, -128, 106, 49, -128, 127,
    7, 1, 127, 113, 36, 71, 11, -9, 38, 80, 102, -42, 115, -57, -66, 89, -75, -77, 63, -127, -41,
    -92, -127, -33, 12, 83, -30, 122, 12, 1, 127, 26, -25, -128, 95, -65, -60, 122, 19, -124, -87,
    8, 73, 73, 10, -10, 66, 12, -128, 110, 82, -49, 127, -9, 69,
]).reshape(25, 3)  # fmt: skip


def counts(kernel, **formats):
    layer = dense(kernel, **formats)
    return read_kernel(layer, Precision.from_text(formats.get("data", "fixed<16,6>")))


def test_zeros_and_powers_of_two_need_no_multiplier_and_no_shift_add():
    found = counts([[0, 1, -2, 64]])
    assert (found.dsp_constants, found.shift_add_bits, found.nonzero) == (0, 0, 3)


def test_two_signed_digits_are_one_addition_of_the_data_and_the_odd_part():
    assert counts([[12]]).shift_add_bits == 16 + 2
    assert counts([[12]]).dsp_constants == 0


def test_three_signed_digits_in_five_bits_take_a_dsp_block_from_eleven_bits_of_data_on():
    assert counts([[21]]).dsp_constants == 1
    assert counts([[21]], data="fixed<10,4>").dsp_constants == 0
    assert counts([[21]], data="fixed<10,4>").fabric_luts == 62
    assert counts([[11]]).dsp_constants == 0, "11 has three digits but four bits"


def test_data_of_28_bits_take_two_dsp_blocks():
    assert counts([[21]], data="fixed<28,6>", accumulator="fixed<60,28>").dsp_constants == 2


def test_equal_products_of_one_input_are_shared_those_of_two_inputs_are_not():
    assert counts([[21, 21, -21]]).dsp_constants == 2
    assert counts([[21], [21]]).dsp_constants == 2


def test_every_output_adds_its_products_and_its_bias():
    found = counts([[1, 0], [1, 0], [1, 1]])
    assert (found.adders, found.depth) == (3 + 1, 2)


def test_the_counts_of_a_published_layer_are_found_again():
    """Against the counts beside its report: 376 shift-add bits, 1560 LUT, 1197 adder bits."""
    found = counts(
        SPARSE_PIXELS,
        bias=[0, 22, 10],
        data="ufixed<8,0>",
        weight="fixed<8,1>",
        accumulator="fixed<22,7>",
    )
    assert (found.dsp_constants, found.fabric_luts, found.shift_add_bits) == (0, 1560, 376)
    assert (found.adders, found.depth) == (75, 5)
    assert found.adder_bits == pytest.approx(1197, rel=0.01)


def test_a_normalization_multiplies_each_channel_once():
    layer = dense([[21, 21, 5]])
    scale = Scale(
        name="scale",
        inputs=("x",),
        shape=(3,),
        precision=layer.precision,
        kernel=type(layer.kernel)(values=[21, 21, 5], precision=layer.kernel.precision),
        bias=layer.bias,
        accumulator=layer.accumulator,
    )
    found = read_kernel(scale, DATA)
    assert (found.inputs, found.outputs, found.dsp_constants, found.adders) == (1, 3, 2, 3)


def test_the_multiplier_limit_is_that_of_hls4ml():
    kernel = np.ones((32, 32), dtype=np.int64)
    kernel[0, :5] = 0
    found = counts(kernel)
    assert found.multiplier_limit(1) == 1024 - 5
    assert found.multiplier_limit(4) == 256 - 1
    assert found.multiplier_limit(1024) == 2, "as many as 1023"
