import numpy as np
from estimated_networks import dense
from hypothesis import given
from hypothesis import strategies as st

from codesign.design.precision import Precision
from codesign.estimate.digits import (
    bit_length,
    odd_bits,
    signed_digits,
    stored_bits,
    trailing_zeros,
)
from codesign.estimate.kernel import read_kernel

DATA = Precision.from_text("fixed<12,4>")
integers = st.integers(-(2**40), 2**40)
matrices = st.tuples(st.integers(1, 9), st.integers(1, 5), st.integers(0, 2**32 - 1))


def drawn(shape):
    rows, columns, seed = shape
    rng = np.random.default_rng(seed)
    kernel = rng.integers(-128, 128, (rows, columns))
    kernel[rng.random(kernel.shape) < 0.4] = 0
    return kernel


def naive_signed_digits(value):
    value, count = abs(value), 0
    while value:
        if value & 1:
            count += 1
            value += 1 if value & 3 == 3 else -1
        value >>= 1
    return count


@given(integers)
def test_digits_are_those_of_python_integers(value):
    given_values = np.array([value])
    zeros = (value & -value).bit_length() - 1 if value else 0
    assert bit_length(given_values)[0] == value.bit_length()
    assert trailing_zeros(given_values)[0] == zeros
    assert odd_bits(given_values)[0] == (value.bit_length() - zeros if value else 0)
    assert signed_digits(given_values)[0] == naive_signed_digits(value)
    assert stored_bits(given_values)[0] == (
        value.bit_length() if value >= 0 else (-value - 1).bit_length() + 1
    )


def naive_tree(kernel, data, width):
    """Add neighbor by neighbor, one output after the other."""
    total = adders = 0
    for column in kernel.T:
        level = [(0, 0)]
        for value in map(int, column):
            if value:
                zeros = (value & -value).bit_length() - 1
                bits = value.bit_length() if value > 0 else (-value - 1).bit_length() + 1
                level.append((zeros, min(data + bits, width)))
        while len(level) > 1:
            sums = []
            for (low, high), (other_low, other_high) in zip(level[::2], level[1::2], strict=False):
                top = min(max(high, other_high) + 1, width)
                total += max(top - max(low, other_low), 0)
                adders += 1
                sums.append((min(low, other_low), top))
            level = sums + level[len(level) // 2 * 2 :]
    return total, adders


@given(matrices)
def test_the_adder_tree_is_that_of_a_loop_over_outputs(shape):
    kernel = drawn(shape)
    layer = dense(kernel, data="fixed<12,4>", weight="fixed<8,1>")
    found = read_kernel(layer, DATA)
    expected = naive_tree(kernel, DATA.width, layer.accumulator.width)
    assert (found.adder_bits, found.adders) == expected


@given(matrices)
def test_the_order_of_outputs_does_not_matter(shape):
    kernel = drawn(shape)
    forward, backward = (
        read_kernel(dense(order, data="fixed<12,4>", weight="fixed<8,1>"), DATA)
        for order in (kernel, kernel[:, ::-1])
    )
    assert forward == backward


@given(matrices)
def test_without_weights_nothing_is_left_but_the_size(shape):
    found = read_kernel(dense(0 * drawn(shape), data="fixed<12,4>", weight="fixed<8,1>"), DATA)
    assert found.nonzero == found.adder_bits == found.adders == found.depth == 0
    assert found.dsp_constants == found.fabric_luts == found.shift_add_bits == 0
