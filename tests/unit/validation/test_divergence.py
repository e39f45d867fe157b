from dataclasses import replace

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.layers import Activation, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.emulator import emulate_tensors
from codesign.validation import first_divergence
from codesign.validation.divergence import describe

read = Precision.from_text
RNG = np.random.default_rng(5)
INPUTS = RNG.integers(-32, 32, (200, 4))
EVENTS = np.arange(200) + 1000


def dense(name, reads, shape, precision):
    grid = read("fixed<5,5>")
    return Dense(
        name=name,
        inputs=(reads,),
        shape=shape[1:],
        precision=read(precision),
        kernel=Constant.of(np.random.default_rng(len(name)).integers(-15, 16, shape), grid),
        bias=Constant.of(np.arange(shape[1]), grid),
        accumulator=read("fixed<14,14>"),
    )


@pytest.fixture
def network():
    relu = Activation(
        name="relu_1",
        inputs=("dense_1",),
        shape=(3,),
        precision=read("ufixed<6,9,RND_CONV,SAT>"),
        function=Function.RELU,
    )
    layers = (
        dense("dense_1", "x", (4, 3), "fixed<14,14>"),
        relu,
        dense("logits", "relu_1", (3, 2), "fixed<14,14>"),
    )
    source = NetworkInput(name="x", shape=(4,), precision=read("fixed<6,6>"))
    return QuantizedNetwork(name="net", inputs=(source,), layers=layers, outputs=("logits",))


def changed(network, name, **fields):
    layers = tuple(
        replace(layer, **fields) if layer.name == name else layer for layer in network.layers
    )
    return replace(network, layers=layers)


def diverges(network, other):
    return first_divergence(
        network, emulate_tensors(network, INPUTS), emulate_tensors(other, INPUTS), events=EVENTS
    )


def test_equal_networks_do_not_diverge(network):
    assert diverges(network, network) is None


def test_the_first_wrong_element_of_the_first_wrong_layer_is_named(network):
    reference = emulate_tensors(network, INPUTS)
    candidate = {name: values.copy() for name, values in reference.items()}
    candidate["logits"][2, 0] += 5
    candidate["relu_1"][7, 2] += 3
    candidate["relu_1"][9, 0] += 3
    found = first_divergence(network, reference, candidate, events=EVENTS)
    assert (found.layer, found.event, found.element) == ("relu_1", 1007, 2)
    assert found.found - found.expected == 3


def test_a_tensor_that_one_side_lacks_is_passed_over(network):
    reference = emulate_tensors(network, INPUTS)
    candidate = {"logits": reference["logits"] + 1}
    assert first_divergence(network, reference, candidate, events=EVENTS).layer == "logits"


def test_one_changed_weight_is_found_in_its_layer(network):
    layer = network.tensor("dense_1")
    kernel = layer.kernel.values.copy()
    kernel[2, 1] ^= 1
    other = changed(network, "dense_1", kernel=Constant.of(kernel, layer.kernel.precision))
    found = diverges(network, other)
    assert (found.layer, found.element) == ("dense_1", 1)
    row = found.event - 1000
    step = kernel[2, 1] - layer.kernel.values[2, 1]
    assert found.found - found.expected == step * INPUTS[row, 2]


def test_a_narrowed_accumulator_is_called_a_wrap(network):
    narrow = read("fixed<11,11>")
    found = diverges(network, changed(network, "dense_1", accumulator=narrow))
    assert found.layer == "dense_1"
    assert found.cause == "wrapped around: as if the accumulator had 11 of 14 bits"


def test_an_output_that_does_not_saturate_is_called_a_wrap(network):
    precision = replace(network.precision("relu_1"), width=3, integer=6)
    saturates = changed(network, "relu_1", precision=precision)
    wraps = changed(saturates, "relu_1", precision=precision.as_storage())
    found = diverges(saturates, wraps)
    assert found.layer == "relu_1"
    assert found.expected == precision.max_hw
    assert found.cause == f"not saturated: expected the edge of {precision}"


def test_another_rounding_is_called_one(network):
    precision = network.precision("relu_1")
    other = changed(network, "relu_1", precision=replace(precision, rounding="TRN"))
    found = diverges(network, other)
    assert found.layer == "relu_1"
    assert found.cause == "rounded differently: RND_CONV is expected"


SIGNED = Activation(
    name="a",
    inputs=("x",),
    shape=(1,),
    precision=read("fixed<6,3,RND_CONV,SAT>"),
    function=Function.LINEAR,
)
UNSIGNED = replace(SIGNED, precision=read("ufixed<6,3,RND_CONV,SAT>"))


@pytest.mark.parametrize(
    ("layer", "expected", "found", "cause"),
    [
        (SIGNED, 36, -28, "wrapped around: the value does not fit fixed<6,3,RND_CONV,SAT>"),
        (SIGNED, 20, 31, "saturated at the edge of fixed<6,3,RND_CONV,SAT>"),
        (SIGNED, 4, -32, "saturated at the edge of fixed<6,3,RND_CONV,SAT>"),
        (SIGNED, 31, 12, "not saturated: expected the edge of fixed<6,3,RND_CONV,SAT>"),
        (SIGNED, 5, 6, "rounded differently: RND_CONV is expected"),
        (SIGNED, 5, 9, "another value: a weight, a bias or the arithmetic differs"),
        (SIGNED, 5.5, 6, "off the grid: the reference rounds, or computes in another format"),
        (UNSIGNED, 9, 0, "another value: a weight, a bias or the arithmetic differs"),
        (UNSIGNED, 0, 9, "another value: a weight, a bias or the arithmetic differs"),
        (UNSIGNED, 50, 63, "saturated at the edge of ufixed<6,3,RND_CONV,SAT>"),
    ],
)
def test_a_difference_is_described_by_its_likely_cause(layer, expected, found, cause):
    assert describe(layer, expected, found) == cause
