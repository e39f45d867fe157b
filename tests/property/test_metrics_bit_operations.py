import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codesign.metrics import bops, ebops

_WEIGHTS = st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=50)
_COUNT = st.integers(1, 128)
_BITS = st.integers(1, 32)


@given(_WEIGHTS, _BITS)
def test_ebops_know_neither_sign_nor_shift(weights, bits):
    kernel = np.array(weights, dtype=np.int64)
    assert ebops(kernel, input_bits=bits) == ebops(-kernel, input_bits=bits)
    assert ebops(kernel, input_bits=bits) == ebops(kernel * 16, input_bits=bits)


@given(_WEIGHTS, _BITS)
def test_ebops_are_the_bits_of_the_binary_text_between_its_ones(weights, bits):
    spans = sum(len(f"{abs(weight):b}".strip("0")) for weight in weights)
    assert ebops(np.array(weights, dtype=np.int64), input_bits=bits) == bits * spans


@given(_COUNT, _COUNT, _BITS, _BITS, st.floats(0, 1))
def test_pruning_never_costs_and_never_frees_everything(inputs, outputs, weight, data, pruned):
    shape = {"inputs": inputs, "outputs": outputs, "weight_bits": weight, "input_bits": data}
    some = bops(**shape, pruned=pruned)
    assert bops(**shape, pruned=1) <= some <= bops(**shape)
    assert some >= inputs * outputs * (weight + data)
