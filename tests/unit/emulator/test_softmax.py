from dataclasses import replace

import numpy as np
import pytest

from codesign.design.contract import NetworkInput
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.emulator import emulate
from codesign.errors import InvalidDesignError
from codesign.lowering.softmax import SoftmaxTables, softmax_layer

read = Precision.from_text
LOGITS = NetworkInput(name="logits", shape=(5,), precision=read("fixed<12,5>"))


def network(tables):
    layer = softmax_layer("softmax", LOGITS, tables)
    return QuantizedNetwork(name="classes", inputs=(LOGITS,), layers=(layer,), outputs=("softmax",))


def test_each_exponential_is_the_rounded_function_of_its_address():
    layer = softmax_layer("softmax", LOGITS, SoftmaxTables())
    addresses = np.arange(1024) / 64
    np.testing.assert_allclose(layer.exponentials.real, np.exp(-addresses), atol=2.0**-17)
    assert layer.exponentials.real[0] == 1.0


def test_each_inverse_is_the_rounded_function_of_its_address():
    layer = softmax_layer("softmax", LOGITS, SoftmaxTables())
    totals = np.arange(1, 1024) / 64
    expected = np.minimum(1 / totals, layer.inverses.precision.largest)
    np.testing.assert_allclose(layer.inverses.real[1:], expected, atol=2.0**-17)
    assert layer.inverses.values[0] == layer.inverses.values[1]


def test_the_probabilities_are_those_of_the_function_to_a_stated_error():
    made = network(SoftmaxTables())
    hardware = np.random.default_rng(0).integers(-2048, 2048, (2000, 5))
    logits = hardware * LOGITS.precision.step
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    expected = weights / weights.sum(axis=1, keepdims=True)
    found = emulate(made, hardware) * 2.0**-16
    # the address of the exponentials and that of the sum are cut off to 1/64 each
    assert np.abs(found - expected).max() < 2 / 64


def test_the_largest_logit_keeps_the_largest_probability():
    hardware = np.random.default_rng(1).integers(-2048, 2048, (2000, 5))
    found = emulate(network(SoftmaxTables()), hardware)
    chosen = np.take_along_axis(found, hardware.argmax(axis=1)[:, None], axis=1)
    np.testing.assert_array_equal(chosen[:, 0], found.max(axis=1))


def test_a_logit_past_the_table_gets_its_last_entry():
    tables = SoftmaxTables(difference=read("ufixed<4,2,TRN,SAT>"))
    hardware = np.array([[2047, -2048, 2047, 2047, 2047]])
    found = emulate(network(tables), hardware) * 2.0**-16
    last = np.exp(-3.75)
    assert found[0, 1] == pytest.approx(last / (4 + last), abs=0.001)


@pytest.mark.parametrize("which", ["difference", "total"])
@pytest.mark.parametrize("text", ["fixed<10,4,TRN,SAT>", "ufixed<17,4,TRN,SAT>"])
def test_addresses_with_a_sign_or_too_many_bits_are_refused(which, text):
    with pytest.raises(
        InvalidDesignError, match=r"softmax: a table addressed by .* at most 16 bits"
    ):
        replace(SoftmaxTables(), **{which: read(text)})


@pytest.mark.parametrize("which", ["difference", "total"])
def test_addresses_that_wrap_are_refused(which):
    with pytest.raises(InvalidDesignError, match=r"softmax: a table addressed by .* saturat"):
        replace(SoftmaxTables(), **{which: read("ufixed<10,4>")})
